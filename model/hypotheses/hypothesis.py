"""Candidates cut out of the photo and judged: everything that the decision weighs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Classifier
from model.detection.crops import Region, crop
from model.detection.passes import Detections
from model.detection.segmenter import Segmenter
from model.normalization import normalize_digit

# A mask is a probability that ink is there; thin strokes are less certain than thick ones, and as black.
_LEVELS = np.clip((np.arange(256) - 32.0) * 255 / (144 - 32), 0, 255).astype(np.uint8)
_MOST = 260  # candidates that are cut out, the likeliest; a page of a hundred digits has half as many


@dataclass(frozen=True, slots=True, eq=False)
class Hypotheses:
    """n candidates as digits. ``boxes`` (n, 4) float32 x, y, width, height in pixels of the upright photo; ``digit``
    and ``other`` (n,), the detector's scores, and its ``labels`` (n, 10); ``kinds`` (n, 11), the segmenter's;
    ``classified`` (n, 10), the classifier's for ``images`` (n, 28, 28) uint8; ``covered`` (n,), the share of the box
    that the digit's ink covers. All but the images are float32; probabilities, 0..1."""

    boxes: NDArray[np.float32]
    digit: NDArray[np.float32]
    other: NDArray[np.float32]
    labels: NDArray[np.float32]
    kinds: NDArray[np.float32]
    classified: NDArray[np.float32]
    images: NDArray[np.uint8]
    covered: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.boxes)


def hypotheses(found: Detections, segmenter: Segmenter, classifier: Classifier) -> Hypotheses:
    """Cut out and judge all candidates that the detector takes for digits with any likelihood. Raises
    ``ModelLoadError``."""
    likely = np.argsort(-found.candidates.digit, kind="stable")[:_MOST]
    likely = likely[found.candidates.digit[likely] >= 0.05]
    chosen = found.candidates.take(likely)
    crops = [crop(found.grey, Region(*(float(side) for side in box))) for box in chosen.boxes]
    segments = segmenter.segments(np.array(crops, np.uint8).reshape(-1, 48, 48, 2))
    images = np.array([normalize_digit(_LEVELS[mask]) for mask in segments.masks], np.uint8)
    images = images.reshape(-1, 28, 28)
    classified = classifier.classify(images).probabilities
    inside = np.array([each[..., 1] > 0 for each in crops]).reshape(-1, 48, 48)
    covered = (segments.masks / 255 * inside).sum(axis=(1, 2)) / np.maximum(1, inside.sum(axis=(1, 2)))
    return Hypotheses(
        chosen.boxes,
        chosen.digit,
        chosen.other,
        _digits(chosen.labels),
        segments.kinds,
        classified,
        images,
        covered.astype(np.float32),
    )


def _digits(labels: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probabilities (n, 10) of the ten digits among all labels."""
    tens = labels[:, :10] + np.float32(1e-6)
    return np.asarray(tens / tens.sum(axis=1, keepdims=True), np.float32)
