"""Test-time augmentation: each digit image rotated a little either way.

A network errs less on the mean of a few views than on any one of them (Krizhevsky et al. 2012, section 4.1).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

DIGIT_SIDE = 28  # pixels of a digit image


def rotated_views(images: NDArray[np.uint8], degrees: float) -> list[NDArray[np.uint8]]:
    """Digit images (n, 28, 28) uint8 rotated about their middle by so many degrees, either way: two arrays of that
    shape; with 0 degrees the images themselves alone."""
    if not degrees:
        return [images]
    return [_rotated(images, degrees), _rotated(images, -degrees)]


def _rotated(images: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    middle = (DIGIT_SIDE - 1) / 2
    matrix = cv2.getRotationMatrix2D((middle, middle), degrees, 1.0)
    rotated = np.empty_like(images)
    for image, target in zip(images, rotated, strict=True):
        cv2.warpAffine(image, matrix, (DIGIT_SIDE, DIGIT_SIDE), dst=target, flags=cv2.INTER_LINEAR)
    return rotated
