"""Boxes in the order they are read: rows, which may be slanted, top to bottom, each left to right."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_APART = 0.5  # of the typical height: how far the levels of two rows are apart at least
_STEEPEST = 0.3  # slope of a row, height over width


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
    """The slope that leaves the widest gaps between rows and the least scatter within."""
    slopes = np.linspace(-_STEEPEST, _STEEPEST, 31)
    levels = np.sort(centres[:, 1, None] - slopes * centres[:, 0, None], axis=0)
    gaps = np.diff(levels, axis=0)
    within = np.where(gaps <= _APART * height, gaps, _APART * height).sum(axis=0)
    return float(slopes[np.argmin(within + 0.3 * height * np.abs(slopes))])
