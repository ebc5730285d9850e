"""Generated pages: digits on paper as people photograph them, with exact labels, boxes and ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, groupby
from operator import attrgetter

import cv2
import numpy as np
from numpy.typing import NDArray

from model.reading import Box
from training.synthesis import camera as cameras
from training.synthesis import illumination as lights
from training.synthesis import occlusions
from training.synthesis import paper as papers
from training.synthesis.conditions import applied, mixed
from training.synthesis.layout import Mark, PageWriter, arrange
from training.synthesis.paper import Pixels
from training.synthesis.pens import Ink
from training.synthesis.scene import Camera, Edge, Layout, Occlusion, Scene, everyday
from training.synthesis.writers import PenWriter, SampleDigits, SampleWriter

# Only these tell which way is up: 0, 1 and 8 look the same upside down, 2 and 5 nearly so, and a 6 is a 9.
UPRIGHT = "347"
OTHER = 255  # in ``Page.owners``: a mark that is no digit


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A generated photo with all that is true of it.

    ``pixels`` (h, w, 3) uint8 RGB; ``text`` as a Reading has it ("427 15", "" without digits); ``boxes`` and ``rows``
    (counted from 0) of its digits in reading order; ``conditions`` it was made under; ``ink`` (h, w) uint8, how much of
    each pixel the pen covered, 0..255. ``other_boxes`` are those of marks that are no digits. ``owners`` (h, w) uint8
    tells whose ink it is: 0 nobody's, n the n-th digit's, 255 another mark's. All are those of the picture as it is,
    turned or not, by ``turns`` clockwise quarters.
    """

    pixels: Pixels
    text: str
    boxes: tuple[Box, ...]
    rows: tuple[int, ...]
    conditions: tuple[str, ...]
    ink: Ink
    other_boxes: tuple[Box, ...]
    owners: NDArray[np.uint8]
    turns: int

    @property
    def labels(self) -> tuple[int, ...]:
        """One label a box."""
        return tuple(int(digit) for digit in self.text.replace(" ", ""))


def generate(
    seed: int | np.random.Generator,
    conditions: Sequence[str] | None = None,
    *,
    text: str | None = None,
    sample_digits: SampleDigits | None = None,
) -> Page:
    """A page; the same seed and arguments give the same pixels.

    ``conditions`` name changes in ``training.synthesis.conditions`` (KeyError for others), () for a plain page, None for a random
    mixture. ``text`` is what to write, rows parted by spaces, random digits where it is None. ``sample_digits`` are digits
    to write with on half of the pages; else, and where a written form is asked for, strokes are drawn.
    """
    rng = np.random.default_rng(seed)
    names = mixed(rng) if conditions is None else tuple(conditions)
    scene = applied(everyday(rng), names, rng)
    rows = text.split() if text is not None else _random_rows(scene.layout, rng)
    marks = arrange(rows, _hand(scene, sample_digits, rng), scene, rng)
    return compose(scene, marks, rng, names)


def compose(scene: Scene, marks: Sequence[Mark], rng: np.random.Generator, conditions: tuple[str, ...] = ()) -> Page:
    """Photograph the marks as the scene has it: digits first, then any others, which get no box and no text."""
    unit = float(np.median([mark.ink.shape[0] for mark in marks])) if marks else 0.2 * scene.shorter
    shot = _inked(papers.sheet(scene.paper, scene.width, scene.height, unit, rng), marks, scene, rng)
    shot = _seen(shot, scene, rng)
    _draw_occlusions(shot, scene, rng)
    pixels = cameras.develop(_lit(shot, scene, unit, rng), scene.camera, shot.unit or unit, rng)
    return _page(shot, pixels, [mark for mark in marks if mark.is_digit], scene.camera, conditions)


def without_marks(pixels: Pixels) -> Page:
    """A page of a picture (h, w, 3) uint8 on which nobody wrote."""
    nothing = np.zeros(pixels.shape[:2], np.uint8)
    return Page(pixels, "", (), (), (), nothing, (), nothing, 0)


