"""Replay features: base digits stored as features of a model, to fine-tune its last layer where there is no MNIST."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from model.array_files import read_npz
from model.classification.classifier import Classifier
from model.classification.stored_features import LabelledFeatures, dequantised
from model.datasets import Samples, Split
from model.model_bundle import ModelBundle
from training.errors import NoReplayFeatures

TRAIN_DIGITS = 4_000  # replayed, of MNIST's 55,000
VALIDATION_DIGITS = 5_000  # all of MNIST's


@dataclass(frozen=True, slots=True, eq=False)
class ReplayFeatures:
    """Features of 4,000 training and 5,000 validation digits by one model (``sha256``), quantised to a byte each.

    A byte b of feature f stands for ``low[f] + b * step[f]``; ``low`` and ``step`` are (F,) float32.
    """

    sha256: str
    low: NDArray[np.float32]
    step: NDArray[np.float32]
    train_bytes: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    validation_bytes: NDArray[np.uint8]
    validation_labels: NDArray[np.uint8]

    @property
    def train(self) -> LabelledFeatures:
        return LabelledFeatures(dequantised(self.low, self.step, self.train_bytes), self.train_labels)

    @property
    def validation(self) -> LabelledFeatures:
        return LabelledFeatures(dequantised(self.low, self.step, self.validation_bytes), self.validation_labels)

    @classmethod
    def of(cls, model: ModelBundle, data: Split, seed: int) -> Self:
        """Compute the features of the digits of ``replay_subset`` and of the validation digits, 5,000 at most."""
        train, validation = replay_subset(data.train, seed), data.validation.chosen(slice(VALIDATION_DIGITS))
        classifier = Classifier(model)
        features = [classifier.classify(part.images).features for part in (train, validation)]
        low = np.minimum(features[0].min(axis=0), features[1].min(axis=0))
        step = np.maximum((np.maximum(features[0].max(axis=0), features[1].max(axis=0)) - low) / 255, 1e-12)
        parts = [_quantised(part, low, step) for part in features]
        checksum = sha256(model.content).hexdigest()
        return cls(checksum, low, step, parts[0], train.labels, parts[1], validation.labels)

    def quantise(self, features: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Features (n, F) of further digits as bytes of the same scale; what lies beyond it is clipped."""
        return _quantised(features, self.low, self.step)

    def save(self, path: Path) -> None:
        np.savez_compressed(path, **{name: getattr(self, name) for name in _ARRAYS})

    @classmethod
    def load(cls, path: Path, model: ModelBundle) -> Self:
        """Load the features of ``model``.

        Raises ``NoReplayFeatures`` where there are none, the file is damaged, or they are another model's.
        """
        try:
            arrays = read_npz(path, _ARRAYS)
            values: dict[str, Any] = {name: arrays[name] for name in _ARRAYS}
        except (OSError, KeyError, ValueError) as error:
            raise NoReplayFeatures(f"There are no stored digits for the model {model.name}.") from error
        loaded = cls(**{**values, "sha256": str(values["sha256"])})
        if loaded.sha256 != sha256(model.content).hexdigest():
            raise NoReplayFeatures(f"The stored digits are not those of the model {model.name}.")
        return loaded


_ARRAYS = ("sha256", "low", "step", "train_bytes", "train_labels", "validation_bytes", "validation_labels")


def _quantised(features: NDArray[np.float32], low: NDArray[np.float32], step: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.asarray(np.rint(np.clip((features - low) / step, 0, 255)), np.uint8)


def replay_subset(train: Samples, seed: int, count: int = TRAIN_DIGITS) -> Samples:
    """Training digits to replay: ``count`` chosen by ``seed``, or all where there are fewer."""
    which = np.random.default_rng((seed, TRAIN_DIGITS)).permutation(len(train))[:count]
    return train.chosen(np.sort(which))
