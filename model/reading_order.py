"""Boxes in the order they are read: rows, which may be slanted, top to bottom, each left to right."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_APART = 0.5  # of the typical height: how far the levels of two rows are apart at least
_STEEPEST = 0.3  # slope of a row, height over width
_BESIDE = 0.2  # of the typical height: how far a neighbour's middle is to the right at least
# What a slope must save, in typical heights for each unit of slope. From 2 to 3, all of 595 generated pages are read in
# their order; with 0.3 or 5, 594.
_LEVEL = 2.5


def rows(boxes: NDArray[np.float32]) -> list[list[int]]:
    """The indices of boxes (n, 4) x, y, width, height, row by row."""
    if not len(boxes):
        return []
    centres = np.asarray(boxes[:, :2] + boxes[:, 2:] / 2, np.float64)
    height = float(np.median(boxes[:, 3]))
    level = centres[:, 1] - _slope(centres, height) * centres[:, 0]
    order = np.argsort(level, kind="stable")
    breaks = np.flatnonzero(np.diff(level[order]) > _APART * height) + 1
    return [sorted((int(i) for i in row), key=lambda i: float(centres[i, 0])) for row in np.split(order, breaks)]


def _slope(centres: NDArray[np.float64], height: float) -> float:
    """The slope along which boxes stand beside their nearest neighbours to the right; level unless these ask for
    another. Boxes far from each other, as scattered digits are, say nothing of a row."""
    across = centres[None, :, 0] - centres[:, None, 0]
    down = centres[None, :, 1] - centres[:, None, 1]
    beside = (across > _BESIDE * height) & (np.abs(down) <= _STEEPEST * across + _APART * height)
    distances = np.where(beside, np.hypot(across, down), np.inf)
    nearest = distances.argmin(axis=1)
    first = np.flatnonzero(np.isfinite(distances.min(axis=1)))
    steps = across[first, nearest[first]], down[first, nearest[first]]
    slopes = np.linspace(-_STEEPEST, _STEEPEST, 31)
    off = np.abs(steps[1][:, None] - slopes * steps[0][:, None])
    return float(slopes[np.argmin(np.minimum(off, _APART * height).sum(axis=0) + _LEVEL * height * np.abs(slopes))])
