"""Cross-validation of the last layer: how corrections are read by a layer that was trained without them.

It takes seconds where the network would take minutes, and tells as much: a fine-tune starts from the root's features
and changes what is made of them. The layer is trained with NumPy, the same in every run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import keras
import numpy as np
from numpy.typing import NDArray

from model.classification.softmax_regression import WeightedDigits
from model.classification.stored_features import LabelledFeatures
from training.export.replay_features import ReplayFeatures
from training.finetuning.update import correction_weights

Floats = NDArray[np.float32]

FOLDS: Final = 20  # a tenth of a second each
STEPS: Final = 200  # of accelerated gradient descent
DECAY: Final = 1e-4  # of the squared weights, over features of mean square 1
STRENGTHS: Final = (1.0, 0.75, 0.5, 0.25)


@dataclass(frozen=True, slots=True, eq=False)
class LastLayer:
    """From features (n, F) to logits (n, 10): ``kernel`` (F, 10) and ``bias`` (10,)."""

    kernel: Floats
    bias: Floats

    @classmethod
    def of(cls, model: keras.Model) -> LastLayer:
        """That of a network of logits."""
        return cls(*model.layers[-1].get_weights())

    def logits(self, features: Floats) -> Floats:
        return np.asarray(features @ self.kernel + self.bias, np.float32)

    def towards(self, other: LastLayer, share: float) -> LastLayer:
        """The layer on the way from this one (``share`` 0) to ``other`` (1)."""
        kernel = self.kernel + share * (other.kernel - self.kernel)
        return LastLayer(kernel, self.bias + share * (other.bias - self.bias))

    def errors(self, digits: LabelledFeatures) -> int:
        """How many digits it misreads."""
        return int((self.logits(digits.features).argmax(axis=1) != digits.labels).sum())


@dataclass(frozen=True, slots=True, eq=False)
class CrossValidation:
    """What folds are made of: the root's last layer, ``replay``, and of n corrections the features with labels, the
    people and the acts (n,). A person's share of the training is at most ``person_share``, and a fold's layer misreads
    at most ``max_errors`` of the replay's validation digits."""

    root: LastLayer
    replay: ReplayFeatures
    corrections: LabelledFeatures
    people: NDArray[np.int64]
    acts: NDArray[np.int64]
    person_share: float
    max_errors: float

    @property
    def is_misread(self) -> NDArray[np.bool_]:
        """Which corrections (n,) the root misreads."""
        labels = self.root.logits(self.corrections.features).argmax(axis=1)
        return np.asarray(labels != self.corrections.labels, np.bool_)

    def weights(self, shown: NDArray[np.bool_]) -> NDArray[np.float64]:
        """How often each of the corrections that ``shown`` (n,) marks occurs in an epoch."""
        replayed = len(self.replay.train_labels)
        return correction_weights(self.people[shown], self.is_misread[shown], replayed, self.person_share)

    def readings(self, used: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The label of each correction (n,) by a layer that was trained on those of ``used`` (n,) but for its act."""
        labels = self.root.logits(self.corrections.features).argmax(axis=1)
        for held in folds(self.acts, FOLDS):
            chosen = used & ~held
            if chosen.any() and held.any():
                layer = self._kept(self._fitted(chosen))
                labels[held] = layer.logits(self.corrections.features[held]).argmax(axis=1)
        return np.asarray(labels, np.int64)

    def _fitted(self, chosen: NDArray[np.bool_]) -> LastLayer:
        own = LabelledFeatures(self.corrections.features[chosen], self.corrections.labels[chosen])
        return fit_layer(self.root, own, self.weights(chosen), self.replay.train)

    def _kept(self, tuned: LastLayer) -> LastLayer:
        """As much of the change as leaves the validation digits alone; the root's layer where a quarter is too much."""
        candidates = (self.root.towards(tuned, share) for share in STRENGTHS)
        validation = self.replay.validation
        return next((each for each in candidates if each.errors(validation) <= self.max_errors), self.root)


def folds(acts: NDArray[np.int64], count: int) -> list[NDArray[np.bool_]]:
    """Which corrections (n,) are held out each of ``count`` times, acts as a whole: always the same, in no order of
    people."""
    numbers = np.unique(acts, return_inverse=True)[1]
    total = int(numbers.max(initial=-1)) + 1
    fold_of = np.random.default_rng(total).permutation(total) % count
    return [np.asarray(fold_of[numbers] == fold, np.bool_) for fold in range(count)]


def fit_layer(
    start: LastLayer, own: LabelledFeatures, weights: NDArray[np.float64], replay: LabelledFeatures
) -> LastLayer:
    """The layer of least cross-entropy on ``own`` digits, weighted (n,), and on those of ``replay``, each of weight 1,
    sought from ``start``."""
    features = np.concatenate([own.features, replay.features])
    scale = float(np.sqrt(np.mean(features**2))) or 1.0
    weighing = np.concatenate([weights, np.ones(len(replay.labels))])
    digits = WeightedDigits(
        inputs=np.hstack([features / scale, np.ones((len(features), 1))]).astype(np.float32),
        base=start.logits(features),
        labels=np.concatenate([own.labels, replay.labels]),
        shares=weighing / weighing.sum(),
    )
    change = digits.weights(decay=DECAY, steps=STEPS)
    kernel = np.asarray(start.kernel + change[:-1] / scale, np.float32)
    return LastLayer(kernel, np.asarray(start.bias + change[-1], np.float32))
