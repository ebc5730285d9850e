"""Many overlapping candidates to one for each mark: non-maximum suppression, boxes averaged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from model.detection.candidates import Candidates

_SAME = 0.3  # intersection over union from which two boxes are of one mark
_INSIDE = 0.7  # of the smaller box: from which one box lies in another
_NARROWEST = 0.5  # of its length: a stroke is compared as if it were so wide, for a pixel more or less means little
_AGREEING = 0.7  # intersection over union from which boxes are averaged
_MOST = 600  # marks that are kept, the likeliest: a page of a hundred digits has 200, one of print any number


def suppressed(found: Candidates, scores: NDArray[np.float32]) -> Candidates:
    """The best of each group of overlapping candidates, the best first, its box the mean of those that agree with it,
    weighted by score."""
    order = np.argsort(-scores, kind="stable")
    boxes = found.boxes[order]
    wide = widened(boxes)
    weights = scores[order]
    kept: list[np.int64] = []
    merged: list[NDArray[np.float32]] = []
    alive = np.arange(len(order))
    while len(alive) and len(kept) < _MOST:
        union, part = overlaps(wide[alive[0]], wide[alive])
        agreeing = alive[union >= _AGREEING]
        kept.append(order[alive[0]])
        merged.append(weights[agreeing] @ boxes[agreeing] / weights[agreeing].sum())
        alive = alive[(union < _SAME) & (part < _INSIDE)]
    if not kept:
        return found.take(np.zeros(0, np.int64))
    return replace(found.take(np.array(kept)), boxes=np.array(merged, np.float32))


def widened(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Boxes (n, 4) with narrow ones widened about their middles."""
    sizes = np.maximum(boxes[:, 2:], _NARROWEST * boxes[:, 2:].max(axis=1, keepdims=True, initial=0))
    return np.concatenate([boxes[:, :2] + (boxes[:, 2:] - sizes) / 2, sizes], axis=1)


def overlaps(box: NDArray[np.float32], boxes: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Of a box (4,) with others (n, 4): intersection over union, and over the smaller of both; (n,) each."""
    shared = shared_areas(box, boxes)
    area, areas = box[2] * box[3], boxes[:, 2] * boxes[:, 3]
    return shared / np.maximum(area + areas - shared, 1e-6), shared / np.maximum(np.minimum(area, areas), 1e-6)


def shared_areas(box: NDArray[np.float32], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """The areas (n,) that a box (4,) has in common with others (n, 4)."""
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[:2] + box[2:], boxes[:, :2] + boxes[:, 2:])
    return np.asarray(np.prod(np.maximum(high - low, 0), axis=1), np.float32)
