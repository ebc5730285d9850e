from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.evaluation.digit_metrics import Scores
from model.model_bundle import ModelBundle
from training.export.candidate import Candidate
from training.finetuning import promotion_gate
from training.finetuning.promotion_gate import Gain, Pair, evaluate_gate


def scores(correct: int, n: int, loss: float = 0.1) -> Scores:
    return Scores(n, correct, loss, 0.01, np.zeros((10, 10), np.int64))


def pair(before: int, after: int, n: int) -> Pair:
    return Pair(scores(before, n), scores(after, n))


GAIN = Gain(misread=40, fixed=31, right=60, broken=2)
NONE = Gain(misread=10, fixed=0, right=0, broken=0)


@pytest.fixture(scope="module")
def base() -> Candidate:
    return Candidate(ModelBundle.base(), bytes(1_000))


def test_a_model_that_gains_and_is_no_worse_is_promoted(base: Candidate) -> None:
    verdict = evaluate_gate(base, pair(4975, 4975, 5000), GAIN, GAIN, max_bytes=base.size)
    assert verdict.promoted
    assert [check.name for check in verdict.checks] == ["validation", "corrections", "readings", "finite", "size"]


@pytest.mark.parametrize(("after", "promoted"), [(4970, True), (4969, False), (5000, True)])
def test_a_tenth_of_a_point_may_be_lost_on_validation(base: Candidate, after: int, promoted: bool) -> None:
    assert evaluate_gate(base, pair(4975, after, 5000), GAIN, GAIN).promoted is promoted


@pytest.mark.parametrize(
    ("fixed", "broken", "p_value"),
    [(0, 0, 1.0), (4, 0, 0.0625), (5, 0, 0.03125), (7, 1, 0.03516), (6, 1, 0.0625), (31, 2, 0.0), (2, 31, 1.0)],
)
def test_a_gain_must_be_more_than_chance_explains(base: Candidate, fixed: int, broken: int, p_value: float) -> None:
    """The p-values are those of the binomial distribution's tables."""
    gain = Gain(misread=40, fixed=fixed, right=60, broken=broken)
    assert gain.p_value == pytest.approx(p_value, abs=1e-5)
    verdict = evaluate_gate(base, pair(4975, 4975, 5000), gain, GAIN)
    assert verdict.promoted is (p_value <= 0.05)
    assert verdict.as_json()["refused_for"] == ([] if p_value <= 0.05 else ["corrections"])


def test_a_candidate_that_itself_reads_no_correction_better_is_refused(base: Candidate) -> None:
    """As where so much of the change was taken back that nothing is left of it."""
    assert evaluate_gate(base, pair(4975, 4975, 5000), GAIN, NONE).as_json()["refused_for"] == ["readings"]


def test_without_any_correction_nothing_is_gained(base: Candidate) -> None:
    nothing = Gain(0, 0, 0, 0)
    assert evaluate_gate(base, pair(4975, 4975, 5000), nothing, nothing).as_json()["refused_for"] == [
        "corrections",
        "readings",
    ]


def test_a_gain_counts_what_is_fixed_and_broken() -> None:
    labels, before, after = np.arange(6), np.array([0, 1, 2, 9, 9, 9]), np.array([0, 1, 9, 3, 4, 9])
    gain = Gain.of(before, after, labels)
    assert gain == Gain(misread=3, fixed=2, right=3, broken=1)
    told = gain.as_json()
    assert (told["n"], told["correct_before"], told["correct_after"]) == (6, 3, 4)


def test_a_loss_that_is_no_number_is_refused(base: Candidate) -> None:
    broken = Pair(scores(4975, 5000), scores(4975, 5000, float("nan")))
    assert not evaluate_gate(base, broken, GAIN, GAIN).promoted


def test_the_tflite_and_the_keras_file_together_may_not_be_too_large(base: Candidate) -> None:
    limit = len(base.served.content) + 1_000
    assert evaluate_gate(base, pair(1, 1, 1), GAIN, GAIN, max_bytes=limit).promoted
    refused = evaluate_gate(base, pair(1, 1, 1), GAIN, GAIN, max_bytes=limit - 1)
    assert refused.as_json()["refused_for"] == ["size"]


def test_without_a_limit_any_size_will_do(base: Candidate) -> None:
    assert [check.name for check in evaluate_gate(base, pair(1, 1, 1), GAIN, GAIN).checks] == [
        "validation",
        "corrections",
        "readings",
        "finite",
    ]


@pytest.mark.usefixtures("settled")
def test_a_network_of_nan_is_refused(base: Candidate) -> None:
    from training.classifier.recipes import RECIPES
    from training.export.litert import served_bytes

    model = RECIPES["digits"].build()
    model.get_layer("features").set_weights(
        [np.full_like(part, np.nan) for part in model.get_layer("features").get_weights()]
    )
    content = served_bytes(model, 1.0)
    broken = Candidate(ModelBundle("broken", content, replace(base.served.card, sha256="")), b"")
    assert "finite" in evaluate_gate(broken, pair(1, 1, 1), GAIN, GAIN).as_json()["refused_for"]


def test_a_verdict_names_its_numbers(base: Candidate) -> None:
    told = json.loads(json.dumps(evaluate_gate(base, pair(4975, 4000, 5000), GAIN, GAIN).as_json()))
    check = told["checks"][0]
    assert told["verdict"] == "refused"
    assert check == {"name": "validation", "passed": False, "value": 0.8, "limit": 0.994, "n": 5000}


@given(st.integers(0, 5000), st.integers(0, 5000))
@settings(deadline=None, max_examples=60)
def test_the_limit_is_counted_in_digits(before: int, after: int) -> None:
    check = promotion_gate._not_worse("validation", pair(before, after, 5000), promotion_gate.ALLOWED_ACCURACY_DROP)
    assert check.passed is (after >= before - 5)
