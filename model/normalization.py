"""MNIST formatting of a digit: ink of any size to a 28x28 digit image, for serving, training and augmentation alike.

As MNIST was made (LeCun, Cortes, Burges, "The MNIST database"): the digit is fitted into 20x20 with its aspect ratio
kept and grey levels from the anti-aliased reduction, then laid into 28x28 so that its centre of mass is the centre.
``normalize_digit`` serves: whole-pixel placement, thin strokes widened. ``resample_digit`` augments: one interpolation,
any size and shift.
"""

from __future__ import annotations

import cv2
import numpy as np

from model.profiling import profiled
from model.reading import DigitImage, Pixels

MNIST_SIDE = 28  # pixels of a digit image, each way
MNIST_BOX = 20  # pixels that the longer side of the digit fills
MNIST_CENTRE = MNIST_SIDE / 2  # pixels: where the mean mass of MNIST's digits lies (measured: 14.0 both ways)
MIN_STROKE_WIDTH = 2.0  # pixels of the digit image: thinner strokes than MNIST's fade away
_INK_LEVEL = 31  # grey levels 0..255: a pixel above it is ink, a paler one is margin
_MAX_CROP = 120  # pixels; a larger crop is reduced to this first, which costs nothing in 20 pixels
_BLUR_BELOW = 0.6  # scale of a single interpolation from which on it would alias without a blur


@profiled("format")
def normalize_digit(ink: Pixels) -> DigitImage:
    """Format one digit: (h, w) uint8 ink, 0 paper to 255 full ink, nothing else in it, any margin around it.

    Gives (28, 28) uint8; all zero where there is no ink.
    """
    x, y, width, height = _ink_box(ink)
    if not width:
        return np.zeros((MNIST_SIDE, MNIST_SIDE), np.uint8)
    return _centred(_fitted(_strengthened(_reduced(ink[y : y + height, x : x + width]))))


def resample_digit(ink: Pixels, size: float = MNIST_BOX, shift: tuple[float, float] = (0.0, 0.0)) -> DigitImage:
    """Format one digit in a single interpolation: fit the ink into ``size`` pixels, its centre of mass ``shift`` (x, y)
    pixels beside the centre, neither of them rounded; strokes keep their width in proportion.

    Takes (h, w) uint8 ink as ``normalize_digit`` does and gives (28, 28) uint8, all zero where there is no ink.
    """
    _, _, width, height = _ink_box(ink)
    if not width:
        return np.zeros((MNIST_SIDE, MNIST_SIDE), np.uint8)
    scale = size / max(width, height)
    x, y = _centre_of_mass(ink)
    matrix = np.array(
        [[scale, 0.0, MNIST_CENTRE - scale * x + shift[0]], [0.0, scale, MNIST_CENTRE - scale * y + shift[1]]]
    )
    smooth = cv2.GaussianBlur(ink, (3, 3), 0.5 / scale - 0.45) if scale < _BLUR_BELOW else ink
    return np.asarray(cv2.warpAffine(smooth, matrix, (MNIST_SIDE, MNIST_SIDE), flags=cv2.INTER_LINEAR), np.uint8)


def _ink_box(ink: Pixels) -> tuple[int, int, int, int]:
    """Left, top, width and height of the ink without its margins; width 0 where there is none."""
    x, y, width, height = cv2.boundingRect(cv2.threshold(ink, _INK_LEVEL, 1, cv2.THRESH_BINARY)[1])
    return x, y, width, height


def _centre_of_mass(ink: Pixels) -> tuple[float, float]:
    """Mean position of the ink, (x, y) in pixels; (0, 0) where there is none."""
    moments = cv2.moments(ink)
    mass = max(1.0, moments["m00"])
    return moments["m10"] / mass, moments["m01"] / mass


def _reduced(ink: Pixels) -> Pixels:
    """Bring a large crop to 120 pixels; lines that get thinner than a pixel there keep their full blackness."""
    factor = _MAX_CROP / max(ink.shape)
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
    missing = MIN_STROKE_WIDTH * max(ink.shape) / MNIST_BOX - stroke_width(ink)
    extra = int(missing / 2 + 0.5)
    if extra < 1:
        return ink
    wide = cv2.copyMakeBorder(ink, extra, extra, extra, extra, cv2.BORDER_CONSTANT, value=0)
    pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * extra + 1, 2 * extra + 1))
    return np.asarray(cv2.dilate(wide, pen), dtype=np.uint8)


def _fitted(ink: Pixels) -> Pixels:
    return _scaled(ink, MNIST_BOX / max(ink.shape))


def _centred(ink: Pixels) -> DigitImage:
    """Lay at most 20x20 pixels into 28x28, the centre of mass on the centre as nearly as whole pixels allow."""
    h, w = ink.shape
    x, y = _centre_of_mass(ink)
    left = min(max(round(MNIST_CENTRE - x), 0), MNIST_SIDE - w)
    top = min(max(round(MNIST_CENTRE - y), 0), MNIST_SIDE - h)
    image = np.zeros((MNIST_SIDE, MNIST_SIDE), np.uint8)
    image[top : top + h, left : left + w] = ink
    return image