@dataclass(frozen=True, slots=True, eq=False)
class _Shot:
    """A page on its way through the camera: the pixels, the ink on them, whose it is, and the outline of each mark."""

    pixels: Pixels
    ink: Ink
    owners: NDArray[np.uint8]
    outlines: tuple[NDArray[np.float64], ...]

    @property
    def unit(self) -> float:
        """How tall the marks are, in pixels; 0 without marks."""
        return float(np.median([np.ptp(outline[:, 1]) for outline in self.outlines])) if self.outlines else 0.0


def _random_rows(layout: Layout, rng: np.random.Generator) -> list[str]:
    rows = [
        "".join(str(digit) for digit in rng.integers(0, 10, rng.integers(layout.digits[0], layout.digits[1] + 1)))
        for _ in range(rng.integers(layout.rows[0], layout.rows[1] + 1))
    ]
    wanted = [[str(label) for label in layout.forms], list(UPRIGHT) if layout.upright else []]
    # Digits that must be there take the place of others, two of a row.
    return [_with(row, [group for group in wanted if group], rng) for row in rows]


def _with(row: str, wanted: Sequence[Sequence[str]], rng: np.random.Generator) -> str:
    digits = list(row)
    for place, group in zip(rng.permutation(len(row))[:2] if wanted else (), cycle(wanted)):
        digits[place] = str(rng.choice(group))
    return "".join(digits)


def _hand(scene: Scene, sample_digits: SampleDigits | None, rng: np.random.Generator) -> PageWriter:
    layout = scene.layout
    if sample_digits is not None and not layout.forms and not layout.breaks and rng.random() < 0.5:
        return SampleWriter(sample_digits, scene.pen, rng)
    return PenWriter(scene.pen, rng, forms=layout.forms, breaks=layout.breaks)


def _stamp(ink: Ink, owners: NDArray[np.uint8], mark: Mark, owner: int) -> None:
    """The mark's ink on the sheet's, as far as it lies on it; where marks cross, it is that of the blacker one."""
    height, width = ink.shape
    top, left = max(0, mark.y), max(0, mark.x)
    bottom, right = min(height, mark.y + mark.ink.shape[0]), min(width, mark.x + mark.ink.shape[1])
    if top < bottom and left < right:
        part = mark.ink[top - mark.y : bottom - mark.y, left - mark.x : right - mark.x]
        owners[top:bottom, left:right][part > ink[top:bottom, left:right]] = owner
        np.maximum(ink[top:bottom, left:right], part, out=ink[top:bottom, left:right])


def _inked(sheet: Pixels, marks: Sequence[Mark], scene: Scene, rng: np.random.Generator) -> _Shot:
    ink, owners = np.zeros(sheet.shape[:2], np.uint8), np.zeros(sheet.shape[:2], np.uint8)
    for number, mark in enumerate(marks, 1):
        _stamp(ink, owners, mark, min(number, OTHER - 1) if mark.is_digit else OTHER)
    x, y, width, height = cv2.boundingRect(ink)
    if width:
        part = slice(y, y + height), slice(x, x + width)
        sheet[part] = papers.lay(sheet[part], ink[part], scene.ink, float(rng.uniform(*scene.pen.opacity)))
    return _Shot(sheet, ink, owners, tuple(mark.outline() for mark in marks))


def _seen(shot: _Shot, scene: Scene, rng: np.random.Generator) -> _Shot:
    """The sheet as it lies before the camera, far enough away for every mark to be in the frame."""
    view = cameras.view(scene.camera, scene.width, scene.height, rng)
    if view is None or scene.layout.edge is not Edge.CLEAR:
        return shot
    outlines = tuple(cameras.project(outline, view) for outline in shot.outlines)
    while not _inside(outlines, scene):
        view = cameras.further(view, 0.94, scene.width, scene.height)
        outlines = tuple(cameras.project(outline, view) for outline in shot.outlines)
    pixels, ink = cameras.look(shot.pixels, papers.table(scene.width, scene.height, rng), shot.ink, view)
    owners = cv2.warpPerspective(shot.owners, view, (scene.width, scene.height), flags=cv2.INTER_NEAREST)
    return _Shot(pixels, ink, np.asarray(owners, np.uint8), outlines)


