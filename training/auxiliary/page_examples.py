"""Generated pages as the detector and the segmenter are trained on them: views with boxes, and crops with masks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from model.detection.candidates import SIGN_CHARACTERS, UNNAMED
from model.detection.crops import SIDE, Region, crop, window
from model.detection.detector_view import view_of
from model.detection.segments import NONE
from model.reading import Box
from training.synthesis.pages import OTHER, LabelledBox, Page

# (height, width) of views that are trained on; of a page of another shape a part is taken.
SHAPES = ((288, 384), (384, 288), (336, 336))
MOST_MARKS = 160  # boxes of one view; more are left out
IGNORED, DIGIT, OTHER_MARK = -1, 0, 1  # the kinds of a mark
_WHOLE, _CUT = 0.8, 0.25  # share of a box in the view: from which it is a mark, and below which it is nothing
_SMALLEST = 4.0  # pixels of the view: a smaller mark is neither demanded nor forbidden
_ZOOMS = (1.6, 2.4)  # of a part of the page beside the whole page's view
_HALF_OFF = 0.5  # intersection over union with each digit below which a box is none's
_MOST_CROPS = 7  # of one page
_LINES = frozenset({"line", "box"})  # labels of marks that are not to be found
_TURNS = {"turned-90": 1, "turned-180": 2, "turned-270": 3}  # conditions


@dataclass(frozen=True, slots=True, eq=False)
class ViewExample:
    """``pixels`` (h, w, 3) uint8; ``marks`` (160, 7) float32: x, y, width, height in pixels of the view, kind (-1
    ignored, 0 digit, 1 other mark; -2 no mark), label as ``model.detection.decoding`` has them, clockwise quarter
    turns."""

    pixels: NDArray[np.uint8]
    marks: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class CropExample:
    """``pixels`` (48, 48, 2) uint8; ``mask`` (48, 48) uint8, how much of each pixel the digit's own ink covers; its
    ``label``, 10 for no digit."""

    pixels: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    label: int


def grey_of(page: Page) -> NDArray[np.uint8]:
    """The page as the decoder gives a photo: (h, w) uint8."""
    return np.asarray(cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def other_boxes(page: Page) -> list[Box]:
    """Where marks stand that are no digits; printed lines and boxes around digits are left out."""
    return [mark.box for mark in page.marks if mark.label not in _LINES]


def _label(mark: LabelledBox) -> int:
    """The detector's label of a mark that is no digit."""
    return 10 + list(SIGN_CHARACTERS).index(mark.label) if mark.label in SIGN_CHARACTERS else UNNAMED


def turns_of(page: Page) -> int:
    """The clockwise quarter turns that the page was held at."""
    return next((turns for name, turns in _TURNS.items() if name in page.conditions), 0)


def view_example(page: Page, rng: np.random.Generator, *, zoomed: bool) -> ViewExample:
    """The whole page at the first scale, or a part of it at the second."""
    grey = grey_of(page)
    aspect = grey.shape[1] / grey.shape[0]
    height, width = min(SHAPES, key=lambda shape: abs(np.log(shape[1] / shape[0] / aspect)))
    zoom = float(rng.uniform(*_ZOOMS)) if zoomed else 1.0
    fits = zoom * max(height / grey.shape[0], width / grey.shape[1])
    pixels = view_of(grey, (max(width, round(grey.shape[1] * fits)), max(height, round(grey.shape[0] * fits))))
    left, top = _corner(page, pixels.shape, (height, width), rng)
    share = np.array([pixels.shape[1] / grey.shape[1], pixels.shape[0] / grey.shape[0]])
    marks = _marks(page, share, np.array([left, top]), np.array([width, height]))
    return ViewExample(np.ascontiguousarray(pixels[top : top + height, left : left + width]), marks)


