"""Which pixels of a photo are ink, where it is known what was read: nothing is drawn over them.

Unlike ``model.ink``, which must find ink before anything is known, this takes the size of the strokes, their polarity
and their darkness from the boxes of what was read.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from bot.pictures.mark_styles import Rectangle

CELL = 2  # pixels: ink is looked for at half the picture's size
WIDEST_STROKE = 0.5  # of the height of the digits
FAINT_SHARE = 0.6  # of Otsu's threshold between strokes and paper: the soft edge of a stroke is ink too
LEAST_DARKNESS = 8  # of 255, against its paper
DARKEST_PAPER = 64  # below this, relative darkness is mostly noise
COARSE_STROKE = 12  # pixels of the widest strokes, where the paper is estimated
POLLED_STROKE = 5  # the same, where it is asked whether ink is darker than paper

Grey = NDArray[np.uint8]


def ink_mask(grey: Grey, boxes: Sequence[Rectangle]) -> NDArray[np.bool_]:
    """Which of the cells of a picture (h, w) uint8 hold ink, (h / CELL, w / CELL); ``boxes`` of what was read, at least
    one."""
    size = max(1, grey.shape[1] // CELL), max(1, grey.shape[0] // CELL)
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    widest = max(5, round(WIDEST_STROKE * median(box.bottom - box.top for box in boxes) / CELL))
    darkness = _darkness(small if _is_dark(small, boxes, widest) else 255 - small, widest)
    values = np.concatenate([darkness[cells(box)].ravel() for box in boxes])
    split = cv2.threshold(values, 0, 255, cv2.THRESH_OTSU)[0] if values.size else 0
    return np.asarray(darkness > max(LEAST_DARKNESS, FAINT_SHARE * split))


def cells(place: Rectangle, size: int = CELL) -> tuple[slice, slice]:
    """All cells of so many pixels that a place touches."""
    top, left = max(0, place.top // size), max(0, place.left // size)
    return slice(top, max(top, -(-place.bottom // size))), slice(left, max(left, -(-place.right // size)))


def _is_dark(small: Grey, boxes: Sequence[Rectangle], widest: int) -> bool:
    """Whether the narrow parts of the boxes differ from their surroundings to the dark side, rather than to the light.

    The wide edges of shadows are in neither hat; squares, because strokes differ more than the paper between them.
    """
    coarse, step = _coarse(small, widest, POLLED_STROKE)
    kernel = np.ones((widest // step | 1,) * 2, np.uint8)
    common = cv2.medianBlur(coarse, min(255, 3 * widest // step | 1))
    black, white = (cv2.morphologyEx(coarse, hat, kernel) for hat in (cv2.MORPH_BLACKHAT, cv2.MORPH_TOPHAT))
    darker = np.asarray(cv2.min(black, cv2.subtract(common, coarse)), np.int32)
    lighter = np.asarray(cv2.min(white, cv2.subtract(coarse, common)), np.int32)
    return sum(int((darker**2 - lighter**2)[cells(box, CELL * step)].sum()) for box in boxes) >= 0


def _coarse(small: Grey, widest: int, pixels: int) -> tuple[Grey, int]:
    """The picture reduced until strokes of ``widest`` cells are so many pixels wide, and how far that is."""
    step = max(1, widest // pixels)
    if step == 1:
        return small, 1
    size = max(1, small.shape[1] // step), max(1, small.shape[0] // step)
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.uint8), step


def _darkness(bright: Grey, widest: int) -> Grey:
    """How much darker than its paper each cell is, 0 to 255: the closing fills strokes of up to ``widest`` cells."""
    coarse, step = _coarse(bright, widest, COARSE_STROKE)
    reach = widest // step | 1
    wide = cv2.copyMakeBorder(coarse, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))[reach:-reach, reach:-reach]
    paper = cv2.resize(closed, bright.shape[::-1], interpolation=cv2.INTER_LINEAR)
    least = np.maximum(paper, np.uint8(DARKEST_PAPER))
    return np.asarray(cv2.divide(cv2.subtract(paper, bright), least, scale=255), np.uint8)
