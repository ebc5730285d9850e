"""A digit's own ink in a crop: as black as it is there, of what the segmenter takes for it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.percentile import percentile
from model.reading import Pixels

_INSIDE = 128  # of a mask (0..255): where ink is sure to be the digit's
_INK = 0.3  # of the digit's own blackness: where ink begins
_BARE, _FULL = 0.2, 0.65  # of the digit's own blackness: what is no ink yet, and what is all ink
_OWN = 0.3  # share of a piece of ink under the mask from which all of it is the digit's
_BEYOND = 3  # pixels that such a piece may reach beyond the box
_PROBABLE = 32, 144  # mask values that count for no ink and for full ink


def own_ink(crop: NDArray[np.uint8], mask: Pixels) -> Pixels:
    """The ink (48, 48) uint8 of the digit that fills the box of a crop (48, 48, 2) uint8 and that ``mask`` (48, 48)
    uint8 tells, 0 paper to 255 full ink.

    Pieces of ink that end near the box are taken whole, thin and pale strokes with them; of those that go on beyond it,
    neighbours and lines that touch, only what the mask says.
    """
    told = _stretched(mask, *_PROBABLE)
    inside = mask >= _INSIDE
    if not inside.any():
        return told
    difference = crop[..., 0].astype(np.float32) - 128
    difference *= np.sign(float(difference[inside].mean())) or 1.0
    black = percentile(difference[inside], 75)
    if black <= 0:
        return told
    dark = (difference > _INK * black).astype(np.uint8)
    pieces, stats = (np.asarray(each, np.int32) for each in cv2.connectedComponentsWithStats(dark)[1:3])
    whole = _is_whole(pieces, stats, inside, np.ascontiguousarray(crop[..., 1]))
    ink = _stretched(difference, _BARE * black, _FULL * black)
    return np.where(cv2.dilate(whole[pieces].astype(np.uint8), np.ones((3, 3), np.uint8)) > 0, ink, told)


def _is_whole(
    pieces: NDArray[np.int32], stats: NDArray[np.int32], inside: NDArray[np.bool_], box: Pixels
) -> NDArray[np.bool_]:
    """Of each piece of ink, whether all of it is the digit's."""
    x, y, width, height = cv2.boundingRect(box)
    left, top, wide, high, area = stats.T
    near = (left >= x - _BEYOND) & (top >= y - _BEYOND)
    near &= (left + wide <= x + width + _BEYOND) & (top + high <= y + height + _BEYOND)
    under = np.bincount(pieces[inside], minlength=len(stats))
    own = near & (under > _OWN * area)
    own[0] = False
    return np.asarray(own)


def _stretched(values: NDArray[np.uint8] | NDArray[np.float32], low: float, high: float) -> Pixels:
    return np.asarray(np.clip((values.astype(np.float32) - low) * (255 / (high - low)), 0, 255), np.uint8)
