"""What the decision weighs, as numbers: of each hypothesis, and of the photo that they make up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.detection.segments import NONE
from model.detection.suppression import overlaps, widened
from model.hypotheses.hypothesis import Hypotheses
from model.hypotheses.page_calibration import HYPOTHESIS_FEATURES, LEAST_LABEL, PAGE_FEATURES

_LEAST = 1e-4  # of a probability, so that its log odds stay finite
_LIKELY = 0.5  # detector's score from which a hypothesis counts for the size of the photo's digits

_NEIGHBOURS = 3  # nearest likely digits that a hypothesis is compared with in size


def label_evidence(found: Hypotheses) -> NDArray[np.float64]:
    """What speaks for each label, (n, 10, 3) float64: the log probabilities of classifier, segmenter and detector."""
    kinds = found.kinds[:, :NONE] / np.maximum(found.kinds[:, :NONE].sum(axis=1, keepdims=True), 1e-6)
    return np.stack([_log(found.classified), _log(kinds), _log(found.labels)], axis=2)


def hypothesis_features(found: Hypotheses, labels: NDArray[np.integer]) -> NDArray[np.float64]:
    """The regressors (n, 13) float64 of hypotheses with these ``labels`` (n,)."""
    count = len(found)
    if not count:
        return np.zeros((0, len(HYPOTHESIS_FEATURES)))
    at = np.arange(count)
    evidence = label_evidence(found)
    likely = (found.digit >= _LIKELY) & (found.kinds[:, NONE] < _LIKELY)
    beyond = _beside(found.boxes, likely)
    is_one = (labels == 1).astype(np.float64)
    number = np.log1p(float(likely.sum()))
    odds = _odds(found.digit)
    columns = [
        odds,
        _odds(found.other),
        -_odds(found.kinds[:, NONE]),
        *(evidence[at, labels, source] for source in range(3)),
        is_one,
        np.maximum(0.0, -beyond),
        np.maximum(0.0, beyond),
        np.full(count, number),
        is_one * number,
        np.full(count, float(odds[likely].mean()) if likely.any() else -4.0),
        _inside(found),
    ]
    return np.stack(columns, axis=1).astype(np.float64)


def _log(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.log(np.maximum(probabilities.astype(np.float64), LEAST_LABEL))


def _odds(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """The log odds."""
    kept = np.clip(probabilities.astype(np.float64), _LEAST, 1 - _LEAST)
    return np.log(kept / (1 - kept))


def _beside(boxes: NDArray[np.float32], likely: NDArray[np.bool_]) -> NDArray[np.float64]:
    """By how much (log) each is taller than the one of its nearest likely digits that is most like it; 0 where there
    are none. Numbers may grow along a row, and other numbers may be written larger."""
    sizes = np.log(np.maximum(boxes[:, 3], 1.0))
    centres = boxes[:, :2] + boxes[:, 2:] / 2
    beyond = np.zeros(len(boxes))
    for index in range(len(boxes)):
        others = np.flatnonzero(likely & (np.arange(len(boxes)) != index))
        if len(others):
            away = np.hypot(*(centres[others] - centres[index]).T)
            nearest = sizes[index] - sizes[others[np.argsort(away, kind="stable")[:_NEIGHBOURS]]]
            beyond[index] = nearest[np.abs(nearest).argmin()]
    return beyond


def _inside(found: Hypotheses) -> NDArray[np.float64]:
    """How much of each lies in one that the detector holds likelier, or of that one in it: 0 to 1."""
    inside = np.zeros(len(found))
    boxes = widened(found.boxes)
    for index in range(len(found)):
        likelier = found.digit > found.digit[index]
        if likelier.any():
            inside[index] = float(overlaps(boxes[index], boxes[likelier])[1].max())
    return inside


def page_features(
    found: Hypotheses,
    is_digit: NDArray[np.float64],
    labels: NDArray[np.float64],
    accepted: NDArray[np.int64],
    unexplained: float,
) -> NDArray[np.float64]:
    """The regressors (9,) of a photo of which ``accepted`` was read: how likely that is by its digits, the most
    doubtful of them, what was rejected, where the sources of the label disagree, and what nothing explains."""
    if not len(accepted):
        return np.zeros(len(PAGE_FEATURES))
    kept = np.clip(is_digit, _LEAST, 1 - _LEAST)
    rejected = np.setdiff1d(np.arange(len(found)), accepted)
    top = np.clip(labels[accepted].max(axis=1), _LEAST, 1 - _LEAST)
    chosen = labels[accepted].argmax(axis=1)
    sources = np.stack([found.classified, found.kinds[:, :NONE], found.labels])[:, accepted].argmax(axis=2)
    disagreeing = (sources != chosen).sum(axis=0)
    count = float(len(accepted))
    return np.array(
        [
            np.log(kept[accepted]).sum() + np.log(top).sum(),
            np.log(1 - kept[rejected]).sum(),
            *_odds(np.array([kept[accepted].min(), top.min(), kept[rejected].max(initial=_LEAST)])),
            float((disagreeing > 0).sum()),
            float(disagreeing.max()),
            np.log(count),
            np.log1p(unexplained / count),
        ]
    )
