"""A personal adapter: what one person's corrections change in how that person's digits are labelled, and nobody else's.

It compares a digit with the corrected ones in the space of the classifier's features, and adds to the log probability
of each label what the likeness tells. It is trained with NumPy beside replayed digits of others, so that what the
model knows stays as it is. How much of it counts is chosen by cross-validation; where nothing is gained, there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Predictions
from model.hypotheses.features import LEAST_LABEL

Floats = NDArray[np.float32]

# Measured on halves of two collections, 5 seeds: error left of mistakes corrected after 50 (18) of them, by a linear
# layer on the features 68 % (51 %), by likeness 58 % (42 %); likenesses of 3 to 5 hardly differ.
LIKENESS: Final = 4.0  # exp(LIKENESS * (cosine - 1)) is how alike two digits are
OWN_WEIGHT: Final = 0.1  # of the loss: the person's digits together; the replayed ones have the rest
DECAY: Final = 1e-4  # of the squared weights
STEPS: Final = 60  # of accelerated gradient descent
FOLDS: Final = 4
MOST_DIGITS: Final = 400  # the newest that are trained on
# Of one matrix product, up to which OpenBLAS works in one thread (its interface/gemm.c). On a busy machine its threads
# wait for one another: on two cores with six other processes 50 corrections took 7 s, and so take 0.2 s.
SERIAL_MULTIPLICATIONS: Final = 2**18
STRENGTHS: Final = (0.5, 1.0)
LIMITS: Final = (0.98, 1.0)  # probability from which the base model is not overruled
# The share of a person's digits that are misread, for weighing digits corrected against digits spoilt: people correct
# mistakes, so that the corrections themselves do not tell it. That of MNIST-like collections is 0.02 to 0.06.
ERROR_SHARE: Final = 0.02
MIN_MISTAKES: Final = 5  # corrected ones: with three, one trial of ten lost 1.5 points on the writer's other digits
PRIOR_MISTAKES: Final = 10  # not corrected, and added to those that were seen: a few corrections tell little
LEAST_GAIN: Final = 0.1  # of the person's mistakes: fewer corrected in cross-validation are chance


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPredictions:
    """n digits with their ``labels`` (n,), 0 to 9, and what the base model made of them: ``features`` (n, F) and
    ``probabilities`` (n, 10) float32. ``groups`` (n,): digits that were labelled at once have one number.

    Raises ValueError for other shapes.
    """

    features: Floats
    probabilities: Floats
    labels: NDArray[np.integer]
    groups: NDArray[np.integer]

    def __post_init__(self) -> None:
        n = len(self.labels)
        if self.features.ndim != 2 or self.probabilities.shape != (n, 10) or len(self.features) != n:
            raise ValueError("features, probabilities and labels are not those of the same digits")
        if self.groups.shape != (n,):
            raise ValueError(f"{n} digits need as many groups, not {self.groups.shape}")

    def __len__(self) -> int:
        return len(self.labels)

    @classmethod
    def of(
        cls, predictions: Predictions, labels: NDArray[np.integer], groups: NDArray[np.integer], weight: float = 1.0
    ) -> Self:
        """The classifier's predictions of digits whose labels are known, as the decision about a photo weighs them:
        no source is certain, and ``weight`` is that of all sources together (``PageCalibration.label``)."""
        evidence = weight * np.log(np.maximum(predictions.probabilities, LEAST_LABEL))
        return cls(predictions.features, _softmax(evidence), labels, groups)

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """Which of them the base model reads as their label, (n,)."""
        return np.asarray(self.probabilities.argmax(axis=1) == self.labels)

    def chosen(self, which: NDArray[np.bool_] | slice) -> Self:
        return type(self)(self.features[which], self.probabilities[which], self.labels[which], self.groups[which])


@dataclass(frozen=True, slots=True, eq=False)
class PersonalAdapter:
    """``centres`` (k, F), the features of the k digits that it was trained on, of length 1, and ``weights`` (k, 10),
    both float32. What the base model reads with a probability of ``limit`` or more is left as it is."""

    centres: Floats
    weights: Floats
    limit: float

    def adapt(self, probabilities: NDArray[np.floating], features: Floats) -> NDArray[np.float64]:
        """The probabilities (n, 10) of the labels of a person's digits with these ``features`` (n, F), from those that
        hold for everybody."""
        logits = np.log(np.maximum(probabilities, np.finfo(np.float32).tiny)) + self.shift(features)
        is_open = probabilities.max(axis=1, keepdims=True, initial=0.0) < self.limit
        return np.where(is_open, _softmax(logits), probabilities).astype(np.float64)

    def shift(self, features: Floats) -> Floats:
        """What is added to the log probabilities (n, 10) of digits with these features (n, F)."""
        return _product(_likeness(features, self.centres), self.weights)


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
    """The strength of ``STRENGTHS`` and the limit of ``LIMITS`` with the greatest expected gain; strength 0 where none
    has any."""
    own_shift, replay_shift = _held_out_shifts(own, replay)
    choices = list(product(STRENGTHS, LIMITS))
    gains = []
    for strength, limit in choices:
        own_right = _right_after(own, own_shift * strength, limit)
        gains.append(_gain(own, own_right, replay, _right_after(replay, replay_shift * strength, limit)))
    best = int(np.argmax(gains))
    return choices[best] if gains[best] > 0 else (0.0, 0.0)


def _held_out_shifts(own: LabelledPredictions, replay: LabelledPredictions) -> tuple[Floats, Floats]:
    """The shifts (n, 10) of all digits by adapters that were trained without them."""
    shifts = np.zeros_like(own.probabilities), np.zeros_like(replay.probabilities)
    for held in _folds(own, replay):
        adapter = _fit(own.chosen(~held[0]), replay.chosen(~held[1]))
        for shift, which, digits in zip(shifts, held, (own, replay), strict=True):
            shift[which] = adapter.shift(digits.features[which])
    return shifts


def _folds(
    own: LabelledPredictions, replay: LabelledPredictions
) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Which digits are held out each time; those of one group always together."""
    numbers = np.unique(own.groups, return_inverse=True)[1]
    folds = min(FOLDS, int(numbers.max()) + 1)
    for fold in range(folds):
        yield numbers % folds == fold, np.arange(len(replay)) % folds == fold