def _corner(page: Page, shape: tuple[int, ...], size: tuple[int, int], rng: np.random.Generator) -> tuple[int, int]:
    """Where a part of the view begins: mostly around some mark, else anywhere; (left, top)."""
    room = np.array([shape[1] - size[1], shape[0] - size[0]])
    boxes = [*page.boxes, *other_boxes(page)]
    corner = rng.uniform(0, 1, 2) * room
    if boxes and rng.random() < 0.7:
        box = boxes[rng.integers(len(boxes))]
        middle = np.array([box.x + box.width / 2, box.y + box.height / 2])
        scale = np.array([shape[1] / page.pixels.shape[1], shape[0] / page.pixels.shape[0]])
        corner = middle * scale - rng.uniform(0.2, 0.8, 2) * np.array([size[1], size[0]])
    left, top = (int(value) for value in np.clip(corner, 0, room))
    return left, top


def _marks(
    page: Page, share: NDArray[np.float64], corner: NDArray[np.integer], size: NDArray[np.integer]
) -> NDArray[np.float32]:
    rows = [(box, DIGIT, label) for box, label in zip(page.boxes, page.labels, strict=True)]
    rows += [(mark.box, OTHER_MARK, _label(mark)) for mark in page.marks if mark.label not in _LINES]
    turns = turns_of(page)
    found = np.full((MOST_MARKS, 7), -2, np.float32)
    count = 0
    for box, kind, label in rows:
        first = np.array([box.x, box.y]) * share - corner
        last = first + np.array([box.width, box.height]) * share
        low, high = np.clip(first, 0, size), np.clip(last, 0, size)
        seen = float(np.prod(high - low) / max(1e-6, float(np.prod(last - first))))
        if seen < _CUT or count == MOST_MARKS:
            continue
        known = seen >= _WHOLE and float(np.max(high - low)) >= _SMALLEST
        found[count] = (*low, *(high - low), kind if known else IGNORED, label, turns)
        count += 1
    return found


