"""Metrics of a model on labelled digit images, classified as they are when it serves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Classifier
from model.classification.predictions import Predictions
from model.datasets import Samples
from model.model_bundle import ModelBundle

BINS = 15  # of confidence, for the expected calibration error (Guo et al. 2017)


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """The metrics of a model on ``n`` digits, of which it classified ``correct`` right.

    ``loss`` is the mean cross-entropy in nats, ``ece`` the expected calibration error (0..1) and ``confusion`` (10, 10)
    counts of true label (row) by predicted label (column).
    """

    n: int
    correct: int
    loss: float
    ece: float
    confusion: NDArray[np.int64]

    @property
    def accuracy(self) -> float:
        """Share of right digits; 0 of none."""
        return self.correct / self.n if self.n else 0.0

    def as_json(self) -> dict[str, Any]:
        """The object that ``digitbot evaluate --json`` prints as ``test``."""
        return {
            "n": self.n,
            "correct": self.correct,
            "accuracy": self.accuracy,
            "loss": self.loss,
            "ece": self.ece,
            "confusion": self.confusion.tolist(),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The metrics stored on a card. Raises ``KeyError``, ``TypeError``, ``ValueError`` for anything else."""
        confusion = np.array(stored["confusion"], np.int64).reshape(10, 10)
        return cls(int(stored["n"]), int(stored["correct"]), float(stored["loss"]), float(stored["ece"]), confusion)


def evaluate(model: ModelBundle, samples: Samples, threads: int = 1) -> Scores:
    """Classify all of ``samples`` and score the predictions. Raises ``ModelLoadError``."""
    return score(Classifier(model, threads).classify(samples.images), samples.labels)


def score(predictions: Predictions, labels: NDArray[np.integer[Any]]) -> Scores:
    """The metrics of predictions for n digits whose true labels are ``labels`` (n,)."""
    probabilities = predictions.probabilities.astype(np.float64)
    right = predictions.labels == labels
    of_truth = probabilities[np.arange(len(labels)), labels]
    losses = -np.log(np.maximum(of_truth, np.finfo(np.float32).tiny))
    confusion = np.zeros((10, 10), np.int64)
    np.add.at(confusion, (labels, predictions.labels), 1)
    return Scores(
        n=len(labels),
        correct=int(right.sum()),
        loss=float(losses.mean()) if len(labels) else 0.0,
        ece=calibration_error(predictions.confidences, right),
        confusion=confusion,
    )


def calibration_error(confidences: NDArray[np.floating[Any]], right: NDArray[np.bool_]) -> float:
    """Expected calibration error (0..1): the mean distance of confidence and share of right predictions over bins of
    equal width. ``confidences`` (n,) 0..1, ``right`` (n,) bool."""
    bins = np.minimum((confidences * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(bins, confidences - right, BINS)
    return float(np.abs(gaps).sum() / max(1, len(right)))


def result(model: ModelBundle, scores: Scores, seconds: float) -> Mapping[str, Any]:
    """The object that ``evaluate --json`` prints, and ``train --json`` as its last line."""
    return {"test": scores.as_json(), "parameters": model.card.parameters, "seconds": round(seconds, 3)}
