"""Which box of what was found is which of what was written."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def match_boxes(shares: NDArray[np.floating], least: float) -> NDArray[np.int64]:
    """For each of n found boxes the index of the written one that it shares most with, -1 for none; each of the m
    written ones is taken once. ``shares`` (n, m): intersections over unions, which must be at least ``least``."""
    matched = np.full(len(shares), -1, np.int64)
    left = shares.copy()
    while left.size and left.max() >= least:
        found, written = np.unravel_index(left.argmax(), left.shape)
        matched[found] = written
        left[found], left[:, written] = 0.0, 0.0
    return matched
