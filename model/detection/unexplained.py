"""Ink that no digit and no other known mark explains: evidence made without any network."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.detection.suppression import shared_areas
from model.ink import ink_of
from model.percentile import percentile
from model.profiling import profiled
from model.reading import Pixels

_LEVEL = 0.35  # of the strokes' own blackness: where ink begins
_SIZES = (0.5, 2.0)  # of the digits' height: what counts as of their size
_EXPLAINED = 0.5  # of a mark's box within one that is known
_FEW = 1 << 18  # pixels: at most a quarter of them are marks, which 16 bits number in a third of the time of 32


@profiled("unexplained")
def unexplained(
    small: Pixels, digits: NDArray[np.float32], others: NDArray[np.float32], scale: float
) -> NDArray[np.float32]:
    """The boxes (m, 4) of marks as large and as black as the ``digits`` (n, 4) of a photo that neither they nor the
    ``others`` (k, 4) cover. ``small`` (h, w) is the photo reduced by ``scale``."""
    if not len(digits):
        return np.zeros((0, 4), np.float32)
    ink = ink_of(small)
    height = float(np.median(digits[:, 3])) / scale
    black = _blackness(ink.grey, digits / scale)
    mask = cv2.threshold(ink.grey, max(ink.noise, _LEVEL * black), 255, cv2.THRESH_BINARY)[1]
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, ltype=cv2.CV_16U if mask.size < _FEW else cv2.CV_32S)
    boxes = stats[1:, :4].astype(np.float32)
    tall = (boxes[:, 3] > _SIZES[0] * height) & (boxes[:, 3] < _SIZES[1] * height) & (boxes[:, 2] < 3 * height)
    known = np.asarray(np.concatenate([digits, others]) / scale, np.float32)
    left = [box for box in boxes[tall] if not _covered(box, known)]
    return np.array(left, np.float32).reshape(-1, 4) * np.float32(scale)


def _blackness(ink: Pixels, boxes: NDArray[np.float32]) -> float:
    """How black the strokes in the boxes are: the median of their 90th percentiles."""
    values = []
    for x, y, width, height in boxes.astype(int):
        part = ink[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)]
        if part.size:
            values.append(percentile(part, 90))
    return float(np.median(values)) if values else 0.0


def _covered(box: NDArray[np.float32], known: NDArray[np.float32]) -> bool:
    return bool((shared_areas(box, known) > _EXPLAINED * box[2] * box[3]).any())
