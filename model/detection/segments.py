"""Segments: which ink of a crop is a digit's own, and which digit it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NONE = 10  # the kind of a crop that shows no digit, or not just one


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """``masks`` (n, 48, 48) uint8, how much of each pixel the digit's own ink covers, 0..255; ``kinds`` (n, 11)
    float32, probabilities of the ten digits and of no digit."""

    masks: NDArray[np.uint8]
    kinds: NDArray[np.float32]
