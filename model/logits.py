"""From logits to probabilities."""

from __future__ import annotations

from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Float = TypeVar("Float", np.float32, np.float64)

_MOST: Final = 60.0  # either way; beyond it a probability is 0 or 1, and its exponential would overflow in float32


def logistic(logits: NDArray[Float]) -> NDArray[Float]:
    """The probability of each of these log odds, of any shape."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -_MOST, _MOST))), logits.dtype)


def softmax(logits: NDArray[Float]) -> NDArray[Float]:
    """The probabilities (n, k) of these logits; n or k may be 0."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), logits.dtype)
