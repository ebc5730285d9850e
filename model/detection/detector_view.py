"""What the detector is given: a grey photo at a fixed area, beside what is darker and what is lighter than its narrow
surroundings."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.percentile import percentile
from model.profiling import profiled
from model.reading import Pixels

USUAL_SIZE = 384, 288  # (width, height) in pixels of the view of a photo of 4 to 3, at the first scale
VIEW_AREA = USUAL_SIZE[0] * USUAL_SIZE[1]  # pixels of a view at the first scale
COARSE_SIZE = 192, 144  # (width, height) of the view of such a photo that a few large digits are found in
COARSE_AREA = COARSE_SIZE[0] * COARSE_SIZE[1]
STEP = 16  # the sides of a view are multiples of this: the coarsest level's stride
_NARROW = 15  # pixels of the view: the widest strokes that stand out from their surroundings
_WEAKEST = 20.0  # grey levels: contrast of the strongest strokes below which there is only noise
_DARKEST_PAPER = 64  # grey level below which relative darkness is mostly noise


def view_size(width: int, height: int, area: int = VIEW_AREA) -> tuple[int, int]:
    """The (width, height) of a view of about ``area`` pixels of a photo of that shape; where a step is wider than that
    shape asks for, it is shortened."""
    share, longest = (area / (width * height)) ** 0.5, area // STEP
    steps = (round(min(longest, side * share) / STEP) for side in (width, height))
    across, down = (max(1, count) * STEP for count in steps)
    return across, down


@profiled("view")
def view_of(grey: Pixels, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The view (h, w, 3) uint8 of ``size`` (width, height) of a grey picture: grey; how much darker each pixel is than
    its narrow surroundings; how much lighter. Strokes stand out alike in light and shadow, dark or light."""
    small = _resized(grey, size)
    valleys, ridges = _stands_out(small), _stands_out(255 - small)
    strongest = percentile(np.maximum(valleys[::2, ::2], ridges[::2, ::2]), 99.5)
    strong = [cv2.convertScaleAbs(each, alpha=200 / max(_WEAKEST, strongest)) for each in (valleys, ridges)]
    return np.asarray(cv2.merge([small, *strong]), np.uint8)


def _resized(grey: Pixels, size: tuple[int, int]) -> Pixels:
    """To (width, height); first by a whole number, which takes a fraction of the time of any other."""
    height, width = grey.shape
    whole = min(width // size[0], height // size[1])
    if whole > 1:
        height, width = height // whole, width // whole
        grey = _averaged(grey[: height * whole, : width * whole], whole)
    how = cv2.INTER_AREA if size[0] * size[1] < width * height else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)


def _averaged(grey: Pixels, whole: int) -> Pixels:
    """The averages of ``whole`` x ``whole`` pixels. Those of 3 x 3 and 5 x 5 are taken from a box filter, which gives
    the same in a third of the time; OpenCV has no fast reduction for them."""
    if whole in (3, 5):
        return np.ascontiguousarray(cv2.blur(grey, (whole, whole))[whole // 2 :: whole, whole // 2 :: whole])
    size = grey.shape[1] // whole, grey.shape[0] // whole
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _stands_out(bright: Pixels) -> Pixels:
    """How much darker each pixel is than what surrounds it within a narrow window, relative to that: 0 to 255."""
    around = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((_NARROW, _NARROW), np.uint8))
    least = np.maximum(around, np.uint8(_DARKEST_PAPER))
    return np.asarray(cv2.divide(cv2.subtract(around, bright), least, scale=255), dtype=np.uint8)
