"""Where the digits stand on a page: rows, gaps, slant, touching neighbours, the frame's edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from training.synthesis.pens import Ink
from training.synthesis.scene import Contact, Edge, Layout, Scene


class PageWriter(Protocol):
    """Whatever gives a character as ink, about ``height`` pixels high."""

    def ink(self, character: str, height: int) -> Ink: ...


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A character, word or drawing on the sheet: its ink (h, w), the corner it is laid at, and its row."""

    character: str
    row: int
    ink: Ink
    x: int
    y: int

    @property
    def is_digit(self) -> bool:
        return len(self.character) == 1 and self.character in "0123456789"

    def outline(self) -> NDArray[np.float64]:
        """The convex hull of the ink on the sheet, (n, 2) float64: under perspective its bounds stay exact."""
        solid = cv2.findNonZero((self.ink > min(64, self.ink.max() // 2)).astype(np.uint8))
        corners = cv2.convexHull(np.asarray(solid))[:, 0].astype(np.float64)
        return np.asarray(corners + np.array([self.x, self.y]))


def arrange(
    rows: Sequence[Sequence[str]], hand: PageWriter, scene: Scene, rng: np.random.Generator
) -> tuple[Mark, ...]:
    """Rows of characters or words on the sheet, as large as ``scene.layout`` asks or as fits, in the frame."""
    layout = scene.layout
    room = 0.94 if layout.edge is Edge.CLEAR else 1.0
    height = max(8, round(layout.size * scene.shorter))
    while True:
        marks = _block(rows, hand, layout, height, rng)
        width, depth = _extent(marks)
        share = min(room * scene.width / width, room * scene.height / depth)
        if share >= 1 or height <= 8:
            return _placed(marks, scene, rng)
        height = max(8, int(height * share * 0.98))


def _block(
    rows: Sequence[Sequence[str]], hand: PageWriter, layout: Layout, height: int, rng: np.random.Generator
) -> list[Mark]:
    marks: list[Mark] = []
    top = 0.0
    for number, row in enumerate(rows):
        start = rng.uniform(0, 0.8) * height if number else 0.0
        written = [_written(character, hand, layout, height, rng) for character in row]
        marks += [
            replace(m, row=number, x=m.x + round(start), y=m.y + round(top)) for m in _spaced(written, layout, rng)
        ]
        top += height * (1 + rng.uniform(*layout.row_gap))
    return _slanted(marks, layout.slant)


def _written(character: str, hand: PageWriter, layout: Layout, height: int, rng: np.random.Generator) -> Mark:
    """A character at the left end of the line, roughly as tall as asked and roughly on the line."""
    tall = max(6, round(height * float(np.clip(rng.normal(1, layout.ragged), 0.75, 1.25))))
    ink = hand.ink(character, tall)
    return Mark(character, 0, ink, 0, round(height - ink.shape[0] + rng.normal(0, layout.ragged) * height))


def _spaced(written: Sequence[Mark], layout: Layout, rng: np.random.Generator) -> list[Mark]:
    """The characters one after the other along the line."""
    row: list[Mark] = []
    for mark in written:
        height = mark.ink.shape[0]
        gap = round(rng.uniform(*layout.gap) * height)
        x = row[-1].x + row[-1].ink.shape[1] + gap if row else 0
        # Two bare 1s that meet are one stroke to everybody.
        get_or_create = layout.contact is not Contact.APART and row and rng.random() < 0.75
        if get_or_create and not mark.character == row[-1].character == "1":
            deep = rng.uniform(0.0, 0.02) if layout.contact is Contact.TOUCHING else rng.uniform(0.03, 0.1)
            met = max(m.x + _contact(m, mark) for m in row[-2:]) - max(1, round(deep * height))
            # Shapes may fit into each other, but never so far that one is lost in the other.
            x = max(met, x - gap - round(0.2 * height))
        row.append(replace(mark, x=int(x)))
    return row


def _contact(last: Mark, mark: Mark) -> int:
    """The advance at which the two inks meet, row of pixels by row of pixels."""
    top, bottom = max(last.y, mark.y), min(last.y + last.ink.shape[0], mark.y + mark.ink.shape[0])
    left = last.ink[max(0, top - last.y) : max(0, bottom - last.y)] > 96
    right = mark.ink[max(0, top - mark.y) : max(0, bottom - mark.y)] > 96
    both = left.any(axis=1) & right.any(axis=1)
    if not both.any():
        return int(last.ink.shape[1] // 2)
    ends = left.shape[1] - left[both][:, ::-1].argmax(axis=1)
    return int((ends - right[both].argmax(axis=1)).max())


def _slanted(marks: list[Mark], degrees: float) -> list[Mark]:
    if not degrees:
        return marks
    turn = np.radians(degrees)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return [_turned(mark, degrees, rotation) for mark in marks]


def _turned(mark: Mark, degrees: float, rotation: NDArray[np.float64]) -> Mark:
    height, width = mark.ink.shape
    reach = int(np.ceil(np.hypot(height, width))) + 2
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1.0)
    matrix[:, 2] += ((reach - width) / 2, (reach - height) / 2)
    ink = np.asarray(cv2.warpAffine(mark.ink, matrix, (reach, reach)), np.uint8)
    x, y = rotation @ (mark.x + width / 2, mark.y + height / 2) - reach / 2
    left, top, wide, high = cv2.boundingRect(ink)
    return replace(mark, ink=ink[top : top + high, left : left + wide], x=round(x) + left, y=round(y) + top)


def _extent(marks: Sequence[Mark]) -> tuple[int, int]:
    right, bottom = max(m.x + m.ink.shape[1] for m in marks), max(m.y + m.ink.shape[0] for m in marks)
    return right - min(m.x for m in marks), bottom - min(m.y for m in marks)


def _placed(marks: list[Mark], scene: Scene, rng: np.random.Generator) -> tuple[Mark, ...]:
    width, depth = _extent(marks)
    margin = 0.0 if scene.layout.edge is not Edge.CLEAR else 0.03
    room = np.array([scene.width * (1 - 2 * margin) - width, scene.height * (1 - 2 * margin) - depth])
    # People aim: the digits stand nearer the middle than the corners.
    corner = np.maximum(room, 0) * rng.beta(2, 2, 2) + np.array([scene.width, scene.height]) * margin
    if scene.layout.edge is not Edge.CLEAR:
        corner = _against_edge(corner, marks, scene, rng)
    x, y = corner - (min(m.x for m in marks), min(m.y for m in marks))
    return tuple(replace(m, x=m.x + round(x), y=m.y + round(y)) for m in marks)


def _against_edge(
    corner: NDArray[np.float64], marks: list[Mark], scene: Scene, rng: np.random.Generator
) -> NDArray[np.float64]:
    """The block's corner moved so that it meets one edge of the frame, or reaches a little over it."""
    axis = int(rng.integers(2))
    # Of the narrowest digit a person must still see enough: a 1 cut lengthwise is soon gone, and a 2 without its foot
    # is a 7 to everybody.
    thinnest = min(m.ink.shape[1 - axis] for m in marks)
    over = rng.uniform(0.02, 0.07) if scene.layout.edge is Edge.CUT else -rng.uniform(0.0, 0.1)
    room = (scene.width, scene.height)[axis] - _extent(marks)[axis]
    moved = corner.copy()
    moved[axis] = -over * thinnest if rng.random() < 0.5 else room + over * thinnest
    return moved