def _gain(
    own: LabelledPredictions, own_right: NDArray[np.bool_], replay: LabelledPredictions, replay_right: NDArray[np.bool_]
) -> float:
    """The expected change of the share of a person's digits that are read right."""
    mistakes = int((~own.is_right).sum())
    fixed = int((own_right & ~own.is_right).sum()) / (mistakes + PRIOR_MISTAKES)
    kept = [own_right[own.is_right], replay_right[replay.is_right]]
    spoilt = max(float((~each).mean()) if len(each) else 0.0 for each in kept)
    return ERROR_SHARE * fixed - (1 - ERROR_SHARE) * spoilt if fixed >= LEAST_GAIN else 0.0


def _right_after(digits: LabelledPredictions, shift: Floats, limit: float) -> NDArray[np.bool_]:
    shift = np.where(digits.probabilities.max(axis=1, keepdims=True) < limit, shift, 0)
    return np.asarray((np.log(digits.probabilities) + shift).argmax(axis=1) == digits.labels)


def _fit(own: LabelledPredictions, replay: LabelledPredictions) -> PersonalAdapter:
    """Minimise the weighted cross-entropy by Nesterov's accelerated gradient descent with a fixed step."""
    centres = _unit(own.features)
    inputs = _likeness(np.concatenate([own.features, replay.features]), centres)
    base = np.log(np.concatenate([own.probabilities, replay.probabilities]))
    wanted = np.eye(10, dtype=np.float32)[np.concatenate([own.labels, replay.labels])]
    shares = np.repeat([OWN_WEIGHT / len(own), (1 - OWN_WEIGHT) / len(replay)], [len(own), len(replay)])
    weighted = np.asarray(inputs * shares[:, None], np.float32).T
    # The cross-entropy's second derivative is at most half of the inputs' weighted second moment. That is positive
    # everywhere, so that its largest eigenvalue is at most its largest sum of a row (Perron and Frobenius).
    step = 1 / (0.5 * float((weighted * inputs.sum(axis=1)).sum(axis=1).max()) + DECAY)
    weights = ahead = np.zeros((len(own), 10), np.float32)
    for at in range(STEPS):
        gradient = _product(weighted, _softmax(base + _product(inputs, ahead)) - wanted) + DECAY * ahead
        before, weights = weights, np.asarray(ahead - step * gradient, np.float32)
        ahead = weights + np.float32(at / (at + 3)) * (weights - before)
    return PersonalAdapter(centres, weights, limit=1.0)


def _likeness(features: Floats, centres: Floats) -> Floats:
    """How alike digits with these features (n, F) are to ``centres`` (k, F): (n, k), 1 for the same direction."""
    return np.asarray(np.exp(LIKENESS * (_product(_unit(features), centres.T) - 1)), np.float32)


def _product(left: Floats, right: Floats) -> Floats:
    """The matrix product, in blocks that are each computed by one thread."""
    rows = max(1, SERIAL_MULTIPLICATIONS // max(1, right.size))
    blocks = [left[start : start + rows] @ right for start in range(0, max(1, len(left)), rows)]
    return np.asarray(np.concatenate(blocks), np.float32)


def _unit(features: Floats) -> Floats:
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    return np.asarray(features / np.maximum(lengths, np.finfo(np.float32).tiny), np.float32)


def _softmax(logits: NDArray[np.floating]) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)
