"""Segmentation: connected components of the ink, joined to regions of one digit each, in rows in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from model.image_decoding import Pixels
from model.ink import Ink
from model.profiling import profiled
from model.reading import Box

Contour = NDArray[np.int32]

_MOST_MARKS = 250  # the largest are used; more are texture
_MOST_PIECES = 60  # of them may be put together, the largest
_SMALLEST = 5  # pixels of the working copy
_FAINT = 24.0  # blackness (0..255) below which a mark is no ink
_FAINTEST = 0.3  # of the typical blackness; a small mark must be blacker
_WHOLE = 0.7  # of the frame both ways: a table around a sheet, rulings, hardly a digit beside others
_BARE, _FULL = 0.25, 0.65  # of a digit's own blackness: what is no ink yet, and what is all ink
_LARGE = 0.4  # of the frame: a mark that may be rulings with digits hanging on them
_FADED = 0.5  # of a digit's own blackness: what a drying pen still leaves
_EDGE = 0.4  # of a mark's own blackness: where its outline runs


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """One connected piece of ink: its outline in the working copy, its box, its blackness (0..255), and the outlines of
    its ``holes`` where the ink in them is another's."""

    contour: Contour
    box: Box
    peak: float
    holes: tuple[Contour, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where one digit may stand: the marks that make it up, the box around them, and how many pixels wide the gaps
    are that are ``closed`` between its marks."""

    marks: tuple[Mark, ...]
    box: Box
    closed: int = 0

    @classmethod
    def of(cls, *marks: Mark) -> Self:
        """Make a place of one or more marks."""
        return cls(marks, around([mark.box for mark in marks]))

    @property
    def peak(self) -> float:
        return max(mark.peak for mark in self.marks)

    @profiled("format")
    def ink(self, ink: Ink) -> Pixels:
        """Cut its ink out: (h, w) uint8, neighbours left out, 0 paper to 255 this digit's full blackness."""
        box = self.box
        grey = ink.grey[box.y : box.y + box.height, box.x : box.x + box.width]
        near = cv2.dilate(_filled(self.marks, box), np.ones((3, 3), np.uint8))
        low, high = _BARE * self.peak, _FULL * self.peak
        levels = np.clip((np.arange(256) - low) * 255 / (high - low), 0, 255).astype(np.uint8)
        own = np.asarray(cv2.bitwise_and(cv2.LUT(grey, levels), near), dtype=np.uint8)
        return _closed(own, self.closed) if self.closed else own


def _filled(marks: Sequence[Mark], box: Box) -> Pixels:
    """Draw a mask (h, w) of 0 and 255 of what the outlines enclose."""
    mask: cv2.typing.MatLike = np.zeros((box.height, box.width), np.uint8)
    corner = (-box.x, -box.y)
    for mark in marks:
        if mark.holes:
            own = cv2.drawContours(np.zeros_like(mask), [mark.contour], -1, 255, cv2.FILLED, offset=corner)
            mask = cv2.max(mask, cv2.drawContours(own, mark.holes, -1, 0, cv2.FILLED, offset=corner))
    whole = [mark.contour for mark in marks if not mark.holes]
    return np.asarray(cv2.drawContours(mask, whole, -1, 255, cv2.FILLED, offset=corner), dtype=np.uint8)


def _closed(ink: Pixels, gap: int) -> Pixels:
    """Close the gaps between strokes (morphological closing); the holes of a digit are wider."""
    pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap | 1, gap | 1))
    wide = cv2.copyMakeBorder(ink, gap, gap, gap, gap, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(cv2.morphologyEx(wide, cv2.MORPH_CLOSE, pen)[gap:-gap, gap:-gap], dtype=np.uint8)


def around(boxes: Sequence[Box]) -> Box:
    """Draw the smallest box around boxes."""
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    right, bottom = max(box.x + box.width for box in boxes), max(box.y + box.height for box in boxes)
    return Box(x, y, right - x, bottom - y)


def find_marks(ink: Ink) -> list[Mark]:
    """Outline everything that stands out from the paper, each mark at a fixed part of its own blackness."""
    level = max(ink.noise, 0.12 * float(ink.grey.max()))
    marks = []
    for contour in _outlines(ink.grey, level):
        box = Box(*cv2.boundingRect(contour))
        marks += _refined(ink.grey, contour, box, level)
    return [mark for mark in marks if max(mark.box.width, mark.box.height) >= _SMALLEST and mark.peak >= _FAINT]


def _outlines(grey: Pixels, level: float) -> list[Contour]:
    """Outline all pieces above a level, those within the holes of others too, the largest first."""
    mask = cv2.threshold(grey, level, 255, cv2.THRESH_BINARY)[1]
    contours, tree = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if not len(contours):
        return []
    outer = [
        np.asarray(contour, dtype=np.int32)
        for contour, parent in zip(contours, tree[0][:, 3], strict=True)
        if parent < 0 and len(contour) >= 2 * _SMALLEST
    ]
    return sorted(outer, key=len, reverse=True)[:_MOST_MARKS]


def _refined(grey: Pixels, contour: Contour, box: Box, level: float) -> list[Mark]:
    """Outline one mark again at its own level; faint rulings or shadows that hung on it fall off."""
    part = grey[box.y : box.y + box.height, box.x : box.x + box.width]
    mask = np.zeros(part.shape, np.uint8)
    cv2.drawContours(mask, [contour], -1, 255, cv2.FILLED, offset=(-box.x, -box.y))
    own = np.asarray(cv2.bitwise_and(part, mask), dtype=np.uint8)
    values = own[own > level]
    peak = float(np.percentile(values, 90))
    if max(box.width / grey.shape[1], box.height / grey.shape[0]) > _LARGE:
        highest = float(np.percentile(values, 99.5))
        pieces = _moved(_outlines(own, _EDGE * highest), box)
        boxes = [cv2.boundingRect(piece) for piece in pieces]
        if boxes and max(width * height for _, _, width, height in boxes) < 0.5 * box.width * box.height:
            return [Mark(piece, Box(*cv2.boundingRect(piece)), highest) for piece in pieces]
    if _EDGE * peak <= level:
        return [Mark(contour, box, peak)]
    return [Mark(piece, Box(*cv2.boundingRect(piece)), peak) for piece in _moved(_outlines(own, _EDGE * peak), box)]


def _moved(contours: list[Contour], box: Box) -> list[Contour]:
    return [contour + np.array([box.x, box.y], np.int32) for contour in contours]


@profiled("segment")
def find_places(ink: Ink) -> list[Place]:
    """Find where digits may stand, in no order: pieces of broken digits together, rulings and edges left out."""
    return _joined(_plausible(find_marks(ink), ink.grey.shape))


def _plausible(marks: list[Mark], shape: tuple[int, ...]) -> list[Mark]:
    """Leave out rulings, table edges and what is far fainter than the rest."""
    h, w = shape
    marks = [mark for mark in marks if not _is_line(mark.box, h, w) and not _is_sliver(mark.box, h, w)]
    if not marks:
        return []
    small = [mark for mark in marks if min(mark.box.width / w, mark.box.height / h) < _WHOLE] or marks
    strong, height = _typical_peak(small), _digit_height([mark.box for mark in small])
    return [mark for mark in marks if mark.peak / strong * min(1.0, _length(mark.box) / height + 0.3) >= _FAINTEST]


def _length(box: Box) -> int:
    return max(box.width, box.height)


def _is_line(box: Box, h: int, w: int) -> bool:
    """Judge whether a mark runs along a good part of the frame and is thin, or runs through all of it."""
    flat = box.width > 0.4 * w and box.height < 0.08 * box.width
    across = box.width >= 0.98 * w and box.height < 0.5 * h
    down = box.height >= 0.98 * h and box.width < 0.5 * w and (box.x == 0 or box.x + box.width == w)
    return flat or across or down


def _is_sliver(box: Box, h: int, w: int) -> bool:
    """Judge whether a mark is a thin strip of something along the border of the picture."""
    beside = (box.x == 0 or box.x + box.width == w) and box.width < 0.12 * box.height
    above = (box.y == 0 or box.y + box.height == h) and box.height < 0.12 * box.width
    return beside or above


@profiled("segment")
def fuller(place: Place, ink: Ink) -> Place:
    """Outline a place again at a lower level: the line of a drying pen fades far below a digit's own blackness."""
    box, reach = place.box, max(place.box.width, place.box.height)
    x, y = max(0, box.x - reach), max(0, box.y - reach)
    grey = ink.grey[y : box.y + box.height + reach, x : box.x + box.width + reach]
    peak = _FADED * place.peak
    corner = Box(x, y, grey.shape[1], grey.shape[0])
    core = np.zeros(grey.shape, np.uint8)
    cv2.drawContours(core, [mark.contour for mark in place.marks], -1, 255, cv2.FILLED, offset=(-x, -y))
    marks = []
    for piece in _outlines(np.asarray(grey), max(ink.noise, _EDGE * peak)):
        own = cv2.drawContours(np.zeros_like(core), [piece], -1, 255, cv2.FILLED)
        if cv2.countNonZero(cv2.bitwise_and(own, core)) > 0:
            contour = _moved([piece], corner)[0]
            marks.append(Mark(contour, Box(*cv2.boundingRect(contour)), peak))
    return Place.of(*marks) if marks else place


def _typical_peak(marks: Sequence[Mark]) -> float:
    """Weigh the blackness of all marks by the length of their outlines: the median."""
    ordered = sorted(marks, key=lambda mark: mark.peak)
    lengths = np.cumsum([len(mark.contour) for mark in ordered])
    return ordered[int(np.searchsorted(lengths, lengths[-1] / 2))].peak


def _joined(marks: Sequence[Mark]) -> list[Place]:
    """Put the pieces of broken digits together: the small piece goes to the nearest body it belongs to."""
    places = [Place.of(mark) for mark in sorted(marks, key=lambda mark: -mark.box.height * mark.box.width)]
    height = _digit_height([place.box for place in places])
    bodies: list[Place] = []
    for number, place in enumerate(places):
        # Among so many, what is small is grain and belongs to nothing.
        distances = [_apart(body, place, height) for body in bodies] if number < _MOST_PIECES else []
        nearest = int(np.argmin(distances)) if distances else -1
        if distances and distances[nearest] < 1:
            bodies[nearest] = Place.of(*bodies[nearest].marks, *place.marks)
        else:
            bodies.append(place)
    return bodies


def _digit_height(boxes: Sequence[Box]) -> float:
    """Estimate how tall the digits are: the median height of all marks at least half as tall as the tallest few."""
    heights = sorted((box.height for box in boxes), reverse=True)
    if not heights:
        return 1.0
    tall = [height for height in heights if height >= heights[0] / 3]
    third = tall[min(2, len(tall) - 1)]
    return float(np.median([height for height in tall if height >= 0.45 * third]))


def _apart(whole: Place, part: Place, height: float) -> float:
    """Say how far a piece is from belonging to a body: under 1 it does."""
    body, piece = whole.box, part.box
    across = max(body.x, piece.x) - min(body.x + body.width, piece.x + piece.width)  # negative: overlap
    down = max(body.y, piece.y) - min(body.y + body.height, piece.y + piece.height)
    if across < 0 and down < 0 and across * down > 0.5 * piece.width * piece.height:
        return _distance(whole, part) / (0.15 * body.height)
    if piece.height > 0.5 * body.height and piece.height > 0.6 * height:
        return 9.0
    tall = min(height, body.height)
    if across <= -0.5 * min(piece.width, body.width):  # above or below
        return max(0, down) / (0.22 * tall) if piece.height < 0.45 * body.height else 9.0
    if down <= -0.5 * piece.height and piece.height < 0.4 * body.height:  # beside: the bar of a 5
        return max(0, across) / (0.12 * tall)
    return 9.0


def _distance(body: Place, piece: Place) -> float:
    """Measure how near the outline of a body comes to a piece: what stands in a frame is not part of the frame."""
    points = _sample(piece.marks[0], 16)
    return min(float(np.hypot(*(_sample(mark, 256)[:, None] - points).T).min()) for mark in body.marks)


def _sample(mark: Mark, count: int) -> NDArray[np.float32]:
    """Take about ``count`` points (n, 2) of an outline."""
    return np.asarray(mark.contour[:: max(1, len(mark.contour) // count), 0], dtype=np.float32)


@profiled("segment")
def rows(places: Sequence[Place]) -> list[list[Place]]:
    """Order places as they are read; the rows may be slanted."""
    if not places:
        return []
    centres = np.array([(p.box.x + p.box.width / 2, p.box.y + p.box.height / 2) for p in places])
    height = float(np.median([place.box.height for place in places]))
    slope = _slope(centres, height)
    level = centres[:, 1] - slope * centres[:, 0]
    order = np.argsort(level)
    breaks = np.flatnonzero(np.diff(level[order]) > 0.5 * height) + 1
    return [
        [places[i] for i in sorted(row, key=lambda i: centres[i, 0])] for row in np.split(order, breaks) if len(row)
    ]


def _slope(centres: NDArray[np.float64], height: float) -> float:
    """Find the slope of the rows: the one that leaves the widest gaps between them and the least scatter within."""
    slopes = np.linspace(-0.3, 0.3, 31)
    levels = np.sort(centres[:, 1, None] - slopes * centres[:, 0, None], axis=0)
    gaps = np.diff(levels, axis=0)
    within = np.where(gaps <= 0.5 * height, gaps, 0.5 * height).sum(axis=0)
    return float(slopes[np.argmin(within + 0.3 * height * np.abs(slopes))])
