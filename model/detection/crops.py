"""One mark cut out of the photo with what is around it, as the segmenter is given it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.percentile import percentile
from model.reading import Pixels

SIDE = 48  # pixels of a crop
FILLED = 32  # pixels of it that the longer side of the box takes
_LEAST_CONTRAST = 16.0  # grey levels below which a crop is not stretched further
_CONTRAST = 110.0  # grey levels that the strongest difference is stretched to


@dataclass(frozen=True, slots=True)
class Region:
    """A box in pixels of the photo, fractions allowed: its corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def side(self) -> float:
        """The photo pixels that a crop's side covers."""
        return max(self.width, self.height) * SIDE / FILLED

    @property
    def corner(self) -> tuple[float, float]:
        """The (x, y) of the crop's corner in the photo."""
        return self.x + (self.width - self.side) / 2, self.y + (self.height - self.side) / 2


def crop(grey: Pixels, region: Region) -> NDArray[np.uint8]:
    """The crop (48, 48, 2) uint8 of a region: grey levels about their median, stretched; and the box, 255 inside."""
    part = window(grey, region, cv2.BORDER_REPLICATE).astype(np.float32)
    part -= np.float32(percentile(part, 50))
    strongest = max(_LEAST_CONTRAST, percentile(np.abs(part), 99))
    levels = np.clip(128 + part * (_CONTRAST / strongest), 0, 255).astype(np.uint8)
    return np.asarray(cv2.merge([levels, _box(region)]), np.uint8)


def window(grey: Pixels, region: Region, border: int) -> Pixels:
    """The square around a region, (48, 48) uint8; ``border`` is OpenCV's rule for what lies outside the photo."""
    side, (left, top) = region.side, region.corner
    size = max(1, round(side))
    x, y = round(left), round(top)
    height, width = grey.shape
    inside = grey[max(0, y) : max(0, min(height, y + size)), max(0, x) : max(0, min(width, x + size))]
    if not inside.size:
        return np.zeros((SIDE, SIDE), np.uint8)
    above, below = max(0, -y), max(0, y + size - height)
    before, behind = max(0, -x), max(0, x + size - width)
    if above or below or before or behind:
        inside = np.asarray(cv2.copyMakeBorder(inside, above, below, before, behind, border, value=0), np.uint8)
    whole = size // SIDE
    if whole > 1:  # averages of n x n pixels take a fraction of the time of any others
        size //= whole
        inside = np.asarray(
            cv2.resize(inside[: size * whole, : size * whole], (size, size), interpolation=cv2.INTER_AREA), np.uint8
        )
    how = cv2.INTER_AREA if size > SIDE else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(inside, (SIDE, SIDE), interpolation=how), np.uint8)


def _box(region: Region) -> Pixels:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    share = FILLED / max(region.width, region.height)
    half_width, half_height = max(1, round(region.width * share / 2)), max(1, round(region.height * share / 2))
    middle = SIDE // 2
    mask[middle - half_height : middle + half_height, middle - half_width : middle + half_width] = 255
    return mask
