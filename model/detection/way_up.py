"""Photos that lie on their side or upside down: the detector tells a digit whichever way up it is; segmenter and
classifier tell it only upright, so that they agree where the photo is turned rightly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.detection.candidates import Candidates
from model.detection.crops import Region, crop
from model.detection.cutout import own_ink
from model.detection.protocols import DigitClassifier, InkSegmenter
from model.detection.segments import NONE
from model.normalization import normalize_digit
from model.reading import Pixels

_TELLING = 0.5  # detector's score from which a candidate is asked
_MOST = 12  # candidates, the likeliest
_UPRIGHT = 0.95  # mean probability of being upright, by the detector, from which there is no need to ask
_BETTER = 2.0  # by how much (log) they must agree better another way up
_LEAST = 0.01  # of their agreement, so that no digit outvotes the others
# Digits that are none upside down, and how many of them must be read in a photo that is turned over for that to stand.
# Of 61 generated pages that are upside down 58 are turned so (51 by the detector's own labels), of 1,203 upright ones
# none (3 without this).
_ONE_WAY = (2, 3, 4, 5, 7)
_SEVERAL = 2
_READ = 0.5  # agreement from which one counts as read
_LETTERS = (1, 3)  # what a dash, an M, an E and an omega are on their side: not alone


def way_up(found: Candidates, grey: Pixels, segmenter: InkSegmenter, classifier: DigitClassifier) -> int:
    """How many quarter turns to the left bring a photo (h, w) uint8 upright, by the digits found on it. The detector
    tells well what lies on its side, but hardly on which."""
    order = np.argsort(-found.digit, kind="stable")[:_MOST]
    telling = found.take(order[found.digit[order] >= _TELLING])
    if not len(telling):
        return 0
    shares = telling.turns.mean(axis=0)
    if shares[0] >= _UPRIGHT or (len(telling) == 1 and int(telling.labels[0, :NONE].argmax()) in _LETTERS):
        return 0
    crops = np.array([crop(grey, Region(*map(float, box))) for box in telling.boxes], np.uint8)
    sideways = float(np.log((shares[1] + shares[3] + _LEAST) / (shares[0] + shares[2] + _LEAST)))
    ways = (1, 3) if sideways > 0 else (2,)
    turned = {turns: _agreed(crops, turns, segmenter, classifier) for turns in ways}
    best = max(ways, key=lambda turns: _likelihood(turned[turns]))
    if best == 2 and _one_way(turned[best]) < _SEVERAL:
        return 0
    before = _likelihood(_agreed(crops, 0, segmenter, classifier))
    return best if _likelihood(turned[best]) + max(0.0, sideways) > before + _BETTER else 0


def _agreed(
    crops: NDArray[np.uint8], turns: int, segmenter: InkSegmenter, classifier: DigitClassifier
) -> NDArray[np.float32]:
    """How likely segmenter and classifier tell the same digit of each crop (n, 48, 48, 2) uint8 after so many quarter
    turns to the left, for each of ten: (n, 10)."""
    crops = np.ascontiguousarray(np.rot90(crops, turns, axes=(1, 2)))
    segments = segmenter.segments(crops)
    inks = [own_ink(each, mask) for each, mask in zip(crops, segments.masks, strict=True)]
    classified = classifier.classify(np.array([normalize_digit(ink) for ink in inks], np.uint8)).probabilities
    return np.asarray(classified * segments.kinds[:, :NONE])


def _likelihood(agreed: NDArray[np.float32]) -> float:
    """The logarithm of how likely they tell the same of all."""
    return float(np.log(np.maximum(agreed.sum(axis=1), _LEAST)).sum())


def _one_way(agreed: NDArray[np.float32]) -> int:
    """How many are read as digits that are none upside down."""
    read = agreed[agreed.sum(axis=1) > _READ]
    return int(np.isin(read.argmax(axis=1), _ONE_WAY).sum())