def crop_examples(page: Page, rng: np.random.Generator) -> Iterator[CropExample]:
    """A few digits of the page, and a few places that hold no digit, or not just one."""
    if turns_of(page):
        return
    grey = grey_of(page)
    chosen = rng.permutation(len(page.boxes))[: _MOST_CROPS // 2 + 1]
    for index in map(int, chosen):
        region = _shaken(page.boxes[index], rng)
        mask = window(_own_ink(page, index), region, cv2.BORDER_CONSTANT)
        yield CropExample(crop(grey, region), mask, page.labels[index])
    nothing = np.zeros((SIDE, SIDE), np.uint8)
    for box in _negatives(page, other_boxes(page), grey, rng, _MOST_CROPS // 2 if page.boxes else _MOST_CROPS - 1):
        yield CropExample(crop(grey, _shaken(box, rng)), nothing, NONE)


def _own_ink(page: Page, index: int) -> NDArray[np.uint8]:
    """How much of each pixel (h, w) the ink of a digit covers, without that of its neighbours."""
    if page.owners is not None:
        return np.where(page.owners == min(index + 1, OTHER - 1), page.ink, 0).astype(np.uint8)
    box, own = page.boxes[index], np.zeros_like(page.ink)
    part = slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)
    x, y = max(0, box.x - box.width), max(0, box.y - box.height)
    near = slice(y, box.y + 2 * box.height), slice(x, box.x + 2 * box.width)
    _, pieces = cv2.connectedComponents((page.ink[near] > 40).astype(np.uint8))
    inside = pieces[box.y - y : box.y - y + box.height, box.x - x : box.x - x + box.width]
    whole, within = np.bincount(pieces.ravel()), np.bincount(inside.ravel(), minlength=int(pieces.max()) + 1)
    # What lies mostly outside the box is a neighbour's.
    foreign = (within < 0.5 * whole)[inside] & (inside > 0)
    own[part] = np.where(foreign, 0, page.ink[part])
    return own


def _shaken(box: Box, rng: np.random.Generator) -> Region:
    """The box as a detector would give it: a little off, a little large or small."""
    size = max(box.width, box.height)
    x, y = np.array([box.x, box.y]) + rng.normal(0, 0.04, 2) * size
    width, height = np.array([box.width, box.height]) * np.exp(rng.normal(0, 0.07, 2))
    return Region(float(x), float(y), max(2.0, float(width)), max(2.0, float(height)))


def _negatives(
    page: Page, others: Sequence[Box], grey: NDArray[np.uint8], rng: np.random.Generator, count: int
) -> Iterator[Box]:
    """Boxes of other marks, of parts and pairs of digits, and of anything else that is not plain paper."""
    kinds: list[str] = ["place"]
    kinds += ["mark"] * 3 if others else []
    kinds += ["part", "pair", "off"] if page.boxes else []
    for _ in range(count):
        kind = kinds[rng.integers(len(kinds))]
        if kind == "mark":
            yield others[int(rng.integers(len(others)))]
        elif kind == "part":
            box = _part(page.boxes[int(rng.integers(len(page.boxes)))], rng)
            if box is not None:
                yield box
        elif kind == "off":
            yield from _off(page, rng)
        elif kind == "pair":
            yield from _pair(page, rng)
        else:
            yield from _place(page, grey, rng)


def _part(box: Box, rng: np.random.Generator) -> Box | None:
    """Some half of a digit; a stroke's half is a stroke, which may be a 1."""
    if box.width < 0.5 * box.height:
        return None
    share = float(rng.uniform(0.4, 0.6))
    if rng.random() < 0.5:
        tall = max(1, round(box.height * share))
        return replace(box, height=tall, y=box.y + int(rng.integers(2)) * (box.height - tall))
    wide = max(1, round(box.width * share))
    return replace(box, width=wide, x=box.x + int(rng.integers(2)) * (box.width - wide))


def _off(page: Page, rng: np.random.Generator) -> Iterator[Box]:
    """A box of a digit's size that lies half beside one."""
    box = page.boxes[int(rng.integers(len(page.boxes)))]
    away = rng.choice([-1, 1], 2) * rng.uniform(0.35, 0.7, 2) * np.array([box.width, box.height])
    away[int(rng.integers(2))] *= float(rng.integers(2))
    moved = Box(box.x + round(float(away[0])), box.y + round(float(away[1])), box.width, box.height)
    if max(moved.overlap(other) for other in page.boxes) < _HALF_OFF:
        yield moved


def _pair(page: Page, rng: np.random.Generator) -> Iterator[Box]:
    """The box of two neighbours of one row."""
    pairs = [i for i in range(len(page.boxes) - 1) if page.rows[i] == page.rows[i + 1]]
    if pairs:
        at = pairs[int(rng.integers(len(pairs)))]
        first, second = page.boxes[at], page.boxes[at + 1]
        x, y = min(first.x, second.x), min(first.y, second.y)
        right = max(first.x + first.width, second.x + second.width)
        bottom = max(first.y + first.height, second.y + second.height)
        if right - x < 2.5 * (bottom - y):
            yield Box(x, y, right - x, bottom - y)


def _place(page: Page, grey: NDArray[np.uint8], rng: np.random.Generator) -> Iterator[Box]:
    """A box away from digits, of a digit's shape, where something is to be seen."""
    height, width = grey.shape
    for _ in range(8):
        tall = float(np.exp(rng.uniform(np.log(0.04), np.log(0.5)))) * min(height, width)
        wide = tall * float(rng.uniform(0.25, 1.0))
        x, y = int(rng.uniform(0, width - wide)), int(rng.uniform(0, height - tall))
        box = Box(x, y, max(3, int(wide)), max(3, int(tall)))
        part = grey[box.y : box.y + box.height, box.x : box.x + box.width]
        if float(np.ptp(part)) > 40 and not _meets(box, page.boxes):
            yield box
            return


def _meets(box: Box, boxes: Sequence[Box]) -> bool:
    """Whether a good part of the box lies on one of the boxes, or of those in it."""
    return any(box.shared(other) > 0.15 * min(box.width * box.height, other.width * other.height) for other in boxes)
