"""Candidates cut out of the photo and judged by segmenter and classifier."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.deadline import check_deadline
from model.detection.crops import SIDE, Region, crop
from model.detection.cutout import own_ink
from model.detection.passes import LIKELY, Detections
from model.detection.protocols import DigitClassifier, InkSegmenter
from model.hypotheses.hypothesis import Hypotheses
from model.normalization import normalize_digit
from model.reading import Pixels

_INK = 96  # of a digit's ink (0..255): what the box around it must hold
_MOST = 260  # candidates that are cut out, the likeliest; a page of a hundred digits has half as many


def hypotheses(found: Detections, segmenter: InkSegmenter, classifier: DigitClassifier) -> Hypotheses:
    """Cut out and judge all candidates that the detector takes for digits with any likelihood. Raises
    ``ModelLoadError``."""
    likely = np.argsort(-found.candidates.digit, kind="stable")[:_MOST]
    likely = likely[found.candidates.digit[likely] >= LIKELY]
    chosen = found.candidates.take(likely)
    crops = [crop(found.grey, Region(*(float(side) for side in box))) for box in chosen.boxes]
    segments = segmenter.segments(np.array(crops, np.uint8).reshape(-1, 48, 48, 2))
    inks = [_ink(each, mask) for each, mask in zip(crops, segments.masks, strict=True)]
    images = np.array([normalize_digit(ink) for ink in inks], np.uint8).reshape(-1, 28, 28)
    classified = classifier.classify(images)
    return Hypotheses(
        chosen.boxes,
        np.array([_tight(*each) for each in zip(chosen.boxes, inks, strict=True)], np.float32).reshape(-1, 4),
        chosen.digit,
        chosen.other,
        _digits(chosen.labels),
        segments.kinds,
        classified.probabilities,
        images,
        classified.features,
    )


def _ink(crop: NDArray[np.uint8], mask: Pixels) -> Pixels:
    check_deadline()
    return own_ink(crop, mask)


def _tight(box: NDArray[np.float32], ink: Pixels) -> tuple[float, float, float, float]:
    """The box around a digit's ink (48, 48) uint8 in the crop of a box, in the frame of that; the box where there is
    none."""
    region = Region(*map(float, box))
    x, y, width, height = cv2.boundingRect((ink >= _INK).astype(np.uint8))
    if not width:
        return region.x, region.y, region.width, region.height
    (left, top), pixel = region.corner, region.side / SIDE
    return left + x * pixel, top + y * pixel, width * pixel, height * pixel


def _digits(labels: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probabilities (n, 10) of the ten digits among all labels."""
    tens = labels[:, :10] + np.float32(1e-6)
    return np.asarray(tens / tens.sum(axis=1, keepdims=True), np.float32)
