"""Candidates without the detector: connected components of the foreground. They serve where its file is damaged; much
less is known of them, so that nothing read with them is sure."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.detection.candidates import UNNAMED, Candidates
from model.detection.decoding import TURNS
from model.ink import ink_of

_MOST = 60  # components, the tallest
_SHARE = 0.4  # of the tallest one's height that each must have
_STRENGTH = 0.3  # of the blackest foreground: where a component begins
_SCORE = 0.9  # that each is taken for a digit with; the segmenter and the classifier must tell


class ComponentDetector:
    """Stands in for ``model.detection.detector.Detector``."""

    def candidates(self, view: NDArray[np.uint8], least: float) -> Candidates:  # noqa: ARG002 - all are equally likely
        """The tallest components of a view (h, w, 3) uint8, all upright."""
        ink = ink_of(np.ascontiguousarray(view[:, :, 0]))
        level = max(ink.noise, _STRENGTH * float(ink.grey.max()))
        _, _, stats, _ = cv2.connectedComponentsWithStats((ink.grey > level).astype(np.uint8))
        boxes = np.asarray(stats[1:, :4], np.float32).reshape(-1, 4)
        boxes = boxes[(boxes[:, 2:] < 0.9 * np.array(view.shape[1::-1])).all(axis=1)]
        boxes = boxes[np.argsort(-boxes[:, 3], kind="stable")][:_MOST]
        boxes = boxes[boxes[:, 3] >= _SHARE * boxes[:, 3].max(initial=0)]
        count = len(boxes)
        turns = np.zeros((count, TURNS.stop - TURNS.start), np.float32)
        turns[:, 0] = 1.0
        labels = np.full((count, UNNAMED + 1), 1 / (UNNAMED + 1), np.float32)
        return Candidates(boxes, np.full(count, _SCORE, np.float32), np.zeros(count, np.float32), labels, turns)
