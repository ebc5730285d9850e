"""Hypotheses: candidates as digits, and everything that the decision weighs of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Hypotheses:
    """n candidates as digits. ``boxes`` (n, 4) float32 x, y, width, height in pixels of the upright photo, as the
    detector gives them, and ``tight`` around the ink; ``digit``
    and ``other`` (n,), the detector's scores, and its ``labels`` (n, 10); ``kinds`` (n, 11), the segmenter's;
    ``classified`` (n, 10), the classifier's for ``images`` (n, 28, 28) uint8, and its ``features`` (n, F) of them. All
    but the images are float32, all but boxes, images and features probabilities, 0..1."""

    boxes: NDArray[np.float32]
    tight: NDArray[np.float32]
    digit: NDArray[np.float32]
    other: NDArray[np.float32]
    labels: NDArray[np.float32]
    kinds: NDArray[np.float32]
    classified: NDArray[np.float32]
    images: NDArray[np.uint8]
    features: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.boxes)
