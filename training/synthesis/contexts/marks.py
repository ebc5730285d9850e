"""What stands on a page, before it is drawn: written, printed and ruled marks in units of the digits' height."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from training.synthesis.pens import Colour, Ink, Pen
from training.synthesis.strokes import Points, Stroke, Strokes

# Half a line's width to each side of a point.
_AROUND = np.array([(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)])
# left, top, right, bottom
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Nib:
    """One person's pen: its ink, and how wide it draws, in units."""

    pen: Pen
    colour: Colour
    width: float
    opacity: float


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """A mark written with a nib. ``character`` is what it stands for, ``label`` what it is called where it is no digit
    to be read ("" for one), ``row`` its row; ``gap``: a space was left before it; ``scale``: its height in units."""

    character: str
    label: str
    strokes: Strokes
    nib: Nib
    row: int = 0
    gap: bool = False
    scale: float = 1.0

    def moved(self, x: float, y: float) -> Drawn:
        by = np.array([x, y])
        return replace(self, strokes=tuple(Stroke(stroke.points + by, stroke.pressure) for stroke in self.strokes))

    def scaled(self, share: float) -> Drawn:
        """Larger or smaller about the origin; the nib stays as wide as it is."""
        grown = tuple(Stroke(stroke.points * share, stroke.pressure) for stroke in self.strokes)
        return replace(self, strokes=grown, scale=self.scale * share)

    def outline(self) -> Points:
        """The convex hull of the ink, (n, 2), half a line around the points of the strokes."""
        points = np.concatenate([stroke.points for stroke in self.strokes]).astype(np.float32)
        hull = cv2.convexHull(points)[:, 0].astype(np.float64)
        return np.asarray((hull[:, None] + self.nib.width / 2 * _AROUND).reshape(-1, 2))

    def extent(self) -> Bounds:
        """The smallest box around the ink."""
        points, reach = np.concatenate([stroke.points for stroke in self.strokes]), self.nib.width / 2
        (left, top), (right, bottom) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
        return left - reach, top - reach, right + reach, bottom + reach


@dataclass(frozen=True, slots=True, eq=False)
class Stamped:
    """A mark that is ink already, as print is: ``ink`` gives it for a height in pixels; its corner and size in units.
    ``nib``: whose ink it is; None for print."""

    character: str
    label: str
    ink: Callable[[int], Ink]
    colour: Colour
    x: float
    y: float
    width: float
    height: float
    row: int = 0
    gap: bool = False
    opacity: float = 1.0
    grain: float = 0.0

    def moved(self, x: float, y: float) -> Stamped:
        return replace(self, x=self.x + x, y=self.y + y)

    def scaled(self, share: float) -> Stamped:
        x, y, width, height = (share * value for value in (self.x, self.y, self.width, self.height))
        return replace(self, x=x, y=y, width=width, height=height)

    def outline(self) -> Points:
        right, bottom = self.x + self.width, self.y + self.height
        return np.array([(self.x, self.y), (right, self.y), (right, bottom), (self.x, bottom)])

    def extent(self) -> Bounds:
        return self.x, self.y, self.x + self.width, self.y + self.height


DraftMark = Drawn | Stamped


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A printed line through ``points`` (n, 2), ``width`` wide; with ``dots`` a dotted one, so far apart."""

    label: str
    points: Points
    width: float
    colour: Colour
    closed: bool = False
    dots: float = 0.0


@dataclass(frozen=True, slots=True)
class Tint:
    """A coloured area: left, top, right, bottom."""

    bounds: Bounds
    colour: Colour


def bounds(marks: Iterable[DraftMark]) -> Bounds:
    """The smallest box around all of them."""
    lefts, tops, rights, bottoms = zip(*(mark.extent() for mark in marks), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def moved(marks: Sequence[DraftMark], x: float, y: float) -> tuple[DraftMark, ...]:
    """All of them elsewhere."""
    return tuple(mark.moved(x, y) for mark in marks)


def scaled(marks: Sequence[DraftMark], share: float) -> tuple[DraftMark, ...]:
    """All of them larger or smaller about the origin."""
    return tuple(mark.scaled(share) for mark in marks)


def profile(mark: DraftMark, side: int) -> NDArray[np.float64]:
    """How far a mark reaches to the right (``side`` 1) or left (-1) in each of 12 bands from -0.2 to 1.4 units."""
    reach = np.full(12, -np.inf)
    if isinstance(mark, Stamped):
        start, stop = (int(np.clip((y + 0.2) * 7.5, 0, 11)) for y in (mark.y, mark.y + mark.height))
        reach[start : stop + 1] = side * (mark.x + (mark.width if side > 0 else 0.0))
        return side * reach
    points = np.concatenate([stroke.points for stroke in mark.strokes])
    bands = np.clip(((points[:, 1] + 0.2) * 7.5).astype(int), 0, 11)
    np.maximum.at(reach, bands, side * points[:, 0] + mark.nib.width / 2)
    return side * reach
