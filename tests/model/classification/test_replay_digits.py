"""Replayed digits are those of the model that is asked for, or there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from model.classification import replay_digits
from model.classification.classifier import Classifier
from model.classification.predictions import Predictions
from model.classification.replay_digits import REPLAYED, replay_predictions
from model.model_bundle import ModelBundle

LAYER = np.random.default_rng(0).normal(0, 0.3, (64, 10)).astype(np.float32)


class Tuned:
    """The base model with another last layer; of "far", with other features too.

    It refuses to read from several views: which digits it would take so depends on its last layer, and with that their
    features.
    """

    def __init__(self, model: ModelBundle) -> None:
        assert model.card.tta_degrees == 0
        self._name = model.name
        self._base = Classifier(replace(model, name="base-2"))

    def classify(self, images: NDArray[np.uint8]) -> Predictions:
        base = self._base.classify(images)
        if self._name not in {"tuned", "far"}:
            return base
        features = base.features * np.float32(2) if self._name == "far" else base.features
        logits = features @ LAYER
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return Predictions(powers / powers.sum(axis=1, keepdims=True), features)


@pytest.fixture(autouse=True)
def _without_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay_digits, "Classifier", Tuned)
    monkeypatch.setattr("model.datasets.has_mnist", lambda: False)


def test_a_model_of_which_only_the_last_layer_was_trained_has_the_stored_digits() -> None:
    base = ModelBundle.base()
    before, after = replay_predictions(base), replay_predictions(replace(base, name="tuned"))
    assert before is not None
    assert after is not None
    assert after[0].features.tobytes() == before[0].features.tobytes()
    assert len(after[1]) == REPLAYED
    assert after[0].labels.tolist() == (before[0].features @ LAYER).argmax(axis=1).tolist()


def test_a_model_with_other_features_has_none_without_mnist() -> None:
    assert replay_predictions(replace(ModelBundle.base(), name="far")) is None
