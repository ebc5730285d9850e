"""Where a label can stand beside its box without covering ink or another label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from bot.pictures.ink_mask import CELL, cells
from bot.pictures.mark_styles import Rectangle, label_size

COVERED_SHARE = 0.01  # of a label: specks of the paper that may lie under it
SMALLER = (1.0, 0.8, 0.64, 0.5)  # heights that are tried, of the wanted one
MIN_LABEL_HEIGHT = 13  # pixels
SIZE_COST = 1.0  # of a label of no height, as of one that lies on boxes altogether
OTHER_SIDE_COST = 0.3  # of a label that stands elsewhere than most do


class _Side(NamedTuple):
    """Where a label stands, from (0, 0), at the outline's left and top edge, to (1, 1) at the others; and how much of
    itself it is moved to the left and up from there."""

    across: float
    down: float
    to_left: float
    up: float


_SIDES = (
    *(_Side(0, 0, 0, 1), _Side(0.5, 0, 0.5, 1), _Side(1, 0, 1, 1)),  # above
    *(_Side(0, 1, 0, 0), _Side(0.5, 1, 0.5, 0), _Side(1, 1, 1, 0)),  # below
    *(_Side(1, 0, 0, 0), _Side(1, 1, 0, 1), _Side(0, 0, 1, 0), _Side(0, 1, 1, 1)),  # right and left
    *(_Side(0, 0, 0.5, 0.5), _Side(1, 0, 0.5, 0.5), _Side(0, 1, 0.5, 0.5), _Side(1, 1, 0.5, 0.5)),  # over a corner
    *(
        _Side(0.5, 0, 0.5, 0.5),
        _Side(0.5, 1, 0.5, 0.5),
        _Side(0, 0.5, 0.5, 0.5),
        _Side(1, 0.5, 0.5, 0.5),
    ),  # over an edge
    *(_Side(0, 0, 0, 0), _Side(1, 0, 1, 0), _Side(0, 1, 0, 1), _Side(1, 1, 1, 1)),  # in a corner
)


def _is_above(side: _Side) -> bool:
    """Beside a digit a label could be its neighbour's, so that counts as below too."""
    return side.down == 0 and side.up > 0


@dataclass(frozen=True, slots=True)
class LabelledOutline:
    """A box with its outline, and the text to stand beside it."""

    outline: Rectangle
    text: str


class FreeSpace:
    """What of a picture is taken: by ink and by labels, on which no other label may lie, and by boxes."""

    def __init__(self, width: int, height: int, ink: NDArray[np.bool_]) -> None:
        self._width, self._height = width, height
        # Without specks, and a cell wider, so that no label touches a stroke.
        self._taken = cv2.dilate(cv2.medianBlur(ink.astype(np.uint8), 3), np.ones((3, 3), np.uint8))
        self._boxes = np.zeros_like(self._taken)

    def take(self, place: Rectangle) -> None:
        self._taken[cells(place)] = 1

    def take_box(self, place: Rectangle) -> None:
        self._boxes[cells(place)] = 1

    def is_free(self, place: Rectangle) -> bool:
        """Whether a label can stand there, as a whole."""
        if place.left < 0 or place.top < 0 or place.right > self._width or place.bottom > self._height:
            return False
        part = self._taken[cells(place)]
        return bool(part.size) and cv2.countNonZero(part) <= COVERED_SHARE * part.size

    def boxed(self, place: Rectangle) -> float:
        """The share of a place that lies on boxes."""
        part = self._boxes[cells(place)]
        return cv2.countNonZero(part) / max(1, part.size)


def place_labels(space: FreeSpace, marks: Sequence[LabelledOutline], height: int) -> list[Rectangle | None]:
    """A place for each label, of the wanted height in pixels or less; None where there is none free of ink.

    Labels stand outside the boxes where they can, all of them on the same side where most can.
    """
    for mark in marks:
        space.take_box(mark.outline)
    common = Counter(side for mark in marks for side, place in _around(mark, height) if _is_clear(space, place))
    sides = sorted(_SIDES, key=lambda side: -common[side])
    usual = _is_above(sides[0])
    costs = {side: OTHER_SIDE_COST * (_is_above(side) is not usual) for side in sides}
    return [_place(space, mark, height, costs) for mark in marks]


def _is_clear(space: FreeSpace, place: Rectangle) -> bool:
    return space.is_free(place) and not space.boxed(place)


def _place(space: FreeSpace, mark: LabelledOutline, height: int, costs: Mapping[_Side, float]) -> Rectangle | None:
    """The cheapest place; ``costs`` of each side, the commonest first. The first place of no cost ends the search."""
    best, least = None, float("inf")
    for share in SMALLER:
        smallness = (1 - share) * SIZE_COST
        if smallness >= least:
            break
        places = dict(_around(mark, max(MIN_LABEL_HEIGHT, round(height * share))))
        for side, otherness in costs.items():
            if smallness + otherness >= least or not space.is_free(places[side]):
                continue
            cost = smallness + otherness + space.boxed(places[side])
            if cost < least:
                best, least = places[side], cost
    if best:
        space.take(best.grown(CELL))
    return best


def _around(mark: LabelledOutline, height: int) -> Iterator[tuple[_Side, Rectangle]]:
    """The places that touch an outline."""
    box, (width, height) = mark.outline, label_size(mark.text, height)
    for side in _SIDES:
        left = round(box.left + side.across * (box.right - box.left) - side.to_left * width)
        top = round(box.top + side.down * (box.bottom - box.top) - side.up * height)
        yield side, Rectangle(left, top, left + width, top + height)
