"""Page orientation: which quarter turn of a photo reads best, by several digits; one digit alone is never sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.classification.confidence_calibration import ContextFeatures
from model.cuts import Split, slices
from model.found import Found, Judge, judged
from model.ink import Ink
from model.interpret import Interpretation, first_look, interpret
from model.reading import Box
from model.segment import Place, find_places
from model.trust import CLEAR, NOTHING, Trusted, strangers, trusted, vouched

_DOUBTFUL = -0.3  # mean score of the digits below which other orientations are tried
_LOOKED_AT = 60  # places scored for it, the first found
_TELLING = 2  # digits needed that are others, or none, in the wrong orientation
_EITHER_WAY = (0, 1, 8)  # no digits of that kind
_FEW = 0.25  # of the digits: how many other marks of their size may stand beside them
_BETTER = 3.0  # by how much all digits together must read better another way up
_TALLER = 2.5  # times the height of ones: what makes specks of them
_MOST = 30  # places that vote on the orientation, the tallest
_MANY = 12  # places that are a page of letters or grain where fewer than a fifth look like digits
_ALONE = 0.98  # likeness that one digit alone must have another way up, where it is none as it lies
_OTHERS = (1, 3)  # what a dash, an M, an E and an omega are another way up
_ASKED = 0.8  # the likeness that it is given


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What was found in one picture after ``turns`` quarter turns to the left; its ink was (height, width) before."""

    found: Trusted
    turns: int
    height: int
    width: int
    scale: float
    marks: int

    @property
    def contexts(self) -> list[ContextFeatures]:
        """What the page calibration needs to know of each digit that was found, in reading order."""
        found = self.found.digits
        labels = [int(each.probabilities.argmax()) for each in found]
        zeros, ones = (labels.count(label) / max(1, len(found)) for label in (0, 1))
        return [ContextFeatures(each.likeness, self.found.clear, len(found), ones, zeros) for each in found]

    @property
    def alone(self) -> bool:
        """Whether nothing was found beside the digits, of whatever size; a mark may hold several of them."""
        return self.marks <= len(self.found.digits)

    @property
    def plain(self) -> bool:
        """Whether each mark is a digit, nothing about them is doubtful, and they are not all upright strokes; one mark
        alone may be doubtful, as it may lie on its side, and may be a stroke."""
        found = self.found.digits
        if self.marks == 1:
            return len(found) == 1
        return self.marks == len(found) and self.found.clear and any(each.probabilities.argmax() != 1 for each in found)

    def upright(self, box: Box) -> Box:
        """Map a box of the turned picture to the picture as it came."""
        for turns in range(self.turns, 0, -1):
            across = self.width if turns % 2 else self.height
            box = Box(across - box.y - box.height, box.x, box.height, box.width)
        return box


