"""The three networks of recognition, and what is done without one that is damaged."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Classifier
from model.detection.components import ComponentDetector
from model.detection.detector import Detector
from model.detection.protocols import DigitClassifier, InkSegmenter, MarkDetector
from model.detection.segmenter import Segmenter
from model.detection.segments import NONE, Segments
from model.errors import ModelLoadError
from model.hypotheses.page_calibration import PageCalibration
from model.model_bundle import ModelBundle, PackagedNetwork

log = logging.getLogger(__name__)
T = TypeVar("T")


class BoxSegmenter:
    """Stands in for the segmenter: all that differs from the paper within the box is the digit's, and it may be any."""

    def segments(self, crops: NDArray[np.uint8]) -> Segments:
        """Judge (n, 48, 48, 2) uint8 crops."""
        differences = 2 * np.abs(crops[..., 0].astype(np.int16) - 128).clip(0, 127)
        masks = np.where(crops[..., 1] > 0, differences, 0).astype(np.uint8)
        kinds = np.full((len(crops), NONE + 1), 0.095, np.float32)
        kinds[:, NONE] = 0.05
        return Segments(masks, kinds)


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks that photos are read with, those of the package unless others are given.

    ``classifier`` makes the classifier of a model; ``detector`` and ``segmenter`` are None where they are missing.
    Without ``detector`` digits are looked for among the connected components of the foreground; without ``segmenter``
    all ink in a box is taken for the digit's. No photo is sure without either.
    """

    classifier: Callable[[ModelBundle], DigitClassifier] = Classifier
    detector: MarkDetector | None = None
    segmenter: InkSegmenter | None = None

    @classmethod
    def packaged(cls) -> Self:
        """Those that come with the package; one that is damaged is logged and left out."""
        return cls(
            detector=_loaded(Detector, PackagedNetwork.DETECTOR),
            segmenter=_loaded(Segmenter, PackagedNetwork.SEGMENTER),
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the networks that are not there."""
        auxiliary = (PackagedNetwork.DETECTOR, PackagedNetwork.SEGMENTER)
        return tuple(str(name) for name in auxiliary if getattr(self, name) is None)


def _loaded(make: Callable[[ModelBundle], T], network: PackagedNetwork) -> T | None:
    """One of the package's networks, made of bytes that were verified; None where they are damaged."""
    try:
        return make(ModelBundle.packaged(network))
    except ModelLoadError as error:
        log.error("photos are read without the network %s: %s", network, error)  # noqa: TRY400 - a sentence, no traceback
        return None


class ModelNetworks:
    """The networks that photos are read with, with one model version. Raises ``ModelLoadError``.

    Threads share them and take turns at each: the detector works for 10 of the 50 ms of processor time of a photo, and
    keeps up to 50 MB; each thread's own classifier would take some 5 MB.
    """

    def __init__(self, model: ModelBundle, networks: Networks) -> None:
        self.model = model
        self.classifier = networks.classifier(model)
        self.detector: MarkDetector = networks.detector or ComponentDetector()
        self.segmenter: InkSegmenter = networks.segmenter or BoxSegmenter()
        self._complete = not networks.missing

    @property
    def calibration(self) -> PageCalibration:
        """That of the model's own card; the neutral one where it has none, or where a network that it was fitted with
        is missing."""
        fitted = self.model.card.page_calibration if self._complete else None
        return fitted or PageCalibration.neutral()

    @property
    def sure_threshold(self) -> float:
        """How likely it must be that all of a photo was read right (``Decided.certainty``), for it to be sure; infinite
        where that cannot be told, without a page calibration or one of the networks that it was fitted with."""
        is_calibrated = self.model.card.page_calibration is not None and self._complete
        return self.model.card.sure_threshold if is_calibrated else math.inf
