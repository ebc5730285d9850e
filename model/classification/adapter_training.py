"""Training of a personal adapter: with NumPy, beside replayed digits of others, so that what is known stays known.

How much of the adapter counts is chosen by cross-validation; where nothing is gained, there is none.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from model.classification.personal_adapter import (
    Adaptation,
    PersonalAdapter,
    classifier_evidence,
    likeness,
    unit,
)
from model.classification.predictions import Predictions
from model.classification.softmax_regression import Floats, WeightedDigits

OWN_WEIGHT: Final = 0.1  # of the loss: the person's digits together; the replayed ones have the rest
ADAPTER_DECAY: Final = 1e-4  # of the squared weights
ADAPTER_STEPS: Final = 60  # of accelerated gradient descent
ADAPTER_FOLDS: Final = 4
MOST_DIGITS: Final = 400  # the newest that are trained on
ADAPTER_STRENGTHS: Final = (0.5, 1.0)
LIMITS: Final = (0.98, 1.0)  # probability from which what everybody would get is not overruled
# The share of a person's digits that are misread, for weighing digits corrected against digits spoilt: people correct
# mistakes, so that the corrections themselves do not tell it. That of MNIST-like collections is 0.02 to 0.06.
ERROR_SHARE: Final = 0.02
MIN_MISTAKES: Final = 5  # corrected ones: with three, one trial of ten lost 1.5 points on the writer's other digits
PRIOR_MISTAKES: Final = 10  # not corrected, and added to those that were seen: a few corrections tell little
PRIOR_KEPT: Final = 100  # digits read right, of which as many are spoilt as of the replayed ones
LEAST_GAIN: Final = 0.1  # of the person's mistakes: fewer corrected in cross-validation are chance


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPredictions:
    """n digits with their ``labels`` (n,), 0 to 9, and what is known of them without the person, all float32: the
    classifier's ``features`` (n, F), its ``evidence`` (n, 10) for the labels, and the ``probabilities`` (n, 10) by
    which they were read, other networks included. ``groups`` (n,): digits that were labelled at once have one number.

    Raises ValueError for other shapes.
    """

    features: Floats
    evidence: Floats
    probabilities: Floats
    labels: NDArray[np.integer]
    groups: NDArray[np.integer]

    def __post_init__(self) -> None:
        n = len(self.labels)
        if {self.evidence.shape, self.probabilities.shape} != {(n, 10)} or self.features.shape[:-1] != (n,):
            raise ValueError("features, probabilities and labels are not those of the same digits")
        if self.groups.shape != (n,):
            raise ValueError(f"{n} digits need as many groups, not {self.groups.shape}")

    def __len__(self) -> int:
        return len(self.labels)

    @classmethod
    def of(
        cls, predictions: Predictions, labels: NDArray[np.integer], groups: NDArray[np.integer], weight: float = 1.0
    ) -> Self:
        """The classifier's predictions of digits whose labels are known, read by these alone; ``weight`` as in
        ``classifier_evidence``."""
        evidence = classifier_evidence(predictions.probabilities, weight)
        return cls(predictions.features, evidence, evidence, labels, groups)

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """Which of them were read as their label, (n,)."""
        return np.asarray(self.probabilities.argmax(axis=1) == self.labels)

    def chosen(self, which: NDArray[np.bool_] | slice) -> Self:
        read = self.features[which], self.evidence[which], self.probabilities[which]
        return type(self)(*read, self.labels[which], self.groups[which])


def train_adapter(own: LabelledPredictions, replay: LabelledPredictions) -> PersonalAdapter | None:
    """The adapter for a person's labelled digits, the oldest first, as strong as it does good; None where it does none.

    Deterministic. Each digit of ``own`` is read by an adapter that was not trained on its group, each of ``replay`` by
    one that was not trained on that digit: what these correct and what they spoil decides. Fewer than ``MIN_MISTAKES``
    digits that were misread, or a single group, do not tell it.
    """
    own = own.chosen(slice(-MOST_DIGITS, None))
    if len(np.unique(own.groups)) < 2 or int((~own.is_right).sum()) < MIN_MISTAKES:
        return None
    strength, limit = _best_strength(own, replay)
    if not strength:
        return None
    adapter = _fit(own, replay)
    return PersonalAdapter(adapter.centres, adapter.weights * np.float32(strength), limit)


def _best_strength(own: LabelledPredictions, replay: LabelledPredictions) -> tuple[float, float]:
    """The strength of ``ADAPTER_STRENGTHS`` and the limit of ``LIMITS`` with the greatest expected gain; strength 0
    where none has any."""
    held_out = _held_out(own, replay)
    choices = list(itertools.product(ADAPTER_STRENGTHS, LIMITS))
    gains = []
    for strength, limit in choices:
        right = [
            _is_right_after(digits, said.weakened(strength), limit)
            for digits, said in zip((own, replay), held_out, strict=True)
        ]
        gains.append(_gain(own, right[0], replay, right[1]))
    best = int(np.argmax(gains))
    return choices[best] if gains[best] > 0 else (0.0, 0.0)


def _held_out(own: LabelledPredictions, replay: LabelledPredictions) -> tuple[Adaptation, Adaptation]:
    """What adapters say of digits that they were not trained on, for all of them."""
    said = tuple(
        Adaptation(np.zeros((len(digits), 10), np.float32), np.zeros((len(digits), 1), np.float32))
        for digits in (own, replay)
    )
    for held in _folds(own, replay):
        adapter = _fit(own.chosen(~held[0]), replay.chosen(~held[1]))
        for into, which, digits in zip(said, held, (own, replay), strict=True):
            part = adapter.adaptation(digits.features[which])
            into.shift[which], into.likeness[which] = part.shift, part.likeness
    return said[0], said[1]


def _folds(
    own: LabelledPredictions, replay: LabelledPredictions
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Which digits are held out each time; those of one group always together."""
    numbers = np.unique(own.groups, return_inverse=True)[1]
    folds = min(ADAPTER_FOLDS, int(numbers.max()) + 1)
    for fold in range(folds):
        yield numbers % folds == fold, np.arange(len(replay)) % folds == fold