def read_any_way_up(ink: Ink, judge: Judge, count: int | None = None, split: Split = slices) -> Seen:
    """Read as it lies, and turned where at least two digits read much better so."""
    height, width = ink.grey.shape
    places = find_places(ink)
    found = first_look(places, ink, judge)
    # Digits on their side stand one above the other, and may have been put together as a dotted line.
    turns = _best_turn(found if len(found) > len(places) // 2 else judged(places[:_LOOKED_AT], ink, judge), judge)
    if turns:
        turned = turned_ink(ink, turns)
        standing = find_places(turned)
        interpretation = interpret(first_look(standing, turned, judge), turned, judge, count, split)
        believed = _believed(interpretation, turned) if count is None else vouched(interpretation)
        if believed.rows or count is not None:
            return Seen(believed, turns, height, width, ink.scale, len(standing))
    interpretation = interpret([] if count is None and _is_hopeless(found) else found, ink, judge, count, split)
    # Where somebody said how many digits there are, there are digits.
    believed = trusted(interpretation, ink.grey.shape) if count is None else vouched(interpretation)
    if count is None and _are_specks(believed, places):
        believed = NOTHING
    if not believed.rows and len(found) == 1:
        believed = _asked(found[0], judge)
    return Seen(believed, 0, height, width, ink.scale, len(places))


def turned_ink(ink: Ink, turns: int) -> Ink:
    """Ink after so many quarter turns to the left."""
    grey, paper = (np.ascontiguousarray(np.rot90(each, turns)) for each in (ink.grey, ink.paper))
    return replace(ink, grey=grey, paper=paper)


def _best_turn(places: Sequence[Found], judge: Judge) -> int:
    """Choose among quarter turns to the left: 0 unless all places together read much better another way up."""
    if len(places) < 2:
        return 0
    places = sorted(places, key=lambda each: -each.place.box.height)[:_MOST]
    before = sum(_score(each.likeness, each.probabilities) for each in places)
    if before > _DOUBTFUL * len(places):
        return 0
    images = np.stack([each.image for each in places])
    # A digit image turned is the image of the digit turned: fitted and centred it is either way up.
    verdict = judge(np.concatenate([np.rot90(images, turns, axes=(1, 2)) for turns in (1, 2, 3)]))
    scores = [_score(*each) for each in zip(verdict.likeness, verdict.probabilities, strict=True)]
    totals = np.array(scores).reshape(3, len(places)).sum(axis=1)
    best = int(totals.argmax())
    # Dashes lying on their side are ones: no way to tell.
    alike = (verdict.likeness > 0.5).reshape(3, len(places))[best]
    telling = alike & (verdict.probabilities.argmax(axis=1).reshape(3, len(places))[best] != 1)
    enough = int(telling.sum()) >= _TELLING and 2 * int(alike.sum()) >= len(places)
    return best + 1 if enough and totals[best] > before + _BETTER else 0


def _is_hopeless(places: Sequence[Found]) -> bool:
    """Whether this is a page of letters, or of grain, by the likeness of all its marks, and cutting them is no use."""
    return len(places) >= _MANY and 5 * sum(each.likeness > 0.5 for each in places) < len(places)


def _believed(interpretation: Interpretation, ink: Ink) -> Trusted:
    """Accept a turned page only where nearly all of it are digits, and enough of them have one orientation: many a
    letter is a digit on its side, but no word is a number."""
    believed = trusted(interpretation, ink.grey.shape)
    found = believed.digits
    telling = [each for each in found if each.likeness > CLEAR and each.probabilities.argmax() not in _EITHER_WAY]
    if len(telling) >= _TELLING and strangers(found, interpretation.places) <= _FEW * len(found):
        return believed
    return NOTHING


def _are_specks(believed: Trusted, places: Sequence[Place]) -> bool:
    """Whether all digits are ones that are specks beside something far taller that is no digit."""
    found = believed.digits
    if not found or any(each.probabilities.argmax() != 1 for each in found):
        return False
    height = max(each.place.box.height for each in found)
    return any(place.box.height > _TALLER * height for place in places)


def _asked(place: Found, judge: Judge) -> Trusted:
    """Give the only mark of a picture as the digit that it is another way up; nothing where it is none.

    It may as well be a letter, so that it is never sure. Its probabilities are those of all orientations, weighted by
    the odds of being a digit: a 6 or a 9 gets both labels.
    """
    images = np.stack([np.rot90(place.image, turns) for turns in (1, 2, 3)])
    verdict = judge(images)
    likeness = np.where(np.isin(verdict.probabilities.argmax(axis=1), _OTHERS), 0.0, verdict.likeness)
    if likeness.max() < _ALONE:
        return NOTHING
    odds = likeness / (1.0001 - likeness)
    mixed = odds @ verdict.probabilities / odds.sum()
    probabilities = np.asarray(_ASKED * mixed + (1 - _ASKED) * place.probabilities, np.float32)
    image = np.ascontiguousarray(images[likeness.argmax()])
    return Trusted([[replace(place, image=image, probabilities=probabilities, likeness=_ASKED)]], 1.0, clear=False)


def _score(likeness: float, probabilities: NDArray[np.float32]) -> float:
    """Bounded, so that no single place outvotes the others."""
    return float(np.log(max(0.05, likeness)) + np.log(max(0.2, float(probabilities.max()))))
