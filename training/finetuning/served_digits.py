"""Digits as the last layers of a network take them, in the views in which they are served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import TTA_BELOW
from model.classification.test_time_augmentation import rotated_views
from model.datasets import Samples
from training.calibration.calibration_estimators import softmax
from training.finetuning.last_layers import DividedNetwork

CURVE_DIGITS = 1_000  # validated on after each epoch, for the curve only: decisions use all validation digits


@dataclass(frozen=True, slots=True, eq=False)
class ServedDigits:
    """Activations of n digits with ``labels`` (n,), in the views in which they are served: in the first one all of
    them, in ``others`` those that ``is_doubtful`` (n,) marks."""

    labels: NDArray[np.uint8]
    first: NDArray[Any]
    others: tuple[NDArray[Any], ...]
    is_doubtful: NDArray[np.bool_]

    @classmethod
    def of(cls, network: DividedNetwork, digits: Samples, tta_degrees: float) -> ServedDigits:
        """Doubtful is what ``network``, the root's, is less sure of than ``TTA_BELOW``."""
        view, *views = rotated_views(digits.images, tta_degrees)
        first = network.activations(view)
        is_doubtful = softmax(network.logits(first), 1.0).max(axis=1) < TTA_BELOW
        others = tuple(network.activations(other[is_doubtful]) for other in views if is_doubtful.any())
        return cls(digits.labels, first, others, is_doubtful)

    @property
    def curve(self) -> Samples:
        """Those to validate on after each epoch."""
        return Samples(self.first[:CURVE_DIGITS], self.labels[:CURVE_DIGITS])

    def logits(self, network: DividedNetwork) -> NDArray[np.float32]:
        """The logits (n, 10) by the last layers as they are now, the mean of its views for a doubtful digit."""
        logits = network.logits(self.first)
        if self.others:
            views = [logits[self.is_doubtful], *(network.logits(view) for view in self.others)]
            logits[self.is_doubtful] = np.mean(views, axis=0)
        return logits
