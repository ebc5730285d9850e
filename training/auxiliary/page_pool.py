"""Views and crops of many generated pages, made by several processes, held in memory by shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

import cv2
import numpy as np
from numpy.typing import NDArray

from model.datasets import DataMissing, load, split
from training.auxiliary.page_examples import (
    MOST_MARKS,
    SHAPES,
    CropExample,
    ViewExample,
    crop_examples,
    view_example,
)
from training.auxiliary.training_pages import training_page
from training.synthesis.page_chunks import map_chunks
from training.synthesis.writers import SampleDigits

_CHUNK = 40  # pages that a process is handed at once

Views = tuple[NDArray[np.uint8], NDArray[np.float32]]
Crops = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]


@dataclass(frozen=True, slots=True, eq=False)
class PagePool:
    """``views`` by (height, width): (n, h, w, 3) uint8 and their marks (n, 160, 7) float32; ``crops``: (n, 48, 48, 2)
    uint8, masks (n, 48, 48) uint8 and labels (n,) uint8."""

    views: Mapping[tuple[int, int], Views]
    crops: Crops

    def counts(self) -> dict[str, int]:
        """How many there are."""
        return {**{f"{h}x{w}": len(views) for (h, w), (views, _) in self.views.items()}, "crops": len(self.crops[0])}


def rendered(seed: int, count: int, data: str | None, jobs: int = 1) -> PagePool:
    """``count`` generated pages, by the MNIST of ``data`` (None or missing: our own handwriting only)."""
    return _pool(list(map_chunks(partial(_examples, seed, data), count, _CHUNK, jobs)))


def _pool(parts: Sequence[tuple[list[Views], Crops]]) -> PagePool:
    views = {}
    for number, shape in enumerate(SHAPES):
        pixels = np.concatenate([part[0][number][0] for part in parts])
        if len(pixels):
            views[shape] = pixels, np.concatenate([part[0][number][1] for part in parts])
    crops = [np.concatenate([part[1][index] for part in parts]) for index in range(3)]
    return PagePool(views, (crops[0], crops[1], crops[2]))


def _examples(seed: int, data: str | None, numbers: Sequence[int]) -> tuple[list[Views], Crops]:
    """What one process does: two views and a few crops of each page."""
    cv2.setNumThreads(1)
    sample_digits = _sample_digits(data)
    views: list[ViewExample] = []
    crops: list[CropExample] = []
    for number in numbers:
        rng = np.random.default_rng((seed, number))
        page = training_page(rng, sample_digits)
        views += [view_example(page, rng, zoomed=False)]
        if page.boxes or page.marks:
            views += [view_example(page, rng, zoomed=True)]
        crops += crop_examples(page, rng)
    return [_of_shape(views, shape) for shape in SHAPES], _stacked(crops)


def _of_shape(views: Sequence[ViewExample], shape: tuple[int, int]) -> Views:
    chosen = [view for view in views if view.pixels.shape[:2] == shape]
    pixels = np.array([view.pixels for view in chosen], np.uint8).reshape(-1, *shape, 3)
    return pixels, np.array([view.marks for view in chosen], np.float32).reshape(-1, MOST_MARKS, 7)


def _stacked(crops: Sequence[CropExample]) -> Crops:
    pixels = np.array([each.pixels for each in crops], np.uint8).reshape(-1, 48, 48, 2)
    masks = np.array([each.mask for each in crops], np.uint8).reshape(-1, 48, 48)
    return pixels, masks, np.array([each.label for each in crops], np.uint8)


@cache
def _sample_digits(data: str | None) -> SampleDigits | None:
    """MNIST's training digits without those held back."""
    if data is None:
        return None
    try:
        base = split(load(data)).train
    except DataMissing:
        return None
    return SampleDigits(base.images, base.labels)
