from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.classification.confidence_calibration import NEUTRAL, ContextFeatures, PageCalibrator
from model.model_bundle import ModelBundle

SEEN = ContextFeatures(likeness=0.99, clear=True, digits=3, ones=0.0, zeros=0.0)
probabilities = st.lists(st.floats(0.001, 1), min_size=10, max_size=10, unique=True).map(
    lambda values: np.array(values) / np.sum(values)
)
contexts = st.builds(
    ContextFeatures, st.floats(0, 1), st.booleans(), st.integers(1, 99), st.floats(0, 1), st.floats(0, 1)
)


@pytest.fixture(scope="module")
def base() -> PageCalibrator:
    """The calibration that the base model's card brings."""
    calibration = ModelBundle.base().card.page_calibration
    assert calibration is not None
    return calibration


@given(probabilities, contexts)
def test_probabilities_sum_to_one_and_keep_their_order(
    base: PageCalibrator, told: np.ndarray, context: ContextFeatures
) -> None:
    calibrated = base.probabilities(told, context)
    assert calibrated.sum() == pytest.approx(1)
    assert (np.diff(calibrated[np.argsort(told)]) >= -1e-12).all()


def test_a_temperature_of_one_and_a_certain_digit_change_nothing() -> None:
    told = np.linspace(1, 10, 10) / 55
    assert PageCalibrator(1.0, (50.0, *[0.0] * 6)).probabilities(told, SEEN) == pytest.approx(told)


def test_a_higher_temperature_is_less_sure() -> None:
    told = np.array([0.91, *[0.01] * 9])
    cool, hot = (PageCalibrator(t, (50.0, *[0.0] * 6)).probabilities(told, SEEN).max() for t in (1.0, 2.0))
    assert hot < cool


def test_where_there_is_no_digit_every_label_is_as_good_as_any() -> None:
    told = np.array([0.91, *[0.01] * 9])
    assert PageCalibrator(1.0, (-50.0, *[0.0] * 6)).probabilities(told, SEEN) == pytest.approx(np.full(10, 0.1))


@pytest.mark.parametrize(
    "worse",
    [
        ContextFeatures(0.5, clear=True, digits=3, ones=0.0, zeros=0.0),
        ContextFeatures(0.99, clear=False, digits=3, ones=0.0, zeros=0.0),
        ContextFeatures(0.99, clear=True, digits=20, ones=1.0, zeros=0.0),
    ],
)
def test_what_looks_less_like_a_digit_or_stands_in_doubtful_company_is_less_likely_one(
    base: PageCalibrator, worse: ContextFeatures
) -> None:
    assert base.digit_probability(worse) < base.digit_probability(SEEN)


def test_the_neutral_calibration_takes_likeness_and_probabilities_as_they_are() -> None:
    told = np.linspace(1, 10, 10) / 55
    doubtful = ContextFeatures(0.6, clear=False, digits=9, ones=0.5, zeros=0.5)
    assert NEUTRAL.digit_probability(doubtful) == pytest.approx(0.6)
    assert NEUTRAL.probabilities(told, doubtful) == pytest.approx(0.6 * told + 0.4 * 0.1)


def test_a_likeness_of_nothing_or_all_stays_finite() -> None:
    for likeness in (0.0, 1.0):
        assert np.isfinite(ContextFeatures(likeness, clear=True, digits=1, ones=1.0, zeros=0.0).vector).all()
