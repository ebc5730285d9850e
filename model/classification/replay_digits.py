"""Replayed digits for a personal adapter: what one model makes of 4,000 of MNIST's training digits.

The package holds their features by the base model, not their images. Another model's are the same where only its last
layer was trained; where they differ, MNIST itself must be on this machine.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from model import datasets
from model.classification.classifier import Classifier
from model.classification.predictions import Predictions
from model.classification.stored_features import packaged_features
from model.errors import ModelError
from model.logits import softmax
from model.model_bundle import ModelBundle

REPLAYED: Final = 4_000
PROBES: Final = 300  # random drawings, from whose outputs a model's last layer is recovered
SAME_FEATURES: Final = 1e-3  # of their mean square root: files of the same weights differ by rounding alone
LEAST_OUTPUT: Final = 1e-30  # a probability from which its logarithm is known
LARGEST_ERROR: Final = 0.02  # of a recovered logit; the base model's have 2e-6


def replay_predictions(model: ModelBundle) -> tuple[Predictions, NDArray[np.uint8]] | None:
    """The predictions of ``model`` for n replayed digits, and their labels (n,); None where there are none for it.

    Raises ``ModelLoadError``.
    """
    return _stored(model) or _computed(model)


def _stored(model: ModelBundle) -> tuple[Predictions, NDArray[np.uint8]] | None:
    """By the package's features, where they are this model's too."""
    base = ModelBundle.base()
    outputs = _outputs(model)
    if not _agree(outputs.features, _outputs(base).features):
        return None
    layer = _last_layer(outputs)
    try:
        sha256, digits = packaged_features()
    except (OSError, ValueError):
        return None
    if layer is None or sha256 != base.card.sha256:
        return None
    return Predictions(softmax(_with_one(digits.features) @ layer), digits.features), digits.labels


def _computed(model: ModelBundle) -> tuple[Predictions, NDArray[np.uint8]] | None:
    """From MNIST, where it needs no download."""
    if not datasets.has_mnist():
        return None
    try:
        train = datasets.split(datasets.load("mnist")).train
    except ModelError:
        return None
    chosen = train.chosen(np.sort(np.random.default_rng(0).permutation(len(train))[:REPLAYED]))
    return Classifier(model).classify(chosen.images), chosen.labels


def _outputs(model: ModelBundle) -> Predictions:
    """The predictions for the probes, each from one view: which are read from several depends on the last layer."""
    one_view = replace(model, card=replace(model.card, tta_degrees=0.0))
    return Classifier(one_view).classify(_drawings())


def _drawings() -> NDArray[np.uint8]:
    """Random strokes (n, 28, 28) uint8, always the same."""
    rng = np.random.default_rng(0)
    images = np.zeros((PROBES, 28, 28), np.uint8)
    for image in images:
        corners = rng.integers(4, 24, (int(rng.integers(2, 6)), 1, 2)).astype(np.int32)
        cv2.polylines(image, [corners], isClosed=False, color=255, thickness=int(rng.integers(1, 4)))
    return images


def _agree(features: NDArray[np.float32], others: NDArray[np.float32]) -> bool:
    if features.shape != others.shape:
        return False
    return float(np.abs(features - others).max()) <= SAME_FEATURES * float(np.sqrt(np.mean(others**2)))


def _last_layer(outputs: Predictions) -> NDArray[np.float32] | None:
    """Weights and bias (F + 1, 10) that make the logits of the outputs from their features, but for a constant of each
    digit; None where no such layer does."""
    is_whole = outputs.probabilities.min(axis=1) > LEAST_OUTPUT
    if not is_whole.any():
        return None
    logits = np.log(outputs.probabilities[is_whole].astype(np.float64))
    logits -= logits.mean(axis=1, keepdims=True)
    inputs = _with_one(outputs.features[is_whole]).astype(np.float64)
    layer = np.linalg.lstsq(inputs, logits, rcond=None)[0]
    is_exact = np.abs(inputs @ layer - logits).max() <= LARGEST_ERROR
    return np.asarray(layer, np.float32) if is_exact else None


def _with_one(features: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.hstack([features, np.ones((len(features), 1), np.float32)])
