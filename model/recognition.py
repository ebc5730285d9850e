"""Recognition: a grey photo to the digits on it. Candidates are generated, each is judged in several ways, and one
fitted decision is taken about all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.detection.passes import Detections, detect, detect_at_scale, detect_coarsely
from model.detection.unexplained import unexplained
from model.hypotheses.decision import (
    ACCEPTED,
    CLEAR,
    CLEAR_TURNED,
    Decided,
    accept,
    adapt_labels,
    leave_out,
    understand,
)
from model.hypotheses.hypothesis import Hypotheses
from model.hypotheses.judgement import hypotheses
from model.networks import ModelNetworks
from model.personalization import Personalization
from model.reading import Pixels
from model.reading_order import rows

PHOTO_AREA = 1280 * 960  # pixels that a photo is decoded to at least: small digits are cut out of them
_SEVERAL = 2  # digits that it takes to be sure which way is up
_CLAIMED = 0.8  # at most, of how likely one digit alone is one that lies on its side
# Probability from which a digit is asked about where none is read. Of 501 development photos 7 with digits are read as
# none: with it 6 are asked about (5 with 0.5), and 15 of the 54 others on which none is read (11).
_POSSIBLE = 0.3
# A coarse pass is asked about so many marks at most, each of which the detector takes for a digit rather than not, and
# on the whole for upright. Of 4,485 generated pages it is sure of 1,409 with so few (1 wrong, as by the first pass),
# and of 82 with more; of 600 pages and photos that it is asked about 505 are settled, of 89 others 2 would be.
_FEW = 8
_PROBABLE = 0.5
_UPRIGHT = 0.8
# Where the clearest digit is this large, in heights of the photo, a coarse pass shows it too, and together they tell
# better whether it is one: the odds of both, multiplied, must be even. Of 443 development photos with digits 4 more are
# read right than where the first alone must be clear (0.9), of 58 without 2 fewer as some; of 392 generated pages of
# large digits 3 more, of 768 without as many.
_LARGE = 0.3
_BEYOND_DOUBT = 0.99  # probability from which the first pass needs no other
# Scales of further passes over a photo of doubtful digits, relative to the finest pass before.
_SCALES = (0.7, 1.4)
_KNOWN = 0.3  # detector's score from which another mark is known to be one


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What was ``found`` on a photo, and how the detector saw it."""

    detections: Detections
    found: Hypotheses

    def unexplained(self, accepted: NDArray[np.int64]) -> NDArray[np.float32]:
        """The boxes (m, 4) of marks of a digit's size that neither the accepted hypotheses nor known other marks
        explain."""
        candidates, small = self.detections.candidates, self.detections.small
        others = candidates.boxes[candidates.other >= _KNOWN]
        scale = self.detections.grey.shape[1] / small.shape[1]
        return unexplained(small, self.found.boxes[accepted], others, scale)

    def rows(self, which: NDArray[np.int64]) -> list[list[int]]:
        """These hypotheses in reading order, row by row."""
        return [[int(which[index]) for index in row] for row in rows(self.found.boxes[which])]


@dataclass(frozen=True, slots=True, eq=False)
class Recognition:
    """What was ``decided`` about all that was judged; ``rows`` of indices of hypotheses as they are read; ``possible``,
    the rows of those that may be digits, where none is read; ``unread`` (m, 4): boxes of marks of a digit's size that
    nothing explains, in pixels of the upright photo; ``unadapted``: the decision without what its person taught of
    labels; ``left_out``: indices of those that would be read without that of marks."""

    judged: Judged
    decided: Decided
    rows: list[list[int]]
    possible: list[list[int]]
    unread: NDArray[np.float32]
    unadapted: Decided
    left_out: NDArray[np.int64]

    def is_understood(self, threshold: float) -> bool:
        """Whether all was read right with at least this certainty, and nothing is left unexplained."""
        return self.decided.certainty >= threshold and not len(self.unread)


def judge(grey: Pixels, networks: ModelNetworks) -> Judged:
    """Find and judge all candidates of a grey photo (h, w) uint8. Raises ``ModelLoadError``."""
    return _judged(detect(grey, networks.detector, networks.segmenter, networks.classifier), networks)


def judge_further(judged: Judged, networks: ModelNetworks) -> Iterator[Judged]:
    """The same photo judged with the candidates of a further pass, each time at another scale. Raises
    ``ModelLoadError``."""
    for scale in _SCALES:
        yield _judged(detect_at_scale(judged.detections, scale, networks.detector), networks)


