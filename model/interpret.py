"""Ink to digits: of all ways to cut and join the marks, the one that reads best as digits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from model.cuts import slices
from model.digit_image import digit_image
from model.ink import Ink
from model.joins import Cluster, clusters
from model.reading import Box, DigitImage
from model.segment import Place, around, fuller, rows

_MOST_PIECES = 4  # of which one digit may be put together
_MOST_PLACES = 120  # the tallest; more are texture
_SEARCHED = 60  # places; where there are more, none is cut or joined
_DOUBTFUL = 0.8  # likeness below which other ways to cut and join are tried
_CERTAIN = 0.9  # likeness from which a digit vouches for its neighbours
_COMPANY = 20.0  # by how much each of them multiplies the odds of an odd form
_TALLEST = 1.5  # of the plain digits' height: what a few marks may be put together to
_HALF = 0.35  # of the height of a whole: a part so tall may be a digit
_READ = 0.97  # score, as a share, from which a place is not looked at again for faded strokes
_MOST_FADED = 8  # places that are
_STROKE = 0.5  # what an upright stroke counts for beside a digit of any other shape
_JUNK = -0.7  # score of taking what might be cut for no digit at all, beside its likeness


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What the networks say of n digit images: ``probabilities`` (n, 10), and ``likeness`` (n,), 0 no digit to 1."""

    probabilities: NDArray[np.float32]
    likeness: NDArray[np.float32]


Judge = Callable[[NDArray[np.uint8]], Judged]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One place with what it looks like and how it was judged."""

    place: Place
    image: DigitImage
    probabilities: NDArray[np.float32]
    likeness: float

    @property
    def score(self) -> float:
        """Log of how well this reads as a digit: likeness, and confidence to a lesser part."""
        return float(np.log(max(1e-4, self.likeness)) + 0.3 * np.log(max(1e-4, float(self.probabilities.max()))))


@dataclass(frozen=True, slots=True, eq=False)
class _Atom:
    """A piece that is not cut further: a whole place, or a slice of one.

    ``slices`` is into how many pieces the ``whole`` was cut, for the first of them; 0 for the others.
    """

    place: Place
    row: int
    whole: Found
    slices: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Interpretation:
    """What reads best: ``rows`` in reading order; and all ``places`` of a digit's size as they were judged alone.

    ``weighed`` is everything that was taken into account: those places and all ways to cut and join them.
    """

    rows: list[list[Found]]
    places: list[Found]
    weighed: list[Found]


def judged(places: Sequence[Place], ink: Ink, judge: Judge) -> list[Found]:
    """Format all places and have them judged as one batch."""
    if not places:
        return []
    images = [digit_image(place.ink(ink)) for place in places]
    verdict = judge(np.stack(images))
    return [
        Found(place, image, probabilities, float(likeness))
        for place, image, probabilities, likeness in zip(
            places, images, verdict.probabilities, verdict.likeness, strict=True
        )
    ]


def first_look(places: Sequence[Place], ink: Ink, judge: Judge) -> list[Found]:
    """Judge each place alone; of those, give what is of the digits' size."""
    trees = clusters(sorted(places, key=lambda place: -place.box.height)[:_MOST_PLACES])
    wholes = [each for tree in trees for each in _proposed(tree)]
    by_place = {id(each.place): each for each in judged([each.place for each in wholes], ink, judge)}
    tallest = _tallest([by_place[id(place)] for place in places if id(place) in by_place])
    found = [each for tree in trees for each in _best_parts(tree, by_place, tallest)]
    height = _height(found)
    found = _fuller(found, ink, judge)
    return [each for each in found if 0.3 * height <= each.place.box.height <= 2.5 * height]


def _fuller(found: Sequence[Found], ink: Ink, judge: Judge) -> list[Found]:
    """Look again for faded strokes of what nearly reads as a digit, and take them in where it reads better so."""
    again = [each for each in found if each.likeness > _CERTAIN and each.score < math.log(_READ)][:_MOST_FADED]
    others = judged([fuller(each.place, ink) for each in again], ink, judge)
    better = {
        id(each): other
        for each, other in zip(again, others, strict=True)
        if other.score > max(each.score, math.log(_READ))
    }
    return [better.get(id(each), each) for each in found]


def _proposed(tree: Cluster) -> list[Cluster]:
    """Give all clusters of a tree that may be one digit, single places among them."""
    within = [each for part in tree.parts for each in _proposed(part)]
    return [tree, *within] if not tree.parts or tree.is_likely else within


