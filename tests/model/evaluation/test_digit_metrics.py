from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.classification.predictions import Predictions
from model.datasets import Samples, load
from model.evaluation.digit_metrics import calibration_error, evaluate, result, score
from model.model_bundle import ModelBundle


def classified(*rows: dict[int, float]) -> Predictions:
    """Answers with these probabilities, the rest of each row spread over the other digits."""
    probabilities = np.zeros((len(rows), 10), np.float32)
    for row, wanted in zip(probabilities, rows, strict=True):
        row[:] = (1 - sum(wanted.values())) / (10 - len(wanted))
        for label, probability in wanted.items():
            row[label] = probability
    return Predictions(probabilities, np.zeros((len(rows), 64), np.float32))


def test_scores_of_three_answers() -> None:
    scores = score(classified({3: 0.9}, {5: 0.8}, {1: 0.6}), np.array([3, 5, 7], np.uint8))
    assert (scores.n, scores.correct) == (3, 2)
    assert scores.accuracy == pytest.approx(2 / 3)
    assert scores.loss == pytest.approx(-(np.log(0.9) + np.log(0.8) + np.log(0.4 / 9)) / 3, rel=1e-5)
    assert scores.ece == pytest.approx((0.1 + 0.2 + 0.6) / 3, abs=1e-6)
    assert scores.confusion.sum() == 3
    assert scores.confusion[3, 3] == scores.confusion[5, 5] == scores.confusion[7, 1] == 1


def test_no_digits_score_nothing() -> None:
    scores = score(classified(), np.array([], np.uint8))
    assert (scores.n, scores.correct, scores.accuracy, scores.loss, scores.ece) == (0, 0, 0.0, 0.0, 0.0)


def test_a_certain_mistake_costs_much_but_not_infinitely() -> None:
    assert 50 < score(classified({0: 1.0}), np.array([1], np.uint8)).loss < 100


@given(st.lists(st.tuples(st.floats(0.125, 1, width=32), st.booleans()), min_size=1, max_size=100))
@settings(deadline=None, max_examples=50)
def test_the_calibration_error_is_a_share_and_at_least_the_gap_over_all(answers: list[tuple[float, bool]]) -> None:
    confidences, right = np.array([each[0] for each in answers], np.float32), np.array([each[1] for each in answers])
    error = calibration_error(confidences, right)
    assert abs(float(confidences.mean()) - right.mean()) - 1e-5 <= error <= 1 + 1e-6


def test_a_model_is_scored_through_the_interpreter_that_serves() -> None:
    digits = load("digits").test
    scores = evaluate(ModelBundle.base(), digits)
    assert scores.n == len(digits) == scores.confusion.sum()
    assert scores.correct == np.trace(scores.confusion)
    np.testing.assert_array_equal(scores.confusion.sum(axis=1), digits.classes)


def test_the_result_has_the_promised_shape() -> None:
    model = ModelBundle.base()
    digits = load("digits").test
    scores = evaluate(model, Samples(digits.images[:20], digits.labels[:20]))
    told = json.loads(json.dumps(result(model, scores, 1.23456)))
    assert set(told) == {"test", "parameters", "seconds"}
    assert set(told["test"]) == {"n", "correct", "accuracy", "loss", "ece", "confusion"}
    assert np.shape(told["test"]["confusion"]) == (10, 10)
    assert told["parameters"] == model.card.parameters > 0
    assert told["seconds"] == 1.235