def _judged(found: Detections, networks: ModelNetworks) -> Judged:
    return Judged(found, hypotheses(found, networks.segmenter, networks.classifier))


def recognize(
    grey: Pixels, networks: ModelNetworks, count: int | None = None, person: Personalization | None = None
) -> Recognition:
    """Read a grey photo (h, w) uint8; ``count`` asks for so many digits, or as near as can be. ``person``: what the
    corrections of whoever sent it change, with the classifier in use. What a coarse pass is sure of stands; a photo of
    doubtful digits is read at other scales too, and the reading that is likeliest to be right stands. Raises
    ``ModelLoadError``."""
    coarse = detect_coarsely(grey, networks.detector) if count is None else None
    settled = _settled(coarse, networks, person) if coarse else None
    if settled is not None:
        return settled
    first = _decide(judge(grey, networks), networks, count, person)
    if coarse and _is_half_clear(first):
        first = _decide(first.judged, networks, count, person, max(ACCEPTED, 1 - _clearest(coarse, networks)))
    if not first.unadapted.is_doubtful:
        return first
    further = [_decide(each, networks, count, person) for each in judge_further(first.judged, networks)]
    return max([first, *further], key=lambda each: each.unadapted.understood)


def _settled(found: Detections, networks: ModelNetworks, person: Personalization | None) -> Recognition | None:
    """A photo of a few large digits, read from a coarse pass in half of the time; None where something else was found
    too, or not all is sure. What ``person`` changes has no part in that: what they corrected was cut out likewise."""
    scores, turns = found.candidates.digit, found.candidates.turns
    if not 0 < len(scores) <= _FEW or scores.min() < _PROBABLE or turns[:, 0].mean() < _UPRIGHT:
        return None
    judged = _judged(found, networks)
    seen = _decide(judged, networks)
    if len(seen.decided.accepted) < len(scores) or not seen.is_understood(networks.sure_threshold):
        return None
    return seen if person is None else _decide(judged, networks, person=person)


def _is_half_clear(seen: Recognition) -> bool:
    """Whether the clearest digit of an upright photo is large, and neither clear nor unlikely."""
    likely, found = seen.decided.is_digit, seen.judged.found
    if seen.judged.detections.turns or not ACCEPTED <= likely.max(initial=0.0) < _BEYOND_DOUBT:
        return False
    return bool(found.boxes[likely.argmax(), 3] >= _LARGE * len(seen.judged.detections.grey))


def _clearest(found: Detections, networks: ModelNetworks) -> float:
    """How likely the clearest digit of a pass is one."""
    return float(accept(_judged(found, networks).found, networks.calibration).is_digit.max(initial=0.0))


def _decide(
    judged: Judged,
    networks: ModelNetworks,
    count: int | None = None,
    person: Personalization | None = None,
    clear: float = CLEAR,
) -> Recognition:
    weights, turns = networks.calibration, judged.detections.turns
    clear = CLEAR_TURNED if turns else clear
    decided = accept(judged.found, weights, count, clear=clear)
    left_out = _left_out(judged.found, decided, person) if count is None else decided.accepted[:0]
    if len(left_out):
        decided = leave_out(decided, left_out, clear)
    unread = judged.unexplained(np.union1d(decided.accepted, left_out))
    decided = understand(judged.found, decided, weights, float(len(unread)))
    if turns and len(decided.accepted) < _SEVERAL:
        decided = replace(decided, understood=0.0, is_digit=np.minimum(decided.is_digit, _CLAIMED))
    if len(left_out):  # nobody has counted how many of such marks are no digits
        decided = replace(decided, understood=0.0)
    possible = np.flatnonzero(decided.is_digit >= _POSSIBLE) if not len(decided.accepted) else decided.accepted[:0]
    unadapted = decided
    if person is not None and person.adapter is not None and len(decided.accepted):
        decided = adapt_labels(judged.found, decided, person.adapter, weights, float(len(unread)))
    read = judged.rows(decided.accepted)
    return Recognition(judged, decided, read, judged.rows(possible), unread, unadapted, left_out)


def _left_out(found: Hypotheses, decided: Decided, person: Personalization | None) -> NDArray[np.int64]:
    """Indices of those accepted hypotheses that are no digits, as their person has said of others like them."""
    if person is None or person.rejected is None or not len(decided.accepted):
        return decided.accepted[:0]
    return decided.accepted[person.rejected.hold(found.features[decided.accepted])]
