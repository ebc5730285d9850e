"""Base data that travels with a model as features, so that it can learn on where MNIST cannot be had."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Classifier
from model.datasets import Samples, Split
from model.model_bundle import ModelBundle
from training.errors import NoReplayFeatures

TRAIN = 4_000
VALIDATION = 5_000
NAME = "replay_features.npz"


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """Features (n, F) float32 of digits, restored from bytes, and their labels (n,) uint8."""

    features: NDArray[np.float32]
    labels: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class ReplayFeatures:
    """Features of 4,000 training and of the 5,000 validation digits, a byte each, as one model (``sha256``) gives them.

    ``low`` and ``step`` (F,) bring a byte b of feature f back: ``low[f] + b * step[f]``.
    """

    sha256: str
    low: NDArray[np.float32]
    step: NDArray[np.float32]
    train_bytes: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    validation_bytes: NDArray[np.uint8]
    validation_labels: NDArray[np.uint8]

    @property
    def train(self) -> Stored:
        return Stored(self.low + self.train_bytes * self.step, self.train_labels)

    @property
    def validation(self) -> Stored:
        return Stored(self.low + self.validation_bytes * self.step, self.validation_labels)

    @classmethod
    def of(cls, model: ModelBundle, data: Split, seed: int) -> Self:
        """Take the features of digits that ``chosen`` names and of all validation digits (5,000 at most)."""
        train, validation = chosen(data.train, seed), data.validation.chosen(slice(VALIDATION))
        classifier = Classifier(model)
        features = [classifier.classify(part.images).features for part in (train, validation)]
        low = np.minimum(features[0].min(axis=0), features[1].min(axis=0))
        step = np.maximum((np.maximum(features[0].max(axis=0), features[1].max(axis=0)) - low) / 255, 1e-12)
        quantised = [_bytes(part, low, step) for part in features]
        checksum = sha256(model.content).hexdigest()
        return cls(checksum, low, step, quantised[0], train.labels, quantised[1], validation.labels)

    def quantised(self, features: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Features (n, F) of further digits as bytes of the same scale."""
        return _bytes(features, self.low, self.step)

    def save(self, path: Path) -> None:
        np.savez_compressed(path, **{name: getattr(self, name) for name in _NAMES})

    @classmethod
    def load(cls, path: Path, model: ModelBundle) -> Self:
        """Read the features of ``model``; raises ``NoReplayFeatures`` where there are none or they are another model's."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
                values = {name: held[name] for name in _NAMES}
        except (OSError, BadZipFile, KeyError, ValueError, EOFError) as error:
            raise NoReplayFeatures(f"There are no stored digits for the model {model.name}.") from error
        found = cls(**{**values, "sha256": str(values["sha256"])})
        if found.sha256 != sha256(model.content).hexdigest():
            raise NoReplayFeatures(f"The stored digits are not those of the model {model.name}.")
        return found


_NAMES = ("sha256", "low", "step", "train_bytes", "train_labels", "validation_bytes", "validation_labels")


def _bytes(features: NDArray[np.float32], low: NDArray[np.float32], step: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.asarray(np.rint(np.clip((features - low) / step, 0, 255)), np.uint8)


def chosen(train: Samples, seed: int) -> Samples:
    """The training digits that are replayed: 4,000 at random, or all where there are fewer."""
    which = np.random.default_rng((seed, TRAIN)).permutation(len(train))[:TRAIN]
    return train.chosen(np.sort(which))
