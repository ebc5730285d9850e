"""What recognition asks of its networks; each may be another than the package's."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.classification.predictions import Predictions
from model.detection.candidates import Candidates
from model.detection.segments import Segments


class DigitClassifier(Protocol):
    """Says which digit an image is; ``Classifier`` is one."""

    def classify(self, images: NDArray[np.uint8]) -> Predictions:
        """Classify (n, 28, 28) uint8 digit images."""


class MarkDetector(Protocol):
    """Says where in a photo digits and other marks stand; ``Detector`` is one."""

    def candidates(self, view: NDArray[np.uint8], least: float) -> Candidates:
        """Find marks with a score of ``least`` or more in (h, w, 3) uint8, as ``view_of`` makes it."""


class InkSegmenter(Protocol):
    """Says which ink of a crop is the digit's, and which digit it is; ``Segmenter`` is one."""

    def segments(self, crops: NDArray[np.uint8]) -> Segments:
        """Judge (n, 48, 48, 2) uint8, as ``model.detection.crops`` makes them."""
