"""Grouping of broken strokes (single linkage): which regions lie so near each other that they may be one digit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from model.profiling import profiled
from model.reading import Box
from model.segment import Place, around

_MOST = 60  # places, the largest: what is smaller among so many is grain
_REACH = 0.5  # of the longer side of both: what lies further apart has nothing to do with each other
_FURTHEST = 0.33  # of the height of the whole: the widest gap within a digit
_STROKE_GAP = 0.45  # of its longest part: the widest gap within one upright stroke
_HALF, _ROW_GAP = 0.4, 0.1  # of the height of the whole: parts so tall with so wide a gap are digits of two rows,
_DOTS = 5  # unless there are so many marks that they are a dotted line
_WIDEST = 1.3  # of its height: a digit
_ABREAST = 0.7  # of the height of the whole: two parts so tall, side by side, are two digits
_BRIDGED = 1.5  # times the widest gap: what is closed in the ink


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """A place, and the two ``parts`` it may be put together from; none of them where it was found as one."""

    place: Place
    parts: tuple[Cluster, ...] = ()
    gap: float = 0.0

    @classmethod
    def joining(cls, one: Cluster, other: Cluster, gap: float) -> Self:
        """Put two clusters together, the gaps between their ends closed."""
        whole = Place.of(*one.place.marks, *other.place.marks)
        widest = max(gap, one.gap, other.gap)
        return cls(replace(whole, closed=round(_BRIDGED * widest)), (one, other), widest)

    @property
    def is_dotted(self) -> bool:
        """Whether it has as many marks as a dotted line."""
        return len(self.place.marks) >= _DOTS

    @property
    def is_likely(self) -> bool:
        """Whether its size and its gaps let it be one digit."""
        box, boxes = self.place.box, [part.place.box for part in self.parts]
        if box.width > _WIDEST * box.height or self.gap > _FURTHEST * box.height:
            return False
        if box.width < 0.35 * box.height and self.gap > _STROKE_GAP * max(part.height for part in boxes):
            return False
        halves = min(part.height for part in boxes) > _HALF * box.height
        if halves and not self.is_dotted and self.gap > _ROW_GAP * box.height:
            return False
        return not (_are_abreast(*boxes) and min(part.height for part in boxes) > _ABREAST * box.height)


def _are_abreast(one: Box, other: Box) -> bool:
    shared = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    return shared < 0.5 * min(one.width, other.width)


@profiled("segment")
def clusters(places: Sequence[Place]) -> list[Cluster]:
    """Join the nearest first, until nothing is near (single linkage): trees with the places as their leaves."""
    ordered = sorted(places, key=lambda place: -place.box.width * place.box.height)
    roots = {number: Cluster(place) for number, place in enumerate(ordered)}
    owner = list(range(len(ordered)))
    for gap, one, other in sorted(_gaps(ordered[:_MOST])):
        first, second = owner[one], owner[other]
        if first != second and gap <= _REACH * _side(roots[first].place.box, roots[second].place.box):
            roots[first] = Cluster.joining(roots[first], roots.pop(second), gap)
            owner = [first if each == second else each for each in owner]
    return list(roots.values())


def _side(one: Box, other: Box) -> int:
    """Measure the longer side of the box around both."""
    whole = around([one, other])
    return max(whole.width, whole.height)


def _gaps(places: Sequence[Place]) -> list[tuple[float, int, int]]:
    """Measure the gaps between places that may be near enough: (pixels, one, other)."""
    outlines = [_points(place) for place in places]
    return [
        (_distance(outlines[i], outlines[j]), i, j)
        for i in range(len(places))
        for j in range(i + 1, len(places))
        if _apart(places[i].box, places[j].box) <= _REACH * _side(places[i].box, places[j].box)
    ]


def _apart(one: Box, other: Box) -> int:
    """Measure the gap between two boxes, along the axis on which it is wider."""
    across = max(one.x, other.x) - min(one.x + one.width, other.x + other.width)
    return max(across, max(one.y, other.y) - min(one.y + one.height, other.y + other.height))


def _points(place: Place) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Take at most 64 points (n, 2) of its outlines."""
    outline = np.concatenate([mark.contour[:, 0] for mark in place.marks])
    return outline[:: max(1, len(outline) // 64)].astype(np.float32)


def _distance(
    one: np.ndarray[tuple[int, int], np.dtype[np.float32]], other: np.ndarray[tuple[int, int], np.dtype[np.float32]]
) -> float:
    return float(np.hypot(*(one[:, None] - other).T).min())
