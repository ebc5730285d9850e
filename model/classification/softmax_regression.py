"""Softmax regression (multinomial logistic regression) with NumPy, from logits that are there already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.logits import softmax

Floats = NDArray[np.float32]

# Of one matrix product, up to which OpenBLAS works in one thread (its interface/gemm.c). On a busy machine its threads
# wait for one another: on two cores with six other processes 50 corrections took 7 s, and so take 0.2 s.
SERIAL_MULTIPLICATIONS: Final = 2**18


@dataclass(frozen=True, slots=True, eq=False)
class WeightedDigits:
    """n digits to fit to: ``inputs`` (n, k); the logits (n, 10) that the weights' part is added to, ``base``; their
    ``labels`` (n,); and the ``shares`` (n,) of the loss that they have, of sum 1."""

    inputs: Floats
    base: Floats
    labels: NDArray[np.integer]
    shares: NDArray[np.floating]

    def weights(self, *, decay: float, steps: int) -> Floats:
        """The weights (k, 10) of least cross-entropy, with ``decay`` of their squares, after so many steps from nought
        of Nesterov's accelerated gradient descent."""
        weighted = np.ascontiguousarray((self.inputs * self.shares[:, None]).T, np.float32)
        wanted = np.eye(10, dtype=np.float32)[self.labels]
        # The second derivative of the cross-entropy is at most half of the inputs' weighted second moment (Böhning
        # 1992), and the largest eigenvalue of that at most its largest sum of magnitudes of a row (Gershgorin).
        magnitudes = np.abs(weighted) * np.abs(self.inputs).sum(axis=1)
        step = 1 / (0.5 * float(magnitudes.sum(axis=1).max()) + decay)
        weights = ahead = np.zeros((self.inputs.shape[1], 10), np.float32)
        for at in range(steps):
            error = softmax(self.base + product_in_blocks(self.inputs, ahead)) - wanted
            gradient = product_in_blocks(weighted, error) + decay * ahead
            before, weights = weights, np.asarray(ahead - step * gradient, np.float32)
            ahead = weights + np.float32(at / (at + 3)) * (weights - before)
        return weights


def product_in_blocks(left: Floats, right: Floats) -> Floats:
    """The matrix product, in blocks that are each computed by one thread."""
    rows = max(1, SERIAL_MULTIPLICATIONS // max(1, right.size))
    blocks = [left[start : start + rows] @ right for start in range(0, max(1, len(left)), rows)]
    return np.asarray(np.concatenate(blocks), np.float32)
