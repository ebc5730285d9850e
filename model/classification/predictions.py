"""What a classifier gives for digit images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """The outputs for n digit images: ``probabilities`` (n, 10) float32, rows summing to 1; ``features`` (n, F)
    float32, the penultimate layer's."""

    probabilities: NDArray[np.float32]
    features: NDArray[np.float32]

    @property
    def labels(self) -> NDArray[np.int64]:
        """The likeliest class of each digit, (n,)."""
        return np.asarray(self.probabilities.argmax(axis=1), np.int64)

    @property
    def confidences(self) -> NDArray[np.float32]:
        """The probability of the likeliest class, (n,)."""
        return np.asarray(self.probabilities.max(axis=1, initial=0.0), np.float32)
