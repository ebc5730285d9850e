"""How good a model is on labelled digits, through the interpreter that serves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Classifier, Predictions
from model.datasets import Samples
from model.model_bundle import ModelBundle

BINS = 15  # of the calibration error, as Guo et al. 2017 have it


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What a model did with ``n`` digits, ``correct`` of them right.

    ``loss`` is the mean cross-entropy in nats, ``ece`` the expected calibration error (0..1) and ``confusion`` (10, 10)
    counts of true label (row) by read label (column).
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
        """The shape that ``digitbot evaluate --json`` prints as ``test``."""
        return {
            "n": self.n,
            "correct": self.correct,
            "accuracy": self.accuracy,
            "loss": self.loss,
            "ece": self.ece,
            "confusion": self.confusion.tolist(),
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """Scores that a card tells. Raises ``KeyError``, ``TypeError``, ``ValueError`` where it tells something
        else."""
        confusion = np.array(told["confusion"], np.int64).reshape(10, 10)
        return cls(int(told["n"]), int(told["correct"]), float(told["loss"]), float(told["ece"]), confusion)


def evaluate(model: ModelBundle, samples: Samples, threads: int = 1) -> Scores:
    """Classify all of ``samples`` and score the answers. Raises ``ModelLoadError``."""
    return score(Classifier(model, threads).classify(samples.images), samples.labels)


def score(classified: Predictions, labels: NDArray[np.integer[Any]]) -> Scores:
    """Scores of answers to n digits whose true labels are ``labels`` (n,)."""
    probabilities = classified.probabilities.astype(np.float64)
    right = classified.labels == labels
    of_truth = probabilities[np.arange(len(labels)), labels]
    losses = -np.log(np.maximum(of_truth, np.finfo(np.float32).tiny))
    confusion = np.zeros((10, 10), np.int64)
    np.add.at(confusion, (labels, classified.labels), 1)
    return Scores(
        n=len(labels),
        correct=int(right.sum()),
        loss=float(losses.mean()) if len(labels) else 0.0,
        ece=calibration_error(classified.confidences, right),
        confusion=confusion,
    )


def calibration_error(confidences: NDArray[np.floating[Any]], right: NDArray[np.bool_]) -> float:
    """Expected calibration error: mean distance of confidence and share of right answers over equal bins of
    confidence."""
    bins = np.minimum((confidences * BINS).astype(np.int64), BINS - 1)
    gaps = np.bincount(bins, confidences - right, BINS)
    return float(np.abs(gaps).sum() / max(1, len(right)))


def result(model: ModelBundle, scores: Scores, seconds: float) -> Mapping[str, Any]:
    """The last line of ``train --json`` and all of ``evaluate --json``."""
    return {"test": scores.as_json(), "parameters": model.card.parameters, "seconds": round(seconds, 3)}
