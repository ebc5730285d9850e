"""Where digits and other marks stand in a photo: one pass over all of it, a second, enlarged, where they are small,
again turned where it was held wrongly, and at other scales where what was found is not convincing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from model.deadline import check_deadline
from model.detection.candidates import Candidates, joined
from model.detection.detector_view import VIEW_AREA, view_of, view_size
from model.detection.protocols import DigitClassifier, InkSegmenter, MarkDetector
from model.detection.suppression import suppressed
from model.detection.way_up import way_up
from model.reading import Pixels

LEAST = 0.1  # score of candidates that are looked at further
LIKELY = 0.15  # detector's score from which a candidate is cut out and judged as a digit
_TELLING = 0.5  # score from which a candidate counts for the size
_SMALL = 30.0  # pixels of the first view: median height of digits below which a second pass is made
_WANTED = 40.0  # pixels of the second view that this height is brought to
_MOST_ENLARGED = 2.0  # each way
_MOST_AREA = 6 * VIEW_AREA  # pixels of a view at another scale
_FROM_SECOND = 36.0  # pixels of the first view: taller digits are taken from the first pass


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """``candidates`` in pixels of ``grey``, the photo (h, w) uint8 turned upright by ``turns`` quarter turns to the
    left; at most one of each mark. ``small`` is the grey of the first view; ``zoom``: by how much the finest pass was
    enlarged, each way."""

    candidates: Candidates
    grey: Pixels
    small: Pixels
    turns: int
    zoom: float


def detect(grey: Pixels, detector: MarkDetector, segmenter: InkSegmenter, classifier: DigitClassifier) -> Detections:
    """Find digits and other marks in a grey photo (h, w) uint8; ``segmenter`` and ``classifier`` help to tell which way
    is up. Raises ``ModelLoadError``."""
    found = _passes(grey, detector)
    turns = way_up(found.candidates, grey, segmenter, classifier)
    if not turns:
        return found
    return replace(_passes(np.ascontiguousarray(np.rot90(grey, turns)), detector), turns=turns)


def detect_at_scale(found: Detections, scale: float, detector: MarkDetector) -> Detections:
    """What was found, and what one more pass finds, so much finer or coarser than the finest one: a digit that touches
    another, or a thin stroke, may show at one scale and not at another. Raises ``ModelLoadError``."""
    area = min(_MOST_AREA, VIEW_AREA * (scale * found.zoom) ** 2)
    more, _ = _pass(found.grey, detector, round(area))
    return replace(found, candidates=_unique(joined([found.candidates, more])))


def _passes(grey: Pixels, detector: MarkDetector) -> Detections:
    """What stands in a photo that is held as it is."""
    first, small = _pass(grey, detector, VIEW_AREA)
    zoom = _zoom(first, grey)
    if zoom <= 1.0:
        return Detections(first, grey, small, 0, 1.0)
    second, _ = _pass(grey, detector, round(VIEW_AREA * zoom**2))
    limit = _FROM_SECOND * (grey.shape[0] * grey.shape[1] / VIEW_AREA) ** 0.5
    large = first.boxes[:, 3] >= limit
    both = joined([first.take(large), second.take(second.boxes[:, 3] < 1.5 * limit)])
    return Detections(_unique(both), grey, small, 0, zoom)


def _pass(grey: Pixels, detector: MarkDetector, area: int) -> tuple[Candidates, Pixels]:
    check_deadline()
    width, height = view_size(grey.shape[1], grey.shape[0], area)
    view = view_of(grey, (width, height))
    found = detector.candidates(view, LEAST)
    return _unique(found.scaled(grey.shape[1] / width, grey.shape[0] / height)), np.ascontiguousarray(view[:, :, 0])


def _unique(found: Candidates) -> Candidates:
    return suppressed(found, np.maximum(found.digit, found.other))


def _zoom(first: Candidates, grey: Pixels) -> float:
    """By how much to enlarge for a second pass; 1 for none."""
    share = (VIEW_AREA / (grey.shape[0] * grey.shape[1])) ** 0.5
    heights = first.boxes[first.digit >= _TELLING, 3] * share
    if not len(heights):
        return _MOST_ENLARGED
    typical = float(np.median(heights))
    return min(_MOST_ENLARGED, _WANTED / typical) if typical < _SMALL else 1.0
