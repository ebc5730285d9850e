"""Views and crops of many generated pages, made by several processes, held in memory by shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
from training.synthesis import camera, negatives, pages
from training.synthesis.conditions import CONDITIONS, applied, mixed
from training.synthesis.contexts import registry as contexts
from training.synthesis.layout import PageWriter, arrange
from training.synthesis.page_chunks import map_chunks
from training.synthesis.pens import Ink
from training.synthesis.printed_text import PRINTED_WORDS, PrintWriter
from training.synthesis.scene import everyday
from training.synthesis.writers import PenWriter, SampleDigits

# Conditions that leave much beside the digits; they are shown more often.
_HARD = (
    *("window-light", "table-edge") * 3,
    *("second-sheet", "fingers", "wrinkles", "hard-shadow", "screen-photo", "perspective", "ruled-paper"),
    *("squared-paper", "pencil", "broken-strokes", "thumbnail", "tiny-digits"),
    *("touching", "overlapping") * 4,
)
# Subjects without digits that are most easily taken for digits; they are shown twice as often as others.
_MISTAKEN = ("blank", "letters", "alphabets", "curls", "figures", "other-scripts")
_CHUNK = 40  # pages that a process is handed at once
_THIN = 0.4  # of the pages with large digits
_SQUEEZED = 0.4  # of the pages: through JPEG and back, as photos come

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
    """``count`` generated pages, by the sample digits of ``data`` (None, or MNIST where it is missing: our own
    handwriting only). Raises ``DataMissing`` for any other source, and ``DataBad``."""
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
    """The training digits of ``data`` without those held back."""
    if data is None:
        return None
    try:
        base = split(load(data)).train
    except DataMissing:
        if data != "mnist":
            raise
        return None
    return SampleDigits(base.images, base.labels)


def training_page(rng: np.random.Generator, sample_digits: SampleDigits | None) -> pages.Page:
    """A page: digits in context, none, a form, one or a few large digits, or any, in all conditions."""
    share = rng.random()
    if share < 0.42:
        page = contexts.render_context_page(rng, sample_digits=sample_digits)
    elif share < 0.58:
        page = _empty(rng)
    elif share < 0.63:
        page = _form(rng)
    elif share < 0.78:
        page = _large(rng, sample_digits)
    else:
        page = pages.render_page(rng, _conditions(rng), sample_digits=sample_digits)
    if rng.random() < _SQUEEZED:
        page = replace(page, pixels=camera.jpeg_compressed(page.pixels, int(rng.integers(55, 95))))
    return page


def _conditions(rng: np.random.Generator) -> tuple[str, ...]:
    """A hard one on many pages; any, or a mixture, on the others."""
    share = rng.random()
    if share < 0.35:
        return mixed(rng)
    names = _HARD if share > 0.65 else [name for name in CONDITIONS if name != "twelve-megapixels"]
    return (str(rng.choice(names)),)


def _empty(rng: np.random.Generator) -> pages.Page:
    """A page without digits; half of them in hard conditions."""
    subject = str(rng.choice([*negatives.SUBJECTS, *_MISTAKEN]))
    conditions = tuple(str(name) for name in rng.choice(_HARD[:-8], 1)) if rng.random() < 0.5 else None
    return negatives.render_negative_page(rng, subject, conditions)


def _large(rng: np.random.Generator, sample_digits: SampleDigits | None) -> pages.Page:
    """One to four digits, mostly so large that they fill the frame."""
    text = "".join(str(digit) for digit in rng.integers(0, 10, int(rng.choice([1, 1, 1, 2, 3, 4]))))
    names = ("frame-filling",) if rng.random() < 0.6 else ()
    others = [name for name in _HARD if CONDITIONS[name].group.value != "layout"]
    conditions = (*names, str(rng.choice(others))) if rng.random() < 0.6 else names
    if rng.random() < _THIN:
        return _thin(text, conditions, rng)
    return pages.render_page(rng, conditions, text=text, sample_digits=sample_digits)


def _thin(text: str, conditions: tuple[str, ...], rng: np.random.Generator) -> pages.Page:
    """Large digits written with a fine pen."""
    scene = applied(everyday(rng), conditions, rng)
    share = float(rng.uniform(0.25, 0.7))
    low, high = scene.pen.width
    scene = replace(scene, pen=replace(scene.pen, width=(low * share, high * share)))
    marks = arrange([text], PenWriter(scene.pen, rng), scene, rng)
    return pages.compose(scene, marks, rng, conditions)


class _FormWriter:
    """Writes digits with a pen; anything else is another writer's."""

    def __init__(self, other: PageWriter, pen: PenWriter) -> None:
        self._other, self._pen = other, pen

    def ink(self, character: str, height: int) -> Ink:
        return (self._pen if character.isdigit() else self._other).ink(character, height)


def _form(rng: np.random.Generator) -> pages.Page:
    """Printed words, or marks that are no digits, and digits written between them."""
    scene = applied(everyday(rng), mixed(rng, 2), rng)
    scene = replace(scene, layout=replace(scene.layout, size=min(0.25, scene.layout.size), gap=(0.1, 0.7)))
    if rng.random() < 0.4:
        writer: PageWriter = PrintWriter(rng, outline=bool(rng.integers(2)))
        beside = [
            [str(word) for word in rng.choice(PRINTED_WORDS, rng.integers(1, 3))] for _ in range(rng.integers(1, 4))
        ]
    else:
        writer, beside = negatives.glyph_rows(scene.pen, rng, max_rows=2)
    digits = [[str(digit) for digit in rng.integers(0, 10, rng.integers(1, 7))] for _ in range(rng.integers(1, 3))]
    rows = _mingled(beside, digits, rng)
    hand = _FormWriter(writer, PenWriter(scene.pen, rng))
    marks = arrange(rows, hand, scene, rng)
    return pages.compose(scene, sorted(marks, key=lambda mark: not mark.is_digit), rng)


def _mingled(beside: list[list[str]], digits: list[list[str]], rng: np.random.Generator) -> list[list[str]]:
    """Rows of either kind in any order, or with the others between the digits of a row."""
    rows = [*beside, *digits]
    if rng.random() < 0.5:
        others = [each for row in beside for each in row]
        for row in digits:
            for _ in range(int(rng.integers(0, 3))):
                row.insert(int(rng.integers(len(row) + 1)), str(rng.choice(others)))
        rows = digits
    return [rows[index] for index in rng.permutation(len(rows))]
