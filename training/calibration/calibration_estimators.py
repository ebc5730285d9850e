"""Making confidence mean what it says: one temperature, and the confidence from which on a digit counts as sure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SURE_RIGHT = 0.999  # the share of right digits asked of those that count as sure
SURE_FLOOR = 0.5
_PULL = 0.1


def fit_temperature(logits: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """The temperature in 0.2..5 whose softmax has the least cross-entropy (Guo et al. 2017), by ternary search on its
    logarithm.

    ``logits`` (n, 10); of no digits it is 1. Cross-entropy is convex in 1/T, so the search finds the one minimum.
    """
    if not len(logits):
        return 1.0
    low, high = np.log(0.2), np.log(5.0)
    for _ in range(40):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        if _cross_entropy(logits / np.exp(left), labels) <= _cross_entropy(logits / np.exp(right), labels):
            high = right
        else:
            low = left
    return round(float(np.exp((low + high) / 2)), 4)


def softmax(logits: NDArray[np.floating], temperature: float) -> NDArray[np.float32]:
    """Probabilities of logits (n, 10), as the served file computes them."""
    powers = np.exp((logits.astype(np.float64) - logits.max(axis=1, keepdims=True)) / temperature)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def fit_logistic(evidence: NDArray[np.float64], true: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The weights (k,) of a logistic regression of ``true`` (n,) on ``evidence`` (n, k), by Newton's method; a slight
    pull to zero keeps them finite where the evidence decides."""
    weights = np.zeros(evidence.shape[1])
    for _ in range(50):
        chances = 1 / (1 + np.exp(-evidence @ weights))
        curvature = (evidence * (chances * (1 - chances))[:, None]).T @ evidence + _PULL * np.eye(len(weights))
        weights = weights + np.linalg.solve(curvature, evidence.T @ (true - chances) - _PULL * weights)
    return np.asarray(weights)


def _cross_entropy(logits: NDArray[np.floating], labels: NDArray[np.uint8]) -> float:
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    of_truth = shifted[np.arange(len(labels)), labels]
    return float((np.log(np.exp(shifted).sum(axis=1)) - of_truth).mean())


def sure_threshold(confidences: NDArray[np.float32], right: NDArray[np.bool_], share: float = SURE_RIGHT) -> float:
    """The least confidence, at least one half, from which on ``share`` of the digits are right; 1 if there is none."""
    above = confidences >= SURE_FLOOR
    order = np.argsort(-confidences[above], kind="stable")
    sorted_, hits = confidences[above][order], right[above][order]
    shares = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    ends = np.append(sorted_[1:] < sorted_[:-1], np.ones(min(1, len(hits)), bool))  # equal ones are in or out together
    good = np.flatnonzero((shares >= share) & ends)
    if not good.size:
        return 1.0 if len(hits) else SURE_FLOOR
    return SURE_FLOOR if good[-1] == len(hits) - 1 else float(sorted_[good[-1]])
