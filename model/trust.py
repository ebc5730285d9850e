"""Rejection of what is no number: digits stand among digits, not among words, grain and shadows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.found import Found
from model.interpret import Interpretation
from model.reading import Box
from model.segment import Place

_ALONE = 0.7  # likeness that the only digit of a picture must have
CLEAR = 0.9  # likeness from which a digit is beyond doubt
_SEVERAL, _MOST = 2, 0.6  # of digits that run together: how many must be clear
_CERTAIN = 0.97  # likeness from which a digit counts as two
_FAINT = 0.4  # of the other digits' blackness: what a 1 must have
_SIZES = (0.55, 1.7)  # of the digits' height: what counts as written beside them


@dataclass(frozen=True, slots=True, eq=False)
class Trusted:
    """The ``rows`` of accepted digits, and the evidence that they are a number: ``weight`` (0 for none).

    ``clear`` says that nothing was found beside them and none is doubtful: no second pass is needed.
    """

    rows: list[list[Found]]
    weight: float
    clear: bool

    @property
    def digits(self) -> list[Found]:
        """All digits, in reading order."""
        return [each for row in self.rows for each in row]


NOTHING = Trusted([], 0.0, clear=False)


def trusted(interpretation: Interpretation, frame: tuple[int, ...]) -> Trusted:
    """Give the rows of an interpretation without strokes that are no ones; none where most marks are no digits.

    ``frame`` is the (height, width) of the ink. A stroke can be a 1, an l, the edge of a sheet or a fibre of wood: only
    its size beside other digits tells.
    """
    rows = _without_strokes(interpretation.rows, frame)
    found = [each for row in rows for each in row]
    if not found or not _says_something(found, interpretation.places):
        return NOTHING
    whole = {id(each) for each in interpretation.places}
    cut = sum(id(each) not in whole for each in found)
    if cut and not _is_number(found, cut):
        return NOTHING
    weight = sum(_weight(each, cut=id(each) not in whole) for each in found)
    beside = strangers(found, interpretation.places)
    if beside > weight:
        return NOTHING
    clear = not beside and all(each.likeness > CLEAR for each in found)
    return Trusted(rows, weight - 0.5 * beside, clear=clear and len(found) >= len(interpretation.places))


def _says_something(found: Sequence[Found], places: Sequence[Found]) -> bool:
    """Whether at least one digit looks like one; upright strokes always do, so that they must stand alone."""
    others = [each for each in found if _label(each) != 1]
    if others:
        return max(each.likeness for each in others) >= _ALONE
    tall = [each for each in places if each.place.box.height > _SIZES[0] * found[0].place.box.height]
    return len(tall) <= len(found) and max(each.likeness for each in found) >= _ALONE


def _is_number(found: Sequence[Found], cut: int) -> bool:
    """Distinguish digits that run together, some of them ``cut``, from letters of any script and from curls: those can
    often be cut into something like digits, but seldom into nothing else; and many a letter is two strokes."""
    if all(_label(each) == 1 for each in found):
        return False
    clear = sum(each.likeness > CLEAR for each in found)
    alone = cut == len(found) and clear < len(found)
    return clear >= _MOST * len(found) and not (alone and clear < _SEVERAL)


def vouched(interpretation: Interpretation) -> Trusted:
    """All rows of an interpretation, accepted without a check."""
    return Trusted(interpretation.rows, float(sum(map(len, interpretation.rows))), clear=True)


def strangers(found: Sequence[Found], places: Sequence[Found]) -> int:
    """Count what is of the digits' size, and is none of them."""
    height = float(np.median([each.place.box.height for each in found]))
    boxes = [each.place.box for each in found]
    return sum(
        _alike(each.place.box, height) and not any(_covers(box, each.place.box) for box in boxes) for each in places
    )


def _without_strokes(rows: Sequence[Sequence[Found]], frame: tuple[int, ...]) -> list[list[Found]]:
    """Leave out ones that are far taller, smaller or fainter than the other digits, or run into the border."""
    others = [each.place for row in rows for each in row if _label(each) != 1]
    height = float(np.median([place.box.height for place in others])) if others else 0.0
    peak = float(np.median([place.peak for place in others])) if others else 0.0
    kept = [[each for each in row if _label(each) != 1 or _is_one(each.place, height, peak, frame)] for row in rows]
    return [row for row in kept if row]


def _is_one(place: Place, height: float, peak: float, frame: tuple[int, ...]) -> bool:
    box = place.box
    inside = box.x > 1 and box.x + box.width < frame[1] - 1 and (box.y > 1 or box.y + box.height < frame[0] - 1)
    return inside and place.peak >= _FAINT * peak and (height == 0 or _alike(box, height))


def _label(found: Found) -> int:
    return int(found.probabilities.argmax())


def _alike(box: Box, height: float) -> bool:
    return _SIZES[0] * height < box.height < _SIZES[1] * height


def _weight(found: Found, *, cut: bool) -> float:
    """The evidence of one digit for there being a number."""
    if _label(found) == 1:
        return 0.0 if cut else 0.5
    if cut:
        return 0.5
    return 2.0 if found.likeness > _CERTAIN else 1.0


def _covers(box: Box, other: Box) -> bool:
    """Whether a digit's box covers a good part of another box."""
    return box.shared(other) > 0.3 * min(box.width * box.height, other.width * other.height)
