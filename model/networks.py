"""The four networks of recognition: how each thread gets its own, and what is done without one that is damaged."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Classifier, Predictions
from model.classification.confidence_calibration import NEUTRAL, PageCalibrator
from model.cuts import Split, slices
from model.digitness import Digitness
from model.errors import ModelLoadError
from model.found import Judged
from model.handwriting import Handwriting
from model.model_bundle import ModelBundle, PackagedNetwork
from model.overlays import Overlays

log = logging.getLogger(__name__)
T = TypeVar("T")

_HOPELESS = 0.002  # likeness below which no neighbours make a digit of it


class DigitClassifier(Protocol):
    """Says which digit an image is; ``Classifier`` is one."""

    def classify(self, images: NDArray[np.uint8]) -> Predictions:
        """Classify (n, 28, 28) uint8 digit images."""


class DigitnessNetwork(Protocol):
    """Says how likely an image is a digit at all; ``Digitness`` is one."""

    def likeness(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Judge (n, 28, 28) uint8 digit images: (n,) float32, 0..1."""


class HandwritingNetwork(Protocol):
    """Says where in a photo digits are written; ``Handwriting`` is one."""

    def written(self, seen: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Judge (h, w, 3) uint8, as ``handwriting.sight`` makes it: (h / 2, w / 2) float32, 0..1."""


@dataclass(frozen=True, slots=True)
class NetworkFactories:
    """Makers of the networks, called once a thread; None stands for a network that is missing.

    Without ``digitness`` the classifier's confidence stands in for the likeness (Hendrycks and Gimpel 2017), and no
    digit is sure; without ``handwriting`` only the first pass over a photo is made; without ``overlays`` wide
    components are cut at their thinnest spots only.
    """

    classifier: Callable[[ModelBundle], DigitClassifier] = Classifier
    digitness: Callable[[], DigitnessNetwork] | None = None
    handwriting: Callable[[], HandwritingNetwork] | None = None
    overlays: Callable[[], Split] | None = None

    @classmethod
    def packaged(cls) -> Self:
        """Those of the networks that come with the package; one that is damaged is logged and left out."""
        return cls(
            digitness=_factory(Digitness, PackagedNetwork.DIGITNESS),
            handwriting=_factory(Handwriting, PackagedNetwork.HANDWRITING),
            overlays=_factory(Overlays, PackagedNetwork.OVERLAYS),
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the networks that are not there."""
        auxiliary = (PackagedNetwork.DIGITNESS, PackagedNetwork.HANDWRITING, PackagedNetwork.OVERLAYS)
        return tuple(str(name) for name in auxiliary if getattr(self, name) is None)


def _factory(make: Callable[[ModelBundle], T], network: PackagedNetwork) -> Callable[[], T] | None:
    """A maker from bytes that were verified, and tried once; None where they are damaged."""
    try:
        bundle = ModelBundle.packaged(network)
        make(bundle)
    except ModelLoadError as error:
        log.error("photos are read without the network %s: %s", network, error)  # noqa: TRY400 - a sentence, no traceback
        return None
    return partial(make, bundle)


class ThreadNetworks:
    """The networks of one thread, as they read with one model version. Raises ``ModelLoadError``."""

    def __init__(self, model: ModelBundle, factories: NetworkFactories) -> None:
        self.model = model
        self.thorough = False
        self.handwriting = factories.handwriting() if factories.handwriting else None
        self.overlays: Split = factories.overlays() if factories.overlays else slices
        self._classifier = factories.classifier(model)
        self._digitness = factories.digitness() if factories.digitness else None

    @property
    def calibrator(self) -> PageCalibrator:
        """That of the model's own card; the neutral one where it has none."""
        return self.model.card.page_calibration or NEUTRAL

    @property
    def sure_threshold(self) -> float:
        """The page-calibrated confidence from which on a digit is sure; infinite where confidence cannot be trusted,
        without a page calibration or the network that it was fitted with."""
        is_calibrated = self.model.card.page_calibration is not None and self._digitness is not None
        return self.model.card.sure_threshold if is_calibrated else math.inf

    def __call__(self, images: NDArray[np.uint8]) -> Judged:
        """Judge (n, 28, 28) uint8; only what may be a digit is classified, unless ``thorough``."""
        if self._digitness is None:
            predictions = self._classifier.classify(images)
            return Judged(predictions.probabilities, predictions.confidences)
        likeness = self._digitness.likeness(images)
        probabilities = np.full((len(images), 10), 0.1, np.float32)
        hopeful = np.full(len(images), True) if self.thorough else likeness >= _HOPELESS
        if hopeful.any():
            probabilities[hopeful] = self._classifier.classify(images[hopeful]).probabilities
        return Judged(probabilities, likeness)
