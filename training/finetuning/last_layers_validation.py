"""Cross-validation of the last layers: how corrections are read by last layers that were trained without them.

It takes ten times as long as that of the very last layer (`cross_validation`), and finds more of what the training
gains.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.classifier.recipe import Recipe
from training.finetuning.cross_validation import folds
from training.finetuning.last_layers import DividedNetwork
from training.finetuning.served_digits import ServedDigits
from training.finetuning.update import NO_CORRECTION, TrainingMixture, train_last_layers

NETWORK_FOLDS: Final = 10  # of a training each
REPLAYED_PART: Final = 4  # of so many replayed digits one is: a fold's training takes a third of the whole one


@dataclass(frozen=True, slots=True, eq=False)
class LastLayersValidation:
    """What folds are made of: ``network``, the root's, the ``mixture`` that it is trained on, and the n corrections as
    ``digits``, with their ``acts`` (n,)."""

    network: DividedNetwork
    recipe: Recipe
    mixture: TrainingMixture
    digits: ServedDigits
    acts: NDArray[np.int64]
    seed: int

    def readings(self, used: NDArray[np.bool_]) -> NDArray[np.int64]:
        """The label of each correction (n,) by last layers that were trained on those of ``used`` (n,) but for its
        act. The weights of the network are the same afterwards."""
        labels = self._labels()
        for held in folds(self.acts, NETWORK_FOLDS):
            chosen = used & ~held
            if chosen.any() and held.any():
                labels[held] = self._labels_trained_on(chosen)[held]
        return labels

    def _labels(self) -> NDArray[np.int64]:
        return np.asarray(self.digits.logits(self.network).argmax(axis=1), np.int64)

    def _labels_trained_on(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """By last layers trained on the corrections that ``chosen`` (n,) marks."""
        root_weights, fold = self.network.last.get_weights(), self.mixture.samples.chosen(self._shown(chosen))
        for _ in train_last_layers(self.network, self.recipe, fold, fold.chosen(slice(0)), self.seed):
            pass
        labels = self._labels()
        self.network.last.set_weights(root_weights)
        return labels

    def _shown(self, chosen: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which digits of the mixture (m,): the copies of the corrections that are ``chosen`` (n,), and a part of the
        replayed ones."""
        is_replayed = self.mixture.sources == NO_CORRECTION
        part = is_replayed & (np.cumsum(is_replayed) % REPLAYED_PART == 1)
        return np.asarray(part | (~is_replayed & chosen[self.mixture.sources]), np.bool_)
