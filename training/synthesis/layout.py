"""Layout of a page: rows, gaps, slant, touching neighbours, the frame's edge."""

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
    """A writer: renders a character as ink, (h, w) uint8, about ``height`` pixels high."""

    def ink(self, character: str, height: int) -> Ink: ...


@dataclass(frozen=True, slots=True, eq=False)
class PlacedGlyph:
    """A character, word or drawing placed on the sheet: its ink (h, w) uint8, top left corner in pixels, row."""

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
    rows: Sequence[Sequence[str]], writer: PageWriter, scene: Scene, rng: np.random.Generator
) -> tuple[PlacedGlyph, ...]:
    """Place rows of characters or words in the frame, as large as ``scene.layout`` asks or as fits."""
    layout = scene.layout
    room = 0.94 if layout.edge is Edge.CLEAR else 1.0
    height = max(8, round(layout.size * scene.shorter))
    while True:
        glyphs = _block(rows, writer, layout, height, rng)
        width, depth = _extent(glyphs)
        share = min(room * scene.width / width, room * scene.height / depth)
        if share >= 1 or height <= 8:
            return _placed(glyphs, scene, rng)
        height = max(8, int(height * share * 0.98))


def _block(
    rows: Sequence[Sequence[str]], writer: PageWriter, layout: Layout, height: int, rng: np.random.Generator
) -> list[PlacedGlyph]:
    glyphs: list[PlacedGlyph] = []
    top = 0.0
    for number, row in enumerate(rows):
        start = rng.uniform(0, 0.8) * height if number else 0.0
        written = [_glyph(character, writer, layout, height, rng) for character in row]
        glyphs += [
            replace(m, row=number, x=m.x + round(start), y=m.y + round(top)) for m in _spaced(written, layout, rng)
        ]
        top += height * (1 + rng.uniform(*layout.row_gap))
    return _slanted(glyphs, layout.slant)


def _glyph(character: str, writer: PageWriter, layout: Layout, height: int, rng: np.random.Generator) -> PlacedGlyph:
    """A character at the left end of its line, of about the height asked for and about on the baseline."""
    tall = max(6, round(height * float(np.clip(rng.normal(1, layout.ragged), 0.75, 1.25))))
    ink = writer.ink(character, tall)
    return PlacedGlyph(character, 0, ink, 0, round(height - ink.shape[0] + rng.normal(0, layout.ragged) * height))


def _spaced(written: Sequence[PlacedGlyph], layout: Layout, rng: np.random.Generator) -> list[PlacedGlyph]:
    """The characters one after the other along the line, some of them moved into their neighbours."""
    row: list[PlacedGlyph] = []
    for glyph in written:
        height = glyph.ink.shape[0]
        gap = round(rng.uniform(*layout.gap) * height)
        x = row[-1].x + row[-1].ink.shape[1] + gap if row else 0
        # Two bare 1s that meet look like one stroke.
        meets = layout.contact is not Contact.APART and row and rng.random() < 0.75
        if meets and not glyph.character == row[-1].character == "1":
            deep = rng.uniform(0.0, 0.02) if layout.contact is Contact.TOUCHING else rng.uniform(0.03, 0.1)
            contact = max(m.x + _contact(m, glyph) for m in row[-2:]) - max(1, round(deep * height))
            # Glyphs may fit into each other, but not so far that one disappears in the other.
            x = max(contact, x - gap - round(0.2 * height))
        row.append(replace(glyph, x=int(x)))
    return row


def _contact(last: PlacedGlyph, glyph: PlacedGlyph) -> int:
    """The advance in pixels at which the two inks meet in some row of pixels."""
    top, bottom = max(last.y, glyph.y), min(last.y + last.ink.shape[0], glyph.y + glyph.ink.shape[0])
    left = last.ink[max(0, top - last.y) : max(0, bottom - last.y)] > 96
    right = glyph.ink[max(0, top - glyph.y) : max(0, bottom - glyph.y)] > 96
    both = left.any(axis=1) & right.any(axis=1)
    if not both.any():
        return int(last.ink.shape[1] // 2)
    ends = left.shape[1] - left[both][:, ::-1].argmax(axis=1)
    return int((ends - right[both].argmax(axis=1)).max())


def _slanted(glyphs: list[PlacedGlyph], degrees: float) -> list[PlacedGlyph]:
    if not degrees:
        return glyphs
    turn = np.radians(degrees)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return [_turned(glyph, degrees, rotation) for glyph in glyphs]


def _turned(glyph: PlacedGlyph, degrees: float, rotation: NDArray[np.float64]) -> PlacedGlyph:
    height, width = glyph.ink.shape
    reach = int(np.ceil(np.hypot(height, width))) + 2
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1.0)
    matrix[:, 2] += ((reach - width) / 2, (reach - height) / 2)
    ink = np.asarray(cv2.warpAffine(glyph.ink, matrix, (reach, reach)), np.uint8)
    x, y = rotation @ (glyph.x + width / 2, glyph.y + height / 2) - reach / 2
    left, top, wide, high = cv2.boundingRect(ink)
    return replace(glyph, ink=ink[top : top + high, left : left + wide], x=round(x) + left, y=round(y) + top)


def _extent(glyphs: Sequence[PlacedGlyph]) -> tuple[int, int]:
    right, bottom = max(m.x + m.ink.shape[1] for m in glyphs), max(m.y + m.ink.shape[0] for m in glyphs)
    return right - min(m.x for m in glyphs), bottom - min(m.y for m in glyphs)


def _placed(glyphs: list[PlacedGlyph], scene: Scene, rng: np.random.Generator) -> tuple[PlacedGlyph, ...]:
    width, depth = _extent(glyphs)
    margin = 0.0 if scene.layout.edge is not Edge.CLEAR else 0.03
    room = np.array([scene.width * (1 - 2 * margin) - width, scene.height * (1 - 2 * margin) - depth])
    # People centre what they photograph: the digits are nearer the middle than the corners.
    corner = np.maximum(room, 0) * rng.beta(2, 2, 2) + np.array([scene.width, scene.height]) * margin
    if scene.layout.edge is not Edge.CLEAR:
        corner = _against_edge(corner, glyphs, scene, rng)
    x, y = corner - (min(m.x for m in glyphs), min(m.y for m in glyphs))
    return tuple(replace(m, x=m.x + round(x), y=m.y + round(y)) for m in glyphs)


def _against_edge(
    corner: NDArray[np.float64], glyphs: list[PlacedGlyph], scene: Scene, rng: np.random.Generator
) -> NDArray[np.float64]:
    """The block's corner moved so that it meets one edge of the frame, or reaches a little over it."""
    axis = int(rng.integers(2))
    # The narrowest digit must stay legible: a 1 cut lengthwise soon disappears, and a 2 without its foot looks like
    # a 7.
    thinnest = min(m.ink.shape[1 - axis] for m in glyphs)
    over = rng.uniform(0.02, 0.07) if scene.layout.edge is Edge.CUT else -rng.uniform(0.0, 0.1)
    room = (scene.width, scene.height)[axis] - _extent(glyphs)[axis]
    moved = corner.copy()
    moved[axis] = -over * thinnest if rng.random() < 0.5 else room + over * thinnest
    return moved