def _best_parts(tree: Cluster, found: Mapping[int, Found], tallest: float) -> list[Found]:
    """Choose between a cluster as one digit and its parts, whichever reads better."""
    if not tree.parts:
        return [found[id(tree.place)]]
    parts = [each for part in tree.parts for each in _best_parts(part, found, tallest)]
    whole, height = found.get(id(tree.place)), tree.place.box.height
    if whole is None or whole.likeness < _DOUBTFUL or (height > tallest and not tree.is_dotted):
        return parts
    if sum(_is_plain(each) and each.place.box.height > _HALF * height for each in parts) > 1:
        return parts
    return [whole] if _claim(whole) > sum(map(_worth, parts)) - 0.1 else parts


def _is_plain(found: Found) -> bool:
    """Tell a digit that needs no other marks and is no mere stroke."""
    return found.likeness > _CERTAIN and not _narrow(found)


def _tallest(found: Sequence[Found]) -> float:
    """Say how tall a digit may be put together of a few marks beside digits that are plain."""
    heights = [each.place.box.height for each in found if _is_plain(each)]
    return _TALLEST * float(np.median(heights)) if len(heights) > 2 else math.inf


def _worth(part: Found) -> float:
    """Score a part beside the whole it may belong to, as a digit or as none."""
    return max(_claim(part), _loss(part))


def _claim(found: Found) -> float:
    """Score a digit, an upright stroke less: alone it says little."""
    return found.score + (math.log(_STROKE) if _narrow(found) else 0.0)


def interpret(found: Sequence[Found], ink: Ink, judge: Judge, count: int | None = None) -> Interpretation:
    """Choose what reads best as digits; ``count`` asks for so many, or as near as can be."""
    height = _height(found)
    fits = _in_company(_stacked(found, ink, judge, height), height)
    lines = rows([each.place for each in fits])
    by_place = {id(each.place): each for each in fits}
    atoms = [
        atom
        for row, line in enumerate(lines)
        for place in line
        for atom in _atoms(by_place[id(place)], row, ink, height, count if len(fits) <= _SEARCHED else 0)
    ]
    edges = _edges(atoms, ink, judge, height, count)
    path = _best(atoms, edges, count)
    chosen: dict[int, list[Found]] = {}
    for start, stop in path:
        chosen.setdefault(atoms[start].row, []).append(edges[start, stop])
    return Interpretation([chosen[row] for row in sorted(chosen)], fits, [*fits, *edges.values()])


def _height(found: Sequence[Found]) -> float:
    """Estimate how tall the digits are: the middle one of all that look like digits, by height and
    likeness; faint marks and upright strokes, which may be anything, count less."""
    if not found:
        return 1.0
    heights = np.array([each.place.box.height for each in found], np.float64)
    weights = np.array([each.likeness * (_STROKE if _narrow(each) else 1) for each in found]) ** 2 * np.sqrt(heights)
    weights *= np.array([each.place.peak for each in found])
    weights += 1e-9
    order = np.argsort(heights)
    total = np.cumsum(weights[order])
    return float(heights[order][np.searchsorted(total, total[-1] * 0.6)])


def _in_company(found: Sequence[Found], height: float) -> list[Found]:
    """Believe an odd form more readily among many digits of its size: the odds grow with each that is certain."""
    alike = [each for each in found if 0.6 * height < each.place.box.height < 1.6 * height]
    certain = sum(each.likeness > _CERTAIN and not _narrow(each) for each in alike)
    if certain < 3 * (len(alike) - sum(each.likeness > 0.5 for each in alike)):
        return list(found)
    near = {id(each) for each in alike}
    odds = 1 + _COMPANY * max(0, certain - 1)
    return [_believed(each, odds) if id(each) in near else each for each in found]


def _believed(found: Found, odds: float) -> Found:
    """Multiply the odds of being a digit."""
    share = found.likeness * odds
    return replace(found, likeness=share / (share + 1 - found.likeness))


def _narrow(found: Found) -> bool:
    """Tell an upright stroke: a 1, or the edge of anything."""
    return found.place.box.width < 0.4 * found.place.box.height


def _stacked(found: Sequence[Found], ink: Ink, judge: Judge, height: float) -> list[Found]:
    """Put together what lies closely one above the other where both together read better: strokes broken across."""
    if len(found) > _SEARCHED:
        return list(found)
    # On a page of several digits, two as tall as the others are two.
    tallest = 0.8 * height if len(found) > 3 else np.inf
    pairs = [
        (a, b)
        for i, a in enumerate(found)
        for b in found[i + 1 :]
        if min(a.place.box.height, b.place.box.height) < tallest and _may_stack(a.place.box, b.place.box)
    ]
    unions = judged([Place.of(*a.place.marks, *b.place.marks) for a, b in pairs], ink, judge)
    used: set[int] = set()
    joined = []
    for (a, b), union in sorted(zip(pairs, unions, strict=True), key=lambda pair: -pair[1].score):
        apart = max(a.score, _loss(a)) + max(b.score, _loss(b))
        if union.score > apart - 0.1 and union.likeness > 0.5 and not used & {id(a), id(b)}:
            used |= {id(a), id(b)}
            joined.append(union)
    return [each for each in found if id(each) not in used] + joined


