"""Corrections judged before and after a training: which labels are doubtful, and what is gained on the others."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True, eq=False)
class JudgedCorrections:
    """The corrections of a task that count: ``features`` (n, F) are the root's, ``before`` (n,) the labels that an
    honest baseline reads. ``doubtful`` are the ids of those that do not count."""

    corrections: CorrectionSamples
    features: NDArray[np.float32]
    before: NDArray[np.int64]
    doubtful: tuple[str, ...]
    cross_validation: CrossValidation

    @property
    def weights(self) -> NDArray[np.float64]:
        """How often each of those to train on occurs in an epoch."""
        return self.cross_validation.weights(~self.corrections.is_holdout)

    def gain(self, candidate: ModelBundle) -> Gain:
        """What the training gains on corrections that it was not shown: cross-validated, or of a holdout the
        candidate's own."""
        corrections, labels = self.corrections, self.corrections.samples.labels
        held = corrections.is_holdout
        if not held.any():
            return Gain.of(self.before, self.cross_validation.readings(np.ones(len(labels), bool)), labels)
        after = Classifier(candidate, threads=2).classify(corrections.holdout.samples.images).labels
        return Gain.of(self.before[held], after, labels[held])

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
    before = _before(task, corrections, predictions.labels[~doubtful], cross_validation)
    return JudgedCorrections(corrections, features, before, everything.chosen(doubtful).uids, cross_validation)


def _doubtful(task: Task, predictions: Predictions, replay: ReplayFeatures) -> NDArray[np.bool_]:
    """The labels that wait for a review, (n,); what an admin has approved never does."""
    corrections = task.corrections
    if task.review is ReviewPolicy.OFF or not len(corrections):
        return np.zeros(len(corrections), bool)
    labels = corrections.samples.labels.astype(np.int64)
    evidence = label_evidence(corrections.images, labels, corrections.people, predictions, replay.train)
    return np.asarray(evidence.doubtful & ~corrections.is_approved, np.bool_)


def _before(
    task: Task, corrections: CorrectionSamples, by_root: NDArray[np.int64], cross_validation: CrossValidation
) -> NDArray[np.int64]:
    """The labels (n,) that the candidate is compared with.

    They are the active model's; of corrections that it was trained on, which it knows by heart, those of the
    cross-validation without the corrections that it was not trained on. A stale active model is to be replaced: what
    would stay is the root.
    """
    if task.is_stale or task.active.content == task.root.served.content:
        return by_root
    before = Classifier(task.active, threads=2).classify(corrections.samples.images).labels
    known = np.array([uid in task.active_trained_on for uid in corrections.uids], bool)
    if known.any():
        before[known] = cross_validation.readings(known)[known]
    return before
