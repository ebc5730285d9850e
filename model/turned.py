"""Pages photographed lying on their side or upside down: several digits tell which way is up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.belief import Sight
from model.ink import Ink
from model.interpret import Found, Judge, first_look, interpret, judged
from model.reading import Box
from model.segment import find_places
from model.trust import Trusted, trusted, vouched

_DOUBTFUL = -0.3  # mean score of the digits below which other ways up are looked at
_LOOKED_AT = 60  # places, the first found
_TELLING = 2  # digits other than ones that there must be
_BETTER = 3.0  # by how much all digits together must read better another way up


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
    def sights(self) -> list[Sight]:
        """What speaks for each of the digits that were found, in reading order."""
        found = [each for row in self.found.rows for each in row]
        ones = sum(int(each.probabilities.argmax()) == 1 for each in found) / max(1, len(found))
        return [Sight(each.likeness, self.found.clear, len(found), ones) for each in found]

    @property
    def alone(self) -> bool:
        """Whether nothing was seen beside the digits, of whatever size."""
        return self.marks <= sum(map(len, self.found.rows))

    def upright(self, box: Box) -> Box:
        """Give a box found in the turned picture as one of the picture as it came."""
        for turns in range(self.turns, 0, -1):
            across = self.width if turns % 2 else self.height
            box = Box(across - box.y - box.height, box.x, box.height, box.width)
        return box


def read_any_way_up(ink: Ink, judge: Judge, count: int | None = None) -> Seen:
    """Read as it lies, and turned where at least two digits read much better so."""
    height, width = ink.grey.shape
    places = find_places(ink)
    found = first_look(places, ink, judge)
    # Digits on their side stand one above the other, and may have been put together as a dotted line.
    turns = _best_turn(found if len(found) > len(places) // 2 else judged(places[:_LOOKED_AT], ink, judge), judge)
    if turns:
        ink = _turned(ink, turns)
        found = first_look(find_places(ink), ink, judge)
    interpretation = interpret(found, ink, judge, count)
    # Who says how many digits there are vouches for them.
    believed = trusted(interpretation, ink.grey.shape) if count is None else vouched(interpretation)
    return Seen(believed, turns, height, width, ink.scale, len(places))


def _turned(ink: Ink, turns: int) -> Ink:
    grey, paper = (np.ascontiguousarray(np.rot90(each, turns)) for each in (ink.grey, ink.paper))
    return replace(ink, grey=grey, paper=paper)


def _best_turn(places: Sequence[Found], judge: Judge) -> int:
    """Choose among quarter turns to the left: 0 unless all places together read much better another way up."""
    if len(places) < 2:
        return 0
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
    telling = (verdict.likeness > 0.5) & (verdict.probabilities.argmax(axis=1) != 1)
    enough = int(telling.reshape(3, len(places))[best].sum()) >= _TELLING
    return best + 1 if enough and totals[best] > before + _BETTER else 0


def _score(likeness: float, probabilities: NDArray[np.float32]) -> float:
    """Bounded, so that no single place outvotes the others."""
    return float(np.log(max(0.05, likeness)) + np.log(max(0.2, float(probabilities.max()))))
