from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.classification.confidence_calibration import ContextFeatures, PageCalibrator

SEEN = ContextFeatures(likeness=0.99, clear=True, digits=3, ones=0.0, zeros=0.0)
probabilities = st.lists(st.floats(0.001, 1), min_size=10, max_size=10, unique=True).map(
    lambda values: np.array(values) / np.sum(values)
)
sights = st.builds(
    ContextFeatures, st.floats(0, 1), st.booleans(), st.integers(1, 99), st.floats(0, 1), st.floats(0, 1)
)


@given(probabilities, sights)
def test_probabilities_sum_to_one_and_keep_their_order(told: np.ndarray, sight: ContextFeatures) -> None:
    believed = PageCalibrator.base().probabilities(told, sight)
    assert believed.sum() == pytest.approx(1)
    assert (np.diff(believed[np.argsort(told)]) >= -1e-12).all()


def test_a_temperature_of_one_and_a_certain_sight_change_nothing() -> None:
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
def test_what_looks_less_like_a_digit_or_stands_in_doubtful_company_is_believed_less(worse: ContextFeatures) -> None:
    assert PageCalibrator.base().is_digit(worse) < PageCalibrator.base().is_digit(SEEN)


def test_a_likeness_of_nothing_or_all_stays_finite() -> None:
    for likeness in (0.0, 1.0):
        assert np.isfinite(ContextFeatures(likeness, clear=True, digits=1, ones=1.0, zeros=0.0).evidence).all()
