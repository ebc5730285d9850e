"""Cross-validation of the last layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from model.evaluation.label_errors import NOBODY

if TYPE_CHECKING:
    from model.classification.stored_features import LabelledFeatures
    from training.export.replay_features import ReplayFeatures
    from training.finetuning.cross_validation import CrossValidation

pytest.importorskip("tensorflow", reason="needs the train extra")

FEATURES = 12


def digits(labels: np.ndarray, *, own_style: bool, seed: int = 0) -> LabelledFeatures:
    """Digits in a feature space of a direction a label; a 7 in a person's own style lies nearer to the 1s."""
    from model.classification.stored_features import LabelledFeatures

    rng = np.random.default_rng(seed)
    features = np.eye(FEATURES)[labels] + 0.1 * rng.normal(size=(len(labels), FEATURES))
    if own_style:
        sevens = labels == 7
        features[sevens] = 0.5 * np.eye(FEATURES)[7] + 0.8 * np.eye(FEATURES)[1] + np.eye(FEATURES)[11]
        features[sevens] += 0.1 * rng.normal(size=(int(sevens.sum()), FEATURES))
    return LabelledFeatures(np.asarray(features, np.float32), labels.astype(np.uint8))


def replayed() -> ReplayFeatures:
    from training.export.replay_features import ReplayFeatures

    parts = [digits(np.arange(count) % 10, own_style=False, seed=count) for count in (1_000, 500)]
    low, step = np.full(FEATURES, -1, np.float32), np.full(FEATURES, 3 / 255, np.float32)
    stored = [np.asarray(((part.features - low) / step).clip(0, 255), np.uint8) for part in parts]
    return ReplayFeatures("", low, step, stored[0], parts[0].labels, stored[1], parts[1].labels)


def validation(corrections: LabelledFeatures, acts: np.ndarray | None = None) -> CrossValidation:
    from training.finetuning.cross_validation import CrossValidation, LastLayer

    root = LastLayer(np.asarray(8 * np.eye(FEATURES)[:, :10], np.float32), np.zeros(10, np.float32))
    count = len(corrections.labels)
    numbers = np.arange(count) if acts is None else acts
    return CrossValidation(root, replayed(), corrections, np.full(count, NOBODY), numbers, 1.0, max_errors=2)


def test_a_style_is_learned_from_other_acts_of_it() -> None:
    sevens = digits(np.full(30, 7), own_style=True)
    crossed = validation(sevens)
    assert (crossed.root.logits(sevens.features).argmax(axis=1) == 1).mean() > 0.9
    assert (crossed.readings(np.ones(30, bool)) == 7).mean() > 0.9


def test_digits_of_the_same_act_do_not_help_each_other() -> None:
    sevens = digits(np.full(30, 7), own_style=True)
    readings = validation(sevens, acts=np.zeros(30, int)).readings(np.ones(30, bool))
    assert (readings == 7).mean() < 0.1


def test_only_the_digits_that_are_used_are_trained_on() -> None:
    sevens = digits(np.full(30, 7), own_style=True)
    assert (validation(sevens).readings(np.zeros(30, bool)) == 7).mean() < 0.1


def test_contradictory_labels_gain_nothing() -> None:
    from model.classification.stored_features import LabelledFeatures
    from training.finetuning.promotion_gate import Gain

    sevens = digits(np.full(30, 7), own_style=True)
    labels = np.tile([1, 7], 15).astype(np.uint8)
    crossed = validation(LabelledFeatures(sevens.features, labels))
    before = crossed.root.logits(sevens.features).argmax(axis=1)
    gain = Gain.of(before, crossed.readings(np.ones(30, bool)), labels)
    assert gain.p_value > 0.05


def test_what_would_cost_base_digits_is_taken_back() -> None:
    """All plain 7s called 1: learned, it would misread every plain 7 of the validation digits."""
    from model.classification.stored_features import LabelledFeatures

    plain = digits(np.full(60, 7), own_style=False)
    crossed = validation(LabelledFeatures(plain.features, np.full(60, 1, np.uint8)))
    assert (crossed.readings(np.ones(60, bool)) == 1).mean() < 0.1


def test_the_same_corrections_give_the_same_readings() -> None:
    labels = np.arange(40) % 10
    crossed = [validation(digits(labels, own_style=True)).readings(np.ones(40, bool)) for _ in range(2)]
    np.testing.assert_array_equal(crossed[0], crossed[1])


def test_no_correction_gives_no_reading() -> None:
    assert len(validation(digits(np.zeros(0, int), own_style=True)).readings(np.zeros(0, bool))) == 0
