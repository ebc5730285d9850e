"""Whether what was read is a number at all: digits stand among digits, not among words, grain and shadows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.interpret import Found, Interpretation
from model.reading import Box

_ALONE = 0.7  # likeness that the only digit of a picture must have
_CERTAIN = 0.97  # likeness from which a digit speaks for two
_SIZES = (0.55, 1.7)  # of the digits' height: what counts as written beside them


def trusted(interpretation: Interpretation, frame: tuple[int, ...]) -> list[list[Found]]:
    """Give the rows of an interpretation without strokes that are no ones; no rows where most of the marks are no digits.

    ``frame`` is the (height, width) of the ink. A stroke can be a 1, an l, the edge of a sheet or a fibre of wood: only its size beside other digits tells.
    """
    rows = _without_strokes(interpretation.rows, frame)
    found = [each for row in rows for each in row]
    if not found or max(each.likeness for each in found) < _ALONE:
        return []
    whole = {id(each) for each in interpretation.places}
    trust = sum(_weight(each, cut=id(each) not in whole) for each in found)
    height = float(np.median([each.place.box.height for each in found]))
    boxes = [each.place.box for each in found]
    strangers = [
        each
        for each in interpretation.places
        if _alike(each.place.box, height) and not any(_covers(box, each.place.box) for box in boxes)
    ]
    return rows if len(strangers) <= trust else []


def _without_strokes(rows: Sequence[Sequence[Found]], frame: tuple[int, ...]) -> list[list[Found]]:
    """Leave out ones that are far taller or smaller than the other digits, or run into the border of the picture."""
    others = [each.place.box.height for row in rows for each in row if _label(each) != 1]
    height = float(np.median(others)) if others else None
    kept = [[each for each in row if _label(each) != 1 or _is_one(each.place.box, height, frame)] for row in rows]
    return [row for row in kept if row]


def _is_one(box: Box, height: float | None, frame: tuple[int, ...]) -> bool:
    inside = box.x > 1 and box.x + box.width < frame[1] - 1 and (box.y > 1 or box.y + box.height < frame[0] - 1)
    return inside and (height is None or _alike(box, height))


def _label(found: Found) -> int:
    return int(found.probabilities.argmax())


def _alike(box: Box, height: float) -> bool:
    return _SIZES[0] * height < box.height < _SIZES[1] * height


def _weight(found: Found, *, cut: bool) -> float:
    """Say how much a digit speaks for there being a number."""
    if _label(found) == 1:
        return 0.0 if cut else 0.5
    if cut:
        return 0.5
    return 2.0 if found.likeness > _CERTAIN else 1.0


def _covers(box: Box, other: Box) -> bool:
    """Tell whether a digit's box has a good part of another box."""
    width = min(box.x + box.width, other.x + other.width) - max(box.x, other.x)
    height = min(box.y + box.height, other.y + other.height) - max(box.y, other.y)
    return width > 0 and height > 0 and width * height > 0.3 * min(box.width * box.height, other.width * other.height)
