"""Corrections judged by a cross-validation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from model.classification.stored_features import LabelledFeatures
from model.datasets import Samples
from model.evaluation.label_errors import NOBODY

if TYPE_CHECKING:
    from training.finetuning.judged_corrections import JudgedCorrections

pytest.importorskip("tensorflow", reason="needs the train extra")

COUNT = 20  # 7s, of which the active model reads the first twelve as 1s


@pytest.fixture
def known() -> JudgedCorrections:
    from training.export.replay_features import ReplayFeatures
    from training.finetuning.correction_samples import CorrectionSamples
    from training.finetuning.cross_validation import CrossValidation, LastLayer
    from training.finetuning.judged_corrections import JudgedCorrections

    numbers, none = np.arange(COUNT), np.zeros(COUNT, bool)
    samples = Samples(np.zeros((COUNT, 28, 28), np.uint8), np.full(COUNT, 7, np.uint8))
    uids = tuple(map(str, numbers))
    corrections = CorrectionSamples(samples, uids, np.full(COUNT, NOBODY), numbers, none, none)
    features, layer = np.zeros((COUNT, 3), np.float32), LastLayer(np.zeros((3, 10), np.float32), np.zeros(10, "f4"))
    scale, nothing = np.zeros(3, np.float32), np.zeros((0, 3), np.uint8)
    replay = ReplayFeatures("", scale, scale, nothing, nothing[:, 0], nothing, nothing[:, 0])
    cross_validation = CrossValidation(
        layer, replay, LabelledFeatures(features, samples.labels), corrections.people, numbers, 1.0, 0
    )
    return JudgedCorrections(corrections, features, np.where(numbers < 12, 1, 7), none, (), cross_validation)


def fixing(count: int, broken: int = 0) -> np.ndarray:
    """What is read by a training that fixes so many of the mistakes, and breaks so many others."""
    numbers = np.arange(COUNT)
    return np.where((numbers >= count) & (numbers < 12) | (numbers >= COUNT - broken), 1, 7)


@pytest.mark.parametrize(
    ("fixed", "broken", "undecided"), [(0, 0, False), (4, 0, True), (5, 0, False), (5, 1, True), (2, 2, False)]
)
def test_undecided_is_a_gain_that_chance_explains(
    known: JudgedCorrections, fixed: int, broken: int, undecided: bool
) -> None:
    judged = known.cross_validated_by(lambda _: fixing(fixed, broken))
    assert judged.cross_validated is not None
    assert (judged.cross_validated.fixed, judged.cross_validated.broken) == (fixed, broken)
    assert judged.is_undecided is undecided


def test_so_few_mistakes_that_none_could_decide_are_not_looked_at_again(known: JudgedCorrections) -> None:
    few = replace(known, before=np.where(np.arange(COUNT) < 4, 1, 7))
    assert not few.cross_validated_by(lambda _: fixing(4) * 0 + np.where(np.arange(COUNT) == 3, 1, 7)).is_undecided


def test_the_later_verdict_replaces_the_earlier_one(known: JudgedCorrections) -> None:
    first = known.cross_validated_by(lambda _: fixing(4))
    second = first.cross_validated_by(lambda _: fixing(2, broken=3))
    assert second.cross_validated is not None
    assert (second.cross_validated.fixed, second.cross_validated.broken) == (2, 3)


def test_what_the_active_model_was_trained_on_is_compared_with_a_training_without_the_new(
    known: JudgedCorrections,
) -> None:
    """The active model knows the first twelve by heart; a training on them alone reads all as 1s, one on all as 7s."""
    by_heart = np.arange(COUNT) < 12
    active = replace(known, before=np.full(COUNT, 7), is_known=by_heart)
    judged = active.cross_validated_by(lambda used: np.full(COUNT, 7 if used.all() else 1))
    assert judged.cross_validated is not None
    assert (judged.cross_validated.misread, judged.cross_validated.fixed) == (12, 12)
