"""Page renderer: photographed pages of digits with exact labels, boxes and ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, groupby
from operator import attrgetter

import cv2
import numpy as np
from numpy.typing import NDArray

from model.reading import Box
from training.synthesis import paper as papers
from training.synthesis.conditions import applied, mixed
from training.synthesis.layout import PageWriter, PlacedGlyph, arrange
from training.synthesis.paper import Pixels
from training.synthesis.pens import Ink
from training.synthesis.photograph import PhotographedPage, Shot, photograph
from training.synthesis.scene import Layout, Scene, everyday
from training.synthesis.writers import PenWriter, SampleDigits, SampleWriter

# Only these tell which way is up: 0, 1 and 8 look the same upside down, 2 and 5 nearly so, and a 6 is a 9.
UPRIGHT_DIGITS = "347"
OTHER = 255  # in ``Page.owners``: a mark that is no digit


@dataclass(frozen=True, slots=True)
class LabelledBox:
    """A mark that is no digit to be read: what it is ("plus", "word", "line", "struck-out"...), and where."""

    label: str
    box: Box


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A synthetic photo with its ground truth.

    ``pixels`` (h, w, 3) uint8 RGB; ``text`` as a Reading has it ("427 15", "" without digits); ``boxes`` and ``rows``
    (counted from 0) of its digits in reading order; ``conditions`` it was made under; ``ink`` (h, w) uint8, how much of
    each pixel the pen covered, 0..255; ``marks``: all else that stands on it; ``layout``: the text with the signs in
    it and rows as lines ("12/05/2021"). ``owners`` (h, w) uint8, where known, tells whose the ink is: 0 nobody's, n the
    n-th digit's, 255 another mark's. Boxes and ink are those of the picture as it is, turned or not.
    """

    pixels: Pixels
    text: str
    boxes: tuple[Box, ...]
    rows: tuple[int, ...]
    conditions: tuple[str, ...]
    ink: Ink
    marks: tuple[LabelledBox, ...] = ()
    layout: str = ""
    owners: NDArray[np.uint8] | None = None

    @property
    def labels(self) -> tuple[int, ...]:
        """One label a box."""
        return tuple(int(digit) for digit in self.text.replace(" ", ""))


def render_page(
    seed: int | np.random.Generator,
    conditions: Sequence[str] | None = None,
    *,
    text: str | None = None,
    sample_digits: SampleDigits | None = None,
) -> Page:
    """A page; the same seed and arguments give the same pixels.

    ``conditions`` are names of ``training.synthesis.conditions``, () for a plain page, None for a random mixture.
    ``text`` is what to write, rows separated by spaces, random digits where it is None. ``sample_digits`` are digits to
    write with on half of the pages; else, and where a written form is asked for, strokes are drawn.

    Raises ``KeyError`` for an unknown condition and ``MissingSampleDigit``.
    """
    rng = np.random.default_rng(seed)
    names = mixed(rng) if conditions is None else tuple(conditions)
    scene = applied(everyday(rng), names, rng)
    rows = text.split() if text is not None else _random_rows(scene.layout, rng)
    marks = arrange(rows, _page_writer(scene, sample_digits, rng), scene, rng)
    return compose(scene, marks, rng, names)


def compose(
    scene: Scene, marks: Sequence[PlacedGlyph], rng: np.random.Generator, conditions: tuple[str, ...] = ()
) -> Page:
    """Photograph the glyphs as the scene says: digits first, then any others, which get no box and no text."""
    unit = float(np.median([mark.ink.shape[0] for mark in marks])) if marks else 0.2 * scene.shorter
    shot = _inked(papers.sheet(scene.paper, scene.width, scene.height, unit, rng), marks, scene, rng)
    return _page(photograph(shot, scene, unit, rng), marks, conditions)


def _random_rows(layout: Layout, rng: np.random.Generator) -> list[str]:
    rows = [
        "".join(str(digit) for digit in rng.integers(0, 10, rng.integers(layout.digits[0], layout.digits[1] + 1)))
        for _ in range(rng.integers(layout.rows[0], layout.rows[1] + 1))
    ]
    wanted = [[str(label) for label in layout.forms], list(UPRIGHT_DIGITS) if layout.upright else []]
    # Digits that must be there take the place of others, two of a row.
    return [_with(row, [group for group in wanted if group], rng) for row in rows]


def _with(row: str, wanted: Sequence[Sequence[str]], rng: np.random.Generator) -> str:
    digits = list(row)
    for place, group in zip(rng.permutation(len(row))[:2] if wanted else (), cycle(wanted)):
        digits[place] = str(rng.choice(group))
    return "".join(digits)


def _page_writer(scene: Scene, sample_digits: SampleDigits | None, rng: np.random.Generator) -> PageWriter:
    layout = scene.layout
    if sample_digits is not None and not layout.forms and not layout.breaks and rng.random() < 0.5:
        return SampleWriter(sample_digits, scene.pen, rng)
    return PenWriter(scene.pen, rng, forms=layout.forms, breaks=layout.breaks)


def _stamp(ink: Ink, owners: NDArray[np.uint8], mark: PlacedGlyph, owner: int) -> None:
    """The mark's ink on the sheet's, as far as it lies on it; where marks cross, it is that of the blacker one."""
    height, width = ink.shape
    top, left = max(0, mark.y), max(0, mark.x)
    bottom, right = min(height, mark.y + mark.ink.shape[0]), min(width, mark.x + mark.ink.shape[1])
    if top < bottom and left < right:
        part = mark.ink[top - mark.y : bottom - mark.y, left - mark.x : right - mark.x]
        owners[top:bottom, left:right][part > ink[top:bottom, left:right]] = owner
        np.maximum(ink[top:bottom, left:right], part, out=ink[top:bottom, left:right])


def _inked(sheet: Pixels, marks: Sequence[PlacedGlyph], scene: Scene, rng: np.random.Generator) -> Shot:
    ink, owners = np.zeros(sheet.shape[:2], np.uint8), np.zeros(sheet.shape[:2], np.uint8)
    for number, mark in enumerate(marks, 1):
        _stamp(ink, owners, mark, min(number, OTHER - 1) if mark.is_digit else OTHER)
    x, y, width, height = cv2.boundingRect(ink)
    if width:
        part = slice(y, y + height), slice(x, x + width)
        sheet[part] = papers.lay(sheet[part], ink[part], scene.ink, float(rng.uniform(*scene.pen.opacity)))
    return Shot(sheet, ink, tuple(mark.outline() for mark in marks), owners=owners)


def _page(photo: PhotographedPage, marks: Sequence[PlacedGlyph], conditions: tuple[str, ...]) -> Page:
    """The digits' marks come first, so that the boxes of others are left over."""
    digits, others = [mark for mark in marks if mark.is_digit], [mark for mark in marks if not mark.is_digit]
    rows = ["".join(mark.character for mark in row) for _, row in groupby(digits, key=attrgetter("row"))]
    labels = ["letter" if len(mark.character) == 1 else "word" for mark in others]
    return Page(
        pixels=photo.pixels,
        text=" ".join(rows),
        boxes=photo.boxes[: len(digits)],
        rows=tuple(mark.row for mark in digits),
        conditions=conditions,
        ink=photo.ink,
        marks=tuple(map(LabelledBox, labels, photo.boxes[len(digits) :])),
        layout="\n".join(rows),
        owners=photo.owners,
    )