def _gain(
    own: LabelledPredictions, own_right: NDArray[np.bool_], replay: LabelledPredictions, replay_right: NDArray[np.bool_]
) -> float:
    """The expected change of the share of a person's digits that are read right."""
    mistakes = int((~own.is_right).sum())
    fixed = int((own_right & ~own.is_right).sum()) / (mistakes + PRIOR_MISTAKES)
    own_spoilt, right = int((own.is_right & ~own_right).sum()), int(own.is_right.sum())
    spoilt = float((~replay_right[replay.is_right]).mean())
    spoilt = max(spoilt, (own_spoilt + PRIOR_KEPT * spoilt) / (right + PRIOR_KEPT))
    return ERROR_SHARE * fixed - (1 - ERROR_SHARE) * spoilt if fixed >= LEAST_GAIN else 0.0


def _is_right_after(digits: LabelledPredictions, said: Adaptation, limit: float) -> NDArray[np.bool_]:
    adapted = said.of(digits.probabilities, digits.evidence, limit)
    return np.asarray(adapted.argmax(axis=1) == digits.labels)


def _fit(own: LabelledPredictions, replay: LabelledPredictions) -> PersonalAdapter:
    """Minimise the weighted cross-entropy."""
    centres = unit(own.features)
    read = np.concatenate([own.probabilities, replay.probabilities])
    digits = WeightedDigits(
        inputs=likeness(np.concatenate([own.features, replay.features]), centres),
        base=np.asarray(np.log(np.maximum(read, np.finfo(np.float32).tiny)), np.float32),
        labels=np.concatenate([own.labels, replay.labels]),
        shares=np.repeat([OWN_WEIGHT / len(own), (1 - OWN_WEIGHT) / len(replay)], [len(own), len(replay)]),
    )
    return PersonalAdapter(centres, digits.weights(decay=ADAPTER_DECAY, steps=ADAPTER_STEPS), limit=1.0)
