"""Over-segmentation: where a wide region of touching digits might be cut (LeCun et al. 1998, section VI)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from model.image_decoding import Pixels
from model.ink import Ink
from model.profiling import profiled
from model.reading import Box
from model.segment import Mark, Place

Split = Callable[[Place, Ink], list[Place]]  # a place to its pieces from left to right, [place] where it has none

SHORTEST = 6  # points of an outline: less is a speck
_SHEARS = (0.0, 0.3, -0.3)  # pixels across to one pixel up: how digits slant
_MOST_CUTS = 4
_DEEPEST = 1.3  # of the height: ink and extent that a cut may go through together
_NARROWEST = 0.16  # of the height: what a 1 needs


@profiled("segment")
def slices(place: Place, ink: Ink) -> list[Place]:
    """Cut a place at its thinnest spots into pieces from left to right; [place] where there is no such spot."""
    mask = _solid(place, ink)
    lines = _lines(mask)
    if not lines:
        return [place]
    height, width = mask.shape
    left = np.zeros((height, width), np.bool_)
    pieces = []
    for line in [*lines, None]:
        right = np.ones_like(left) if line is None else _left_of(line, height, width)
        pieces.append(_piece(np.where(right & ~left, mask, 0).astype(np.uint8), place))
        left |= right
    return [piece for piece in pieces if piece is not None] or [place]


def _solid(place: Place, ink: Ink) -> Pixels:
    """Draw the ink of a place as a mask (h, w) of 0 and 255."""
    return np.asarray(cv2.threshold(place.ink(ink), 110, 255, cv2.THRESH_BINARY)[1], dtype=np.uint8)


def _lines(mask: Pixels) -> list[tuple[float, float]]:
    """Choose cuts (x at mid-height, shear), left to right: the least ink to cut through, apart from each other."""
    height = mask.shape[0]
    apart = max(3, round(_NARROWEST * height))
    choices = [(cost, x, shear) for shear in _SHEARS for cost, x in _valleys(_crossed(mask, shear), apart)]
    chosen: list[tuple[float, float]] = []
    for cost, x, shear in sorted(choices, key=lambda choice: choice[0] + 0.02 * height * abs(choice[2])):
        if (
            cost < _DEEPEST * height
            and all(abs(x - other) >= apart for other, _ in chosen)
            and len(chosen) < _MOST_CUTS
        ):
            chosen.append((x, shear))
    return sorted(chosen)


def _crossed(mask: Pixels, shear: float) -> NDArray[np.float32]:
    """Measure what a cut at each x would go through, in pixels: ink, and the height from topmost to lowest ink.

    The first is least in a thin stroke that joins two digits, the second where two round ones touch.
    """
    height, width = mask.shape
    matrix = np.array([[1, shear, -shear * height / 2], [0, 1, 0]], np.float32)
    solid = (cv2.warpAffine(mask, matrix, (width, height), flags=cv2.INTER_NEAREST) if shear else mask) > 0
    ink = solid.sum(axis=0)
    extent = np.where(ink > 0, height - solid.argmax(axis=0) - solid[::-1].argmax(axis=0), 0)
    return np.asarray(cv2.blur((ink + extent).astype(np.float32)[None], (3, 1))[0], dtype=np.float32)


def _valleys(crossed: NDArray[np.float32], apart: int) -> list[tuple[float, float]]:
    """Find the lowest spots (cost, x) of stretches ``apart`` wide, away from both ends."""
    lowest = cv2.erode(crossed[None], np.ones((1, apart | 1), np.uint8))[0]
    inner = np.arange(apart, len(crossed) - apart)
    spots = inner[crossed[inner] <= lowest[inner]] if len(inner) else inner
    runs = np.split(spots, np.flatnonzero(np.diff(spots) > 1) + 1)
    return [(float(crossed[run].min()), float(run.mean())) for run in runs if len(run)]


def _left_of(line: tuple[float, float], height: int, width: int) -> NDArray[np.bool_]:
    x, shear = line
    rows = np.arange(height)[:, None] - height / 2
    return np.asarray(np.arange(width)[None, :] < x - shear * rows)


def _piece(mask: Pixels, place: Place) -> Place | None:
    """Outline what is left in a mask cut out of a place."""
    contours = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    marks = [outlined(contour, place) for contour in contours if len(contour) >= SHORTEST]
    return Place.of(*marks) if marks else None


def outlined(contour: cv2.typing.MatLike, place: Place, holes: Sequence[cv2.typing.MatLike] = ()) -> Mark:
    """Make a mark of an outline within a place, and of those of its holes that hold others' ink."""
    origin = np.array([place.box.x, place.box.y], np.int32)
    moved, *within = (np.asarray(each + origin, np.int32) for each in (contour, *holes))
    return Mark(moved, Box(*cv2.boundingRect(moved)), place.peak, tuple(within))
