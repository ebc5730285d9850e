"""Looking again: where the first look leaves doubt, the ink is taken another way, and the clearest reading wins."""

from __future__ import annotations

import numpy as np

from model.ink import Ink, ink_of
from model.interpret import Judge
from model.photo import Pixels
from model.reading import Box
from model.stages import stage
from model.turned import Seen, read_any_way_up

_BETTER = 1.2  # times the weight of the first look that another must have
LEAST = 2.0  # weight that another look must have where the first found nothing
_EVEN = 0.5  # of a digit's paper: how bright the paper around it must be at least


@stage("interpret")
def look(grey: Pixels, scale: float, judge: Judge, count: int | None = None) -> Seen:
    """Read a working copy (h, w) uint8; ``scale`` is photo pixels to one of its.

    Three things are hard to tell before anything was read: light ink on a dark board from a light sheet on a dark
    table, bars of shadow from strokes, and whether there is anything to read at all.
    """
    ink = ink_of(grey, scale)
    best = read_any_way_up(ink, judge, count)
    if best.found.clear:
        return best
    for other in (ink_of(grey, scale, dark=ink.dark, tight=True), ink_of(grey, scale, dark=not ink.dark)):
        if other.dark == ink.dark and np.array_equal(other.grey, ink.grey):
            continue  # seen already
        seen = read_any_way_up(other, judge, count)
        if seen.found.weight >= max(LEAST, _BETTER * best.found.weight) and _lies_on_paper(seen, other):
            best = seen
    return best


def _lies_on_paper(seen: Seen, ink: Ink) -> bool:
    """Tell digits from the holes and gaps of something larger: around a digit there is as much paper as it is large."""
    return all(_has_paper_around(seen.upright(each.place.box), ink) for row in seen.found.rows for each in row)


def _has_paper_around(box: Box, ink: Ink) -> bool:
    reach = max(box.width, box.height) // 2
    top, left = max(0, box.y - reach), max(0, box.x - reach)
    around = ink.paper[top : box.y + box.height + reach, left : box.x + box.width + reach]
    within = ink.paper[box.y : box.y + box.height, box.x : box.x + box.width]
    return float(np.quantile(around, 0.4)) >= _EVEN * float(np.median(within))
