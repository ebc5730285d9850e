"""Personalizations, trained on what their people corrected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.classification.adapter_training import MIN_MISTAKES, MOST_DIGITS, LabelledPredictions, train_adapter
from model.classification.classifier import Classifier
from model.classification.personal_adapter import PersonalAdapter, classifier_evidence
from model.classification.predictions import Predictions
from model.classification.rejected_marks import reject_marks
from model.classification.replay_digits import replay_predictions
from model.hypotheses.page_calibration import PageCalibration
from model.model_bundle import ModelBundle
from model.personalization import Personalization

NOT_A_DIGIT_LABEL: Final = 10  # beside the labels 0 to 9
# Of the weights of digits that the model itself was trained on, read as its root reads them: the model has learned the
# rest. After six runs on 100 mistakes of three writers the new versions misread 444 of the 795 that the root misreads,
# with all of the weights 390, with half 353, with a quarter 371 (docs/learning.md has five other runs).
MEMORIZED_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class CorrectedDigits:
    """A person's n corrections, the oldest first: ``images`` (n, 28, 28) uint8, ``labels`` (n,), 0 to 9 or 10 for what
    is no digit, and ``acts`` (n,), the same number for those that were labelled at once.

    ``read`` (n, 10): the probabilities by which each was read without what its person had taught; rows of zeros where
    another model did, or nobody knows. ``is_trained_on`` (n,): those that the model itself was trained on, so that its
    reading of them says nothing of the person's other digits.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    acts: NDArray[np.int64]
    read: NDArray[np.float32]
    is_trained_on: NDArray[np.bool_]


class PersonalTrainer:
    """Trains personalizations with one model after another. Not thread-safe: one a thread."""

    def __init__(self) -> None:
        self._model = ""
        self._replay: LabelledPredictions | None = None

    def train(self, model: ModelBundle, corrected: CorrectedDigits) -> Personalization | None:
        """What these corrections change; None where that is nothing. Raises ``ModelLoadError``."""
        is_digit = corrected.labels != NOT_A_DIGIT_LABEL
        replay = self._replay_for(model)  # also where it is not needed yet: it takes a process's first training 1 s
        if replay is None or (is_digit.all() and len(is_digit) < MIN_MISTAKES):
            return None
        predictions = Classifier(model).classify(corrected.images)
        labelled, is_memorized = _labelled(predictions, corrected, label_weight(model)), corrected.is_trained_on
        root = _known_root(model) if is_memorized.any() else None
        if root is None:  # what the model was trained on, if anything, is left to its own word
            is_memorized = np.zeros(len(is_digit), bool)
        else:
            labelled = _read_by(root, labelled, corrected.images, is_memorized)
        marks, own = labelled.chosen(~is_digit), labelled.chosen(is_digit)
        adapter, rejected = _weakened(train_adapter(own, replay), is_memorized[is_digit]), None
        if len(marks):
            known = np.concatenate([own.features, replay.features])
            rejected = reject_marks(marks.features[-MOST_DIGITS:], known)
        return Personalization(model.card.sha256, adapter, rejected) if adapter or rejected else None

    def _replay_for(self, model: ModelBundle) -> LabelledPredictions | None:
        """The replayed digits as this model reads them, computed once; None where there are none for it."""
        if self._model != model.card.sha256:
            found = replay_predictions(model)
            numbers = np.arange(len(found[1])) if found else np.arange(0)
            self._replay = LabelledPredictions.of(*found, numbers, label_weight(model)) if found else None
            self._model = model.card.sha256
        return self._replay


def _labelled(predictions: Predictions, corrected: CorrectedDigits, weight: float) -> LabelledPredictions:
    """The corrected digits with what they were read by; the classifier's evidence where that is not known."""
    labelled = LabelledPredictions.of(predictions, corrected.labels, corrected.acts, weight)
    is_known = corrected.read.any(axis=1, keepdims=True)
    return replace(labelled, probabilities=np.where(is_known, corrected.read, labelled.evidence))


def _known_root(model: ModelBundle) -> ModelBundle | None:
    """The packaged base model, where ``model`` was fine-tuned from it; other roots are not at hand."""
    base = ModelBundle.base()
    return base if model.card.root == base.card.name else None


def _read_by(
    root: ModelBundle, own: LabelledPredictions, images: NDArray[np.uint8], which: NDArray[np.bool_]
) -> LabelledPredictions:
    """The same, with the root's evidence for the digits ``which`` (n,), whose ``images`` are (n, 28, 28)."""
    evidence, probabilities = own.evidence.copy(), own.probabilities.copy()
    read = Classifier(root).classify(images[which]).probabilities
    evidence[which] = probabilities[which] = classifier_evidence(read, label_weight(root))
    return replace(own, evidence=evidence, probabilities=probabilities)


def _weakened(adapter: PersonalAdapter | None, is_memorized: NDArray[np.bool_]) -> PersonalAdapter | None:
    """The adapter of n digits with less of what it says by those that the model was trained on, (n,)."""
    if adapter is None:
        return None
    shares = np.where(is_memorized[-len(adapter.weights) :], MEMORIZED_SHARE, 1.0).astype(np.float32)
    return replace(adapter, weights=adapter.weights * shares[:, np.newaxis])


def label_weight(model: ModelBundle) -> float:
    """Of all sources of a label together, with which the classifier's word is taken as theirs."""
    return sum((model.card.page_calibration or PageCalibration.neutral()).label)
