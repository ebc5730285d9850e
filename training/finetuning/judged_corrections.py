"""Corrections judged before and after a training: which labels are doubtful, and what is gained on the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Classifier
from model.classification.predictions import Predictions
from model.classification.stored_features import LabelledFeatures
from model.evaluation.label_errors import label_evidence
from model.model_bundle import ModelBundle
from storage.samples import ReviewPolicy
from training.export.replay_features import ReplayFeatures
from training.finetuning.correction_samples import CorrectionSamples
from training.finetuning.cross_validation import CrossValidation, LastLayer
from training.finetuning.promotion_gate import ALLOWED_ACCURACY_DROP, Gain
from training.finetuning.task import Task

Readings = Callable[[NDArray[np.bool_]], NDArray[np.int64]]
"""The label of each correction (n,) by a training on those of its argument (n,) but for the correction's act."""


@dataclass(frozen=True, slots=True, eq=False)
class JudgedCorrections:
    """The corrections of a task that count: ``features`` (n, F) are the root's, ``before`` (n,) the labels that an
    honest baseline reads; ``is_known`` (n,): the active model was trained on it, so that its own reading says nothing.
    ``doubtful`` are the ids of those that do not count; ``cross_validated`` is None where a part is held out.
    """

    corrections: CorrectionSamples
    features: NDArray[np.float32]
    before: NDArray[np.int64]
    is_known: NDArray[np.bool_]
    doubtful: tuple[str, ...]
    cross_validation: CrossValidation
    cross_validated: Gain | None = None

    @property
    def weights(self) -> NDArray[np.float64]:
        """How often each of those to train on occurs in an epoch."""
        return self.cross_validation.weights(~self.corrections.is_holdout)

    @property
    def is_undecided(self) -> bool:
        """More is fixed than broken, but no more than chance explains, and there are mistakes enough to show it."""
        gain = self.cross_validated
        if gain is None or gain.is_more_than_chance:
            return False
        return gain.fixed > gain.broken and replace(gain, fixed=gain.misread, broken=0).is_more_than_chance

    def cross_validated_by(self, readings: Readings) -> JudgedCorrections:
        """The same, judged by ``readings``: what is known is compared with a training without the new corrections."""
        before, labels = self.before.copy(), self.corrections.samples.labels
        if self.is_known.any():
            before[self.is_known] = readings(self.is_known)[self.is_known]
        if self.corrections.is_holdout.any():
            return replace(self, before=before)
        return replace(
            self, before=before, cross_validated=Gain.of(before, readings(np.ones(len(labels), bool)), labels)
        )

    def gain(self, candidate: ModelBundle) -> Gain:
        """What the training gains on corrections that it was not shown: cross-validated, or of a holdout the
        candidate's own."""
        if self.cross_validated is not None:
            return self.cross_validated
        held, holdout = self.corrections.is_holdout, self.corrections.holdout.samples
        after = Classifier(candidate, threads=2).classify(holdout.images).labels
        return Gain.of(self.before[held], after, holdout.labels)

    def own_gain(self, candidate: ModelBundle) -> Gain:
        """What the candidate does with the corrections that it was trained on."""
        shown = self.corrections.train.samples
        after = Classifier(candidate, threads=2).classify(shown.images).labels
        return Gain.of(self.before[~self.corrections.is_holdout], after, shown.labels)


def judged(task: Task, root: LastLayer, replay: ReplayFeatures) -> JudgedCorrections:
    """Judge the corrections of ``task`` by the last layer of its root and ``replay`` in that model's features."""
    everything = task.corrections
    predictions = Classifier(task.root.served, threads=2).classify(everything.samples.images)
    doubtful = _doubtful(task, predictions, replay)
    corrections, features = everything.chosen(~doubtful), predictions.features[~doubtful]
    cross_validation = CrossValidation(
        root,
        replay,
        LabelledFeatures(features, corrections.samples.labels),
        corrections.people,
        corrections.acts,
        task.person_share,
        root.errors(replay.validation) + ALLOWED_ACCURACY_DROP * len(replay.validation_labels),
    )
    before, is_known = _before(task, corrections, predictions.labels[~doubtful])
    known = JudgedCorrections(
        corrections, features, before, is_known, everything.chosen(doubtful).uids, cross_validation
    )
    return known.cross_validated_by(cross_validation.readings)


def _doubtful(task: Task, predictions: Predictions, replay: ReplayFeatures) -> NDArray[np.bool_]:
    """The labels that wait for a review, (n,); what an admin has approved never does."""
    corrections = task.corrections
    if task.review is ReviewPolicy.OFF or not len(corrections):
        return np.zeros(len(corrections), bool)
    labels = corrections.samples.labels.astype(np.int64)
    evidence = label_evidence(corrections.images, labels, corrections.people, predictions, replay.train)
    return np.asarray(evidence.doubtful & ~corrections.is_approved, np.bool_)


def _before(
    task: Task, corrections: CorrectionSamples, by_root: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The labels (n,) that the active model reads, and which corrections (n,) it was trained on, which it knows by
    heart. A stale active model is to be replaced: what would stay is the root."""
    if task.is_stale or task.active.content == task.root.served.content:
        return by_root, np.zeros(len(corrections), bool)
    before = Classifier(task.active, threads=2).classify(corrections.samples.images).labels
    return before, np.array([uid in task.active_trained_on for uid in corrections.uids], bool)