def _may_stack(a: Box, b: Box) -> bool:
    whole = around([a, b])
    gap = max(a.y, b.y) - min(a.y + a.height, b.y + b.height)
    shared = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    return gap <= 0.12 * whole.height and shared >= 0.3 * min(a.width, b.width) and whole.width <= 1.3 * whole.height


def _atoms(found: Found, row: int, ink: Ink, height: float, count: int | None) -> list[_Atom]:
    box = found.place.box
    wide = box.width > 0.75 * max(height, 0.6 * box.height) and box.height > 0.5 * height
    if wide and count != 0 and (found.likeness < _DOUBTFUL or box.width > 1.3 * box.height or count is not None):
        pieces = slices(found.place, ink)
        return [_Atom(piece, row, found, len(pieces) if i == 0 else 0) for i, piece in enumerate(pieces)]
    return [_Atom(found.place, row, found)]


def _edges(
    atoms: Sequence[_Atom], ink: Ink, judge: Judge, height: float, count: int | None
) -> dict[tuple[int, int], Found]:
    """Judge all ways to put up to four neighbouring pieces together: (first, after last) -> what they make."""
    edges = {(i, i + atom.slices): atom.whole for i, atom in enumerate(atoms) if atom.slices}
    spans = [
        (i, j)
        for i in range(len(atoms))
        for j in range(i + 1, min(i + _MOST_PIECES, len(atoms)) + 1)
        if (i, j) not in edges and _may_join(atoms[i:j], height, count)
    ]
    places = [Place.of(*(mark for atom in atoms[i:j] for mark in atom.place.marks)) for i, j in spans]
    return {**edges, **dict(zip(spans, judged(places, ink, judge), strict=True))}


def _may_join(atoms: Sequence[_Atom], height: float, count: int | None) -> bool:
    if len(atoms) == 1:
        return True
    if len({atom.row for atom in atoms}) > 1:
        return False
    if count is None and all(atom.slices == 1 and atom.whole.likeness > _DOUBTFUL for atom in atoms):
        return False
    boxes = [atom.place.box for atom in atoms]
    whole = around(boxes)
    gaps = [_gap(a, b) for a, b in pairwise(boxes)]
    return whole.width <= 1.6 * height and whole.height <= 2.2 * height and max(gaps) <= 0.3 * whole.height


def _gap(a: Box, b: Box) -> int:
    return b.x - (a.x + a.width)


def _best(atoms: Sequence[_Atom], edges: dict[tuple[int, int], Found], count: int | None) -> list[tuple[int, int]]:
    """Find the best path through the pieces by dynamic programming: each is part of a digit, or left out.

    Each state holds, for the pieces so far, the best score with n digits and the spans of those digits; where their
    count is free, n is left at 0.
    """
    states: list[dict[int, tuple[float, tuple[tuple[int, int], ...]]]] = [{0: (0.0, ())}]
    for stop in range(1, len(atoms) + 1):
        options: dict[int, tuple[float, tuple[tuple[int, int], ...]]] = {}
        for start in range(max(0, stop - _MOST_PIECES - 1), stop):
            if atoms[start].slices == stop - start:  # leave the whole place out
                loss = _loss(atoms[start].whole) + (_JUNK if atoms[start].slices > 1 else 0.0)
                for digits, (score, path) in states[start].items():
                    _keep(options, digits, score + loss, path)
            edge = edges.get((start, stop))
            if edge is not None:
                for digits, (score, path) in states[start].items():
                    more = digits + 1 if count is not None else 0
                    _keep(options, more, score + edge.score, (*path, (start, stop)))
        states.append(options)
    last = states[-1]
    if count is None:
        return list(last[0][1])
    return list(last[min(last, key=lambda digits: (abs(digits - count), digits > count))][1])


def _keep(
    options: dict[int, tuple[float, tuple[tuple[int, int], ...]]],
    digits: int,
    score: float,
    path: tuple[tuple[int, int], ...],
) -> None:
    if digits not in options or options[digits][0] < score:
        options[digits] = (score, path)


def _loss(found: Found) -> float:
    """Score leaving a place out: well where it looks like no digit."""
    return float(np.log(max(1e-4, 1 - found.likeness)))
