"""Where digits and other marks stand in a photo: one pass over all of it, closer ones over the part that holds them
where they are small, again turned where it was held wrongly, and at other scales where what was found is not
convincing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from model.deadline import check_deadline
from model.detection.candidates import Candidates, joined
from model.detection.detector_view import COARSE_AREA, VIEW_AREA
from model.detection.protocols import DigitClassifier, InkSegmenter, MarkDetector
from model.detection.suppression import suppressed
from model.detection.view_window import ViewWindow
from model.detection.way_up import way_up
from model.reading import Box, Pixels

LEAST = 0.1  # score of candidates that are looked at further
LIKELY = 0.15  # detector's score from which a candidate is cut out and judged as a digit
_TELLING = 0.5  # score from which a candidate counts for the size
# What was measured of the closer passes: docs/accuracy.md, "Small digits, looked at closer".
_SMALL = 30.0  # pixels of a view: median height of digits below which a closer pass is made
_WANTED = 40.0  # pixels of the closer view that this height is brought to
_MOST_ENLARGED = 3.0  # pixels of a view for one of the photo
_MOST_CLOSER = 4 * VIEW_AREA  # pixels of a closer view; all of a photo takes as many
_CLOSER = 1.2  # by how much a further view must be enlarged, each way
_PASSES = 2  # closer ones at most
_MARGIN = 1.5  # of the digits' height, around all that was found
_MOST_AREA = 6 * VIEW_AREA  # pixels of a view at another scale
_FROM_CLOSER = 36.0  # pixels of the first view: taller digits are taken from the first pass


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """``candidates`` in pixels of ``grey``, the photo (h, w) uint8 turned upright by ``turns`` quarter turns to the
    left; at most one of each mark. ``small`` is the grey of the view that was looked at first, coarse or not;
    ``closest``: the window of the finest pass."""

    candidates: Candidates
    grey: Pixels
    small: Pixels
    turns: int
    closest: ViewWindow


def detect(grey: Pixels, detector: MarkDetector, segmenter: InkSegmenter, classifier: DigitClassifier) -> Detections:
    """Find digits and other marks in a grey photo (h, w) uint8; ``segmenter`` and ``classifier`` help to tell which way
    is up. Raises ``ModelLoadError``."""
    found = _passes(grey, detector)
    turns = way_up(found.candidates, grey, segmenter, classifier)
    if not turns:
        return found
    return replace(_passes(np.ascontiguousarray(np.rot90(grey, turns)), detector), turns=turns)


def detect_coarsely(grey: Pixels, detector: MarkDetector) -> Detections:
    """What one pass over a photo (h, w) uint8 as it is held finds at a quarter of the first one's pixels, in a quarter
    of its time: large digits, and hardly any small ones. Raises ``ModelLoadError``."""
    return _first(grey, detector, COARSE_AREA)


def detect_at_scale(found: Detections, scale: float, detector: MarkDetector) -> Detections:
    """What was found, and what one more pass finds, so much finer or coarser than the finest one: a digit that touches
    another, or a thin stroke, may show at one scale and not at another. Raises ``ModelLoadError``."""
    more, _ = _pass(found.grey, found.closest.at_scale(scale, _MOST_AREA), detector)
    return replace(found, candidates=_unique(joined([found.candidates, more])))


def _passes(grey: Pixels, detector: MarkDetector) -> Detections:
    """What stands in a photo that is held as it is."""
    found = _first(grey, detector, VIEW_AREA)
    for _ in range(_PASSES):
        window = _closer(found)
        if window is None:
            break
        found = _looked_closer(found, window, detector)
    return found


def _first(grey: Pixels, detector: MarkDetector, area: int) -> Detections:
    window = ViewWindow.whole(grey, area)
    found, small = _pass(grey, window, detector)
    return Detections(found, grey, small, 0, window)


def _looked_closer(found: Detections, window: ViewWindow, detector: MarkDetector) -> Detections:
    """The same with what a closer pass finds in its window; large digits stay as they were found, since a closer view
    shows but parts of them."""
    large = _FROM_CLOSER / ViewWindow.whole(found.grey, VIEW_AREA).scale
    before, (more, _) = found.candidates, _pass(found.grey, window, detector)
    kept = (before.boxes[:, 3] >= large) | ~window.holds(before.boxes)
    both = joined([before.take(kept), more.take(more.boxes[:, 3] < 1.5 * large)])
    return replace(found, candidates=_unique(both), closest=window)


def _closer(found: Detections) -> ViewWindow | None:
    """Where to look closer: at the part that holds all that was found, where digits are small, and at all of the photo,
    where none were found."""
    marks, grey, before = found.candidates, found.grey, found.closest
    heights = marks.boxes[marks.digit >= _TELLING, 3]
    whole = ViewWindow.whole(grey, _MOST_CLOSER)
    if not len(heights):
        return whole if before != whole else None
    typical = float(np.median(heights))
    if typical * before.scale >= _SMALL:
        return None
    wanted = min(_WANTED / typical, max(_MOST_ENLARGED, whole.scale))
    window = ViewWindow(_around(marks, _MARGIN * typical, grey), wanted).at_scale(1.0, _MOST_CLOSER)
    return window if window.scale >= _CLOSER * before.scale else None


def _around(marks: Candidates, margin: float, grey: Pixels) -> Box:
    """The part of a photo that holds all marks, and so many pixels around them."""
    height, width = grey.shape
    left, top = (int(side) for side in np.maximum(0, marks.boxes[:, :2].min(axis=0) - margin))
    ends = np.minimum((width, height), (marks.boxes[:, :2] + marks.boxes[:, 2:]).max(axis=0) + margin)
    right, bottom = (int(side) for side in ends)
    return Box(left, top, max(1, right - left), max(1, bottom - top))


def _pass(grey: Pixels, window: ViewWindow, detector: MarkDetector) -> tuple[Candidates, Pixels]:
    """What is found in a window, in pixels of the photo, and the grey of its view."""
    check_deadline()
    view = window.view(grey)
    found = window.in_photo(detector.candidates(view, LEAST), view)
    return _unique(found), np.ascontiguousarray(view[:, :, 0])


def _unique(found: Candidates) -> Candidates:
    return suppressed(found, np.maximum(found.digit, found.other))
