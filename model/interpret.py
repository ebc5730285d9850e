"""Decoding: of all ways to cut and join the components, the one that reads best as digits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from model.cuts import Split, slices
from model.found import Found, Judge, judged
from model.ink import Ink
from model.joins import Cluster, clusters
from model.paths import Sheet, best_path
from model.reading import Box
from model.segment import Place, around, fuller

_MOST_PLACES = 120  # the tallest; more are texture
_SEARCHED = 60  # places; where there are more, none is joined
_DOUBTFUL = 0.8  # likeness below which a cluster is no digit
_CERTAIN = 0.9  # likeness from which a digit raises the odds of its neighbours
_COMPANY = 20.0  # by how much each of them multiplies the odds of an odd form
_TALLEST = 1.5  # of the plain digits' height: what a few marks may be put together to
_HALF = 0.35  # of the height of a whole: a part so tall may be a digit
_READ = 0.97  # score, as a share, from which a place is not searched for faded strokes
_MOST_FADED = 8  # places that are searched
_STROKE = 0.5  # what an upright stroke counts for beside a digit of any other shape


@dataclass(frozen=True, slots=True, eq=False)
class Interpretation:
    """What reads best: ``rows`` in reading order; and all ``places`` of a digit's size as they were judged alone.

    ``weighed`` is everything that was taken into account: those places and all ways to cut and join them.
    """

    rows: list[list[Found]]
    places: list[Found]
    weighed: list[Found]


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
    """Add faded strokes to what nearly reads as a digit, where it reads better with them."""
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
    """Whether it is a digit that needs no other marks, and no mere stroke."""
    return found.likeness > _CERTAIN and not found.is_narrow


def _tallest(found: Sequence[Found]) -> float:
    """How tall a digit made of several marks may be, beside digits of one mark; infinite where there are few."""
    heights = [each.place.box.height for each in found if _is_plain(each)]
    return _TALLEST * float(np.median(heights)) if len(heights) > 2 else math.inf


def _worth(part: Found) -> float:
    """Score a part beside the whole it may belong to, as a digit or as none."""
    return max(_claim(part), part.loss)


def _claim(found: Found) -> float:
    """Score a digit, an upright stroke less: alone it says little."""
    return found.score + (math.log(_STROKE) if found.is_narrow else 0.0)


def interpret(
    found: Sequence[Found], ink: Ink, judge: Judge, count: int | None = None, split: Split = slices
) -> Interpretation:
    """Choose what reads best as digits; ``count`` asks for so many, or as near as can be.

    ``split`` says how wide places come apart; where that leaves something unread or doubtful, they are cut at their
    thinnest spots too, and what reads better is taken.
    """
    height = _height(found)
    fits = _in_company(_stacked(found, ink, judge, height), height)
    sheet = Sheet(ink, judge, height, count)
    paths = [best_path(fits, sheet, split)]
    if split is not slices and not paths[0].is_whole(count):
        paths.append(best_path(fits, sheet, slices))
    best = max(paths, key=lambda path: path.rank(count))
    return Interpretation(best.rows, fits, [*fits, *(found for path in paths for found in path.weighed)])


def _height(found: Sequence[Found]) -> float:
    """Estimate how tall the digits are: the middle one of all that look like digits, by height and
    likeness; faint marks and upright strokes, which may be anything, count less."""
    if not found:
        return 1.0
    heights = np.array([each.place.box.height for each in found], np.float64)
    weights = np.array([each.likeness * (_STROKE if each.is_narrow else 1) for each in found]) ** 2 * np.sqrt(heights)
    weights *= np.array([each.place.peak for each in found])
    weights += 1e-9
    order = np.argsort(heights)
    total = np.cumsum(weights[order])
    return float(heights[order][np.searchsorted(total, total[-1] * 0.6)])


def _in_company(found: Sequence[Found], height: float) -> list[Found]:
    """Raise the likeness of odd forms among many digits of their size: the odds grow with each that is certain."""
    alike = [each for each in found if 0.6 * height < each.place.box.height < 1.6 * height]
    certain = sum(each.likeness > _CERTAIN and not each.is_narrow for each in alike)
    if certain < 3 * (len(alike) - sum(each.likeness > 0.5 for each in alike)):
        return list(found)
    near = {id(each) for each in alike}
    odds = 1 + _COMPANY * max(0, certain - 1)
    return [_believed(each, odds) if id(each) in near else each for each in found]


def _believed(found: Found, odds: float) -> Found:
    """Multiply the odds of being a digit."""
    share = found.likeness * odds
    return replace(found, likeness=share / (share + 1 - found.likeness))


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
        apart = max(a.score, a.loss) + max(b.score, b.loss)
        if union.score > apart - 0.1 and union.likeness > 0.5 and not used & {id(a), id(b)}:
            used |= {id(a), id(b)}
            joined.append(union)
    return [each for each in found if id(each) not in used] + joined


def _may_stack(a: Box, b: Box) -> bool:
    whole = around([a, b])
    gap = max(a.y, b.y) - min(a.y + a.height, b.y + b.height)
    shared = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    return gap <= 0.12 * whole.height and shared >= 0.3 * min(a.width, b.width) and whole.width <= 1.3 * whole.height