def _inside(outlines: Sequence[NDArray[np.float64]], scene: Scene) -> bool:
    margin = 0.01 * scene.shorter
    size = np.array([scene.width, scene.height])
    return all(bool(np.all((outline > margin) & (outline < size - margin))) for outline in outlines)


def _draw_occlusions(shot: _Shot, scene: Scene, rng: np.random.Generator) -> None:
    taken = np.concatenate([*shot.outlines, np.empty((0, 2))])
    if Occlusion.SHEET in scene.occlusions:
        occlusions.lay_sheet(shot.pixels, taken, rng)
    if Occlusion.FINGERS in scene.occlusions:
        occlusions.draw_fingers(shot.pixels, taken, rng)


def _lit(shot: _Shot, scene: Scene, unit: float, rng: np.random.Generator) -> Pixels:
    size = scene.width, scene.height
    middle = np.concatenate(shot.outlines).mean(axis=0) if shot.outlines else np.array(size) / 2
    focus = float(middle[0] / size[0]), float(middle[1] / size[1])
    falls = cv2.multiply(lights.shade(scene.light, *size, focus, rng), papers.fibres(scene.paper, *size, unit, rng))
    if scene.paper.wrinkles:
        falls = cv2.multiply(falls, papers.wrinkles(scene.paper.wrinkles, *size, rng))
    glare = lights.shine(scene.light, *size, focus, rng)
    lit = lights.lit(shot.pixels, np.asarray(falls, np.float32), glare, scene.light.tint)
    if scene.paper.glows:
        lit = np.asarray(cv2.multiply(lit, cameras.moire(*size, scene.paper.glows, rng), dtype=cv2.CV_8U), np.uint8)
    return lit


def _page(shot: _Shot, pixels: Pixels, digits: Sequence[Mark], camera: Camera, conditions: tuple[str, ...]) -> Page:
    """The digits' marks come first in ``shot``, so that the outlines of others are left over."""
    ink = cameras.resized(shot.ink, camera.scale)
    height, width = ink.shape
    boxes = [_box(outline * camera.scale, camera.scale, width, height) for outline in shot.outlines]
    owners = np.asarray(cv2.resize(shot.owners, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
    turned = tuple(_turned(box, camera.turns, width, height) for box in boxes)
    rows = ["".join(mark.character for mark in row) for _, row in groupby(digits, key=attrgetter("row"))]
    return Page(
        pixels=np.ascontiguousarray(np.rot90(pixels, -camera.turns)),
        text=" ".join(rows),
        boxes=turned[: len(digits)],
        rows=tuple(mark.row for mark in digits),
        conditions=conditions,
        ink=np.ascontiguousarray(np.rot90(ink, -camera.turns)),
        other_boxes=turned[len(digits) :],
        owners=np.ascontiguousarray(np.rot90(owners, -camera.turns)),
        turns=camera.turns % 4,
    )


def _box(outline: NDArray[np.float64], scale: float, width: int, height: int) -> Box:
    """The whole pixels that the outline's pixels cover, as far as they are in the frame."""
    left, top = (max(0, int(np.floor(value))) for value in outline.min(axis=0))
    right, bottom = (int(np.ceil(value + scale)) for value in outline.max(axis=0))
    return Box(left, top, max(1, min(right, width) - left), max(1, min(bottom, height) - top))


def _turned(box: Box, turns: int, width: int, height: int) -> Box:
    for _ in range(turns % 4):
        box, width, height = Box(height - box.y - box.height, box.x, box.height, box.width), height, width
    return box
