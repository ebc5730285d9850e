"""The estimator of calibration on single digits: a temperature of the softmax."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def fit_temperature(logits: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """The temperature in 0.2..5 whose softmax has the least cross-entropy (Guo et al. 2017), by ternary search on its
    logarithm.

    ``logits`` (n, 10) and ``labels`` (n,); for no digits it is 1. Cross-entropy is convex in
    1/T, so the search finds the one minimum.
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


def _cross_entropy(logits: NDArray[np.floating], labels: NDArray[np.uint8]) -> float:
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    of_truth = shifted[np.arange(len(labels)), labels]
    return float((np.log(np.exp(shifted).sum(axis=1)) - of_truth).mean())
