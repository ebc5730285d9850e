from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.calibration.calibration_estimators import (
    SURE_FLOOR,
    fit_logistic,
    fit_temperature,
    sure_threshold,
)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_made_the_labels_is_found(temperature: float) -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 3, (20_000, 10))
    # Gumbel's trick draws from the softmax of the true logits; the network's are those times the temperature.
    labels = (logits + rng.gumbel(size=logits.shape)).argmax(axis=1).astype(np.uint8)
    assert fit_temperature((logits * temperature).astype(np.float32), labels) == pytest.approx(temperature, rel=0.05)


def test_without_digits_nothing_is_changed() -> None:
    assert fit_temperature(np.empty((0, 10), np.float32), np.empty(0, np.uint8)) == 1.0


def test_an_always_right_network_stays_within_bounds() -> None:
    logits = np.eye(10, dtype=np.float32) * 10
    assert fit_temperature(logits, np.arange(10, dtype=np.uint8)) == pytest.approx(0.2, rel=0.01)


def test_the_threshold_lies_above_the_last_mistakes() -> None:
    confidences = np.linspace(0.5, 1, 1001, dtype=np.float32)
    right = confidences > 0.8
    threshold = sure_threshold(confidences, right, share=0.995)
    assert 0.79 < threshold <= 0.8
    assert right[confidences >= threshold].mean() >= 0.99


def test_a_network_that_is_always_right_is_sure_from_the_floor_on() -> None:
    assert sure_threshold(np.full(10, 0.3, np.float32), np.ones(10, bool)) == SURE_FLOOR


def test_a_network_that_is_never_right_is_never_sure() -> None:
    assert sure_threshold(np.full(10, 0.9, np.float32), np.zeros(10, bool)) == 1.0


@given(st.lists(st.tuples(st.floats(0.125, 1, width=32), st.booleans()), min_size=1, max_size=60))
@settings(deadline=None, max_examples=80)
def test_what_is_sure_is_as_right_as_asked_for(answers: list[tuple[float, bool]]) -> None:
    confidences, right = np.array([each[0] for each in answers], np.float32), np.array([each[1] for each in answers])
    threshold = sure_threshold(confidences, right, share=0.9)
    sure = confidences >= threshold
    if threshold < 1 and sure.any():
        assert right[sure].mean() >= 0.9


def test_the_weights_that_made_the_answers_are_found() -> None:
    rng = np.random.default_rng(0)
    evidence = np.column_stack([np.ones(20_000), rng.normal(0, 2, (20_000, 2))])
    weights = np.array([0.5, 1.0, -0.7])
    true = rng.random(20_000) < 1 / (1 + np.exp(-evidence @ weights))
    assert fit_logistic(evidence, true) == pytest.approx(weights, abs=0.06)


def test_weights_stay_finite_where_the_evidence_decides() -> None:
    evidence = np.column_stack([np.ones(20), np.repeat([-1.0, 1.0], 10)])
    assert np.isfinite(fit_logistic(evidence, evidence[:, 1] > 0)).all()
