"""The one formatting of a digit: ink of any size to 28x28 in MNIST's way, for serving, training and tests alike.

As MNIST was made (LeCun, Cortes, Burges, "The MNIST database"): the digit is fitted into 20x20 with its aspect ratio
kept and grey levels from the anti-aliased reduction, then laid into 28x28 so that its centre of mass is the centre.
"""

from __future__ import annotations

import cv2
import numpy as np

from model.image_decoding import Pixels
from model.profiling import profiled
from model.reading import DigitImage

SIDE = 28
FIT = 20
# Strokes, in pixels of the finished image: thinner ones than MNIST's fade away, fatter ones run together.
THINNEST = 2.0
_ENOUGH = 120  # pixels; a larger crop is reduced to this first, which costs nothing in 20 pixels


@profiled("format")
def normalize_digit(ink: Pixels) -> DigitImage:
    """Format one digit: (h, w) uint8 ink, 0 paper to 255 full ink, nothing else in it, any margin around it.

    Gives (28, 28) uint8; all zero where there is no ink.
    """
    tight = _tight(ink)
    if tight is None:
        return np.zeros((SIDE, SIDE), np.uint8)
    return _centred(_fitted(_strengthened(_reduced(tight))))


def _tight(ink: Pixels) -> Pixels | None:
    """Cut the margins away."""
    x, y, width, height = cv2.boundingRect(cv2.threshold(ink, 31, 1, cv2.THRESH_BINARY)[1])
    return ink[y : y + height, x : x + width] if width else None


def _reduced(ink: Pixels) -> Pixels:
    """Bring a large crop to 120 pixels; lines that get thinner than a pixel there keep their full blackness."""
    factor = _ENOUGH / max(ink.shape)
    if factor >= 1:
        return ink
    small = _scaled(ink, factor)
    return np.asarray(cv2.convertScaleAbs(small, alpha=255 / max(1, int(small.max()))), dtype=np.uint8)


def _scaled(ink: Pixels, factor: float) -> Pixels:
    size = (max(1, round(ink.shape[1] * factor)), max(1, round(ink.shape[0] * factor)))
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, size, interpolation=how), dtype=np.uint8)


def stroke_width(ink: Pixels) -> float:
    """Estimate the width of the strokes in pixels: in a strip of width w the mean distance to its edge is w / 4."""
    solid = cv2.threshold(cv2.copyMakeBorder(ink, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0), 127, 1, cv2.THRESH_BINARY)[
        1
    ]
    inside = int(np.count_nonzero(solid))
    if not inside:
        return 1.0
    distance = cv2.distanceTransform(solid, cv2.DIST_L2, 3)
    return max(1.0, 4 * float(distance.sum()) / inside - 1)


def _strengthened(ink: Pixels) -> Pixels:
    """Widen strokes that would be thinner than MNIST's once they are fitted."""
    missing = THINNEST * max(ink.shape) / FIT - stroke_width(ink)
    extra = int(missing / 2 + 0.5)
    if extra < 1:
        return ink
    wide = cv2.copyMakeBorder(ink, extra, extra, extra, extra, cv2.BORDER_CONSTANT, value=0)
    pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * extra + 1, 2 * extra + 1))
    return np.asarray(cv2.dilate(wide, pen), dtype=np.uint8)


def _fitted(ink: Pixels) -> Pixels:
    return _scaled(ink, FIT / max(ink.shape))


def _centred(ink: Pixels) -> DigitImage:
    """Lay at most 20x20 pixels into 28x28, the centre of mass on the centre as nearly as whole pixels allow."""
    h, w = ink.shape
    mass = max(1.0, float(ink.sum()))
    x = float(ink.sum(axis=0) @ np.arange(w)) / mass
    y = float(ink.sum(axis=1) @ np.arange(h)) / mass
    left = min(max(round(SIDE / 2 - x), 0), SIDE - w)
    top = min(max(round(SIDE / 2 - y), 0), SIDE - h)
    image = np.zeros((SIDE, SIDE), np.uint8)
    image[top : top + h, left : left + w] = ink
    return image
