"""Augmentation of digit images: rotation, shear, stretch, elastic distortion, stroke width, tone and blur, after which
they are formatted as MNIST again."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.normalization import MNIST_BOX, MNIST_SIDE, resample_digit

Images = NDArray[np.uint8]

CANVAS_SIDE = 56  # pixels; strokes are widened at twice the size, so that half a pixel can be added to either side
_FILL = 0.8  # share of the canvas that an upright digit image fills: a rotated one needs room for its corners
_GRID = np.meshgrid(np.arange(CANVAS_SIDE, dtype=np.float32), np.arange(CANVAS_SIDE, dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Strengths of all transforms; zero everywhere leaves MNIST's digits as they are, up to interpolation.

    Angles in degrees, lengths in pixels of the 28x28 image, ``shear``, ``stretch`` and ``scale`` as shares of the size,
    ``*_share`` as the share of digits that a transform is applied to; ``shift_only_share`` of them are only shifted.
    """

    rotation: float = 7.0  # standard deviation; clipped at 2.5 of them
    shear: float = 0.2
    stretch: float = 0.1
    scale: float = 0.06
    shift: float = 1.2
    elastic: float = 0.9
    elastic_share: float = 0.5
    stroke_share: float = 0.4
    grey_share: float = 0.3
    blur_share: float = 0.1
    shift_only_share: float = 0.1

    def __call__(self, images: Images, rng: np.random.Generator) -> Images:
        """Augment ``images`` (n, 28, 28) uint8; the same generator state gives the same result."""
        augmented = np.empty_like(images)
        for index, image in enumerate(images):
            augmented[index] = self.augment_one(image, rng)
        return augmented

    def augment_one(self, image: Images, rng: np.random.Generator) -> Images:
        """Augment one (28, 28) image: warp at twice the size, change stroke width, format as MNIST, blur, fade."""
        if not image.any():
            return image
        if rng.random() < self.shift_only_share:
            return _shifted(image, rng.uniform(-self.shift, self.shift, 2))
        large = self._warped(image, rng)
        if rng.random() < self.stroke_share:
            large = _with_stroke_width(large, rng.uniform(-1.0, 1.0))
        size = MNIST_BOX * (1.0 + rng.uniform(-self.scale, self.scale))
        dx, dy = rng.uniform(-self.shift, self.shift, 2)
        augmented = resample_digit(large, size, (dx, dy))
        if rng.random() < self.blur_share:
            augmented = np.asarray(cv2.GaussianBlur(augmented, (3, 3), rng.uniform(0.3, 0.7)), np.uint8)
        if rng.random() < self.grey_share:
            augmented = _with_tone(augmented, rng)
        return augmented

    def _warped(self, image: Images, rng: np.random.Generator) -> Images:
        """Rotation, shear, stretch and elastic distortion in one interpolation, onto a (56, 56) canvas."""
        forward = self._linear_map(rng) * (_FILL * CANVAS_SIDE / MNIST_SIDE)
        inverse = np.linalg.inv(forward)
        middle = (CANVAS_SIDE - 1) / 2
        offset = np.array([(MNIST_SIDE - 1) / 2] * 2) - inverse @ np.array([middle, middle])
        matrix = np.column_stack([inverse, offset])
        if rng.random() >= self.elastic_share:
            flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            return np.asarray(cv2.warpAffine(image, matrix, (CANVAS_SIDE, CANVAS_SIDE), flags=flags), np.uint8)
        across, down = _GRID
        shift_x, shift_y = self._elastic_fields(rng)
        rows = matrix.astype(np.float32)
        map_x = rows[0, 0] * across + rows[0, 1] * down + (rows[0, 2] + shift_x)
        map_y = rows[1, 0] * across + rows[1, 1] * down + (rows[1, 2] + shift_y)
        return np.asarray(cv2.remap(image, map_x, map_y, cv2.INTER_LINEAR), np.uint8)

    def _linear_map(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """The (2, 2) matrix of rotation, shear and stretch."""
        angle = np.deg2rad(np.clip(rng.normal(0.0, self.rotation), -2.5 * self.rotation, 2.5 * self.rotation))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        slant = np.array([[1.0, rng.uniform(-self.shear, self.shear)], [0.0, 1.0]])
        wide = 1.0 + rng.uniform(-self.stretch, self.stretch)
        return np.asarray(turn @ slant @ np.diag([wide, 1.0 / wide]), np.float64)

    def _elastic_fields(self, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Two smooth (56, 56) displacement fields of standard deviation ``elastic`` (Simard et al. 2003, on a coarse
        grid)."""
        coarse = rng.normal(0.0, self.elastic, (2, 5, 5)).astype(np.float32)
        fields = [cv2.resize(field, (CANVAS_SIDE, CANVAS_SIDE), interpolation=cv2.INTER_CUBIC) for field in coarse]
        return np.asarray(fields[0], np.float32), np.asarray(fields[1], np.float32)


def _shifted(image: Images, shift: NDArray[np.float64]) -> Images:
    matrix = np.array([[1.0, 0.0, shift[0]], [0.0, 1.0, shift[1]]])
    return np.asarray(cv2.warpAffine(image, matrix, (MNIST_SIDE, MNIST_SIDE), flags=cv2.INTER_LINEAR), np.uint8)


def _with_stroke_width(large: Images, amount: float) -> Images:
    """Strokes wider (``amount`` up to 1: half a pixel of MNIST on either side) or thinner (down to -1), by a blend with
    the dilated or eroded ink."""
    kernel = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    extreme = cv2.dilate(large, kernel) if amount > 0 else cv2.erode(large, kernel)
    if extreme.sum() < 0.5 * large.sum():
        return large  # erosion would erase a hair line
    return np.asarray(cv2.addWeighted(extreme, abs(amount), large, 1.0 - abs(amount), 0.0), np.uint8)


def _with_tone(image: Images, rng: np.random.Generator) -> Images:
    """Fainter or darker ink: another slope, gamma and full tone."""
    levels = np.arange(256) / 255.0
    foot, gamma, full = rng.uniform(0.0, 0.2), np.exp(rng.uniform(-0.5, 0.5)), rng.uniform(0.6, 1.0)
    slope = rng.uniform(1.0, 2.0)
    table = full * np.clip((levels - foot) * slope, 0.0, 1.0) ** gamma
    return np.asarray(cv2.LUT(image, (255.0 * table).round().astype(np.uint8)), np.uint8)
