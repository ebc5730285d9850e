"""Two looks at one digit, turned a little either way.

A network errs less on the mean of a few views than on any one of them (multi-view testing: Krizhevsky et al. 2012,
section 4.1).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE = 28


def rotated_views(images: NDArray[np.uint8], degrees: float) -> list[NDArray[np.uint8]]:
    """(n, 28, 28) uint8 turned by so many degrees about their middle, either way; with 0 degrees the one view as they
    are."""
    if not degrees:
        return [images]
    return [_turned(images, degrees), _turned(images, -degrees)]


def _turned(images: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    middle = (SIDE - 1) / 2
    matrix = cv2.getRotationMatrix2D((middle, middle), degrees, 1.0)
    turned = np.empty_like(images)
    for image, place in zip(images, turned, strict=True):
        cv2.warpAffine(image, matrix, (SIDE, SIDE), dst=place, flags=cv2.INTER_LINEAR)
    return turned
