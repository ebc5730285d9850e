"""A personal adapter: a logistic layer that adds to the log probabilities of one person's digits what their corrections
tell, and leaves everybody else's alone.

It is trained with NumPy on the features that the classifier gives anyway, beside replayed digits of others, so that
what the model knows stays as it is. How much of it counts is chosen by cross-validation; where nothing is gained, there
is no adapter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Predictions

Floats = NDArray[np.float32]

OWN_WEIGHT: Final = 1 / 3  # of the loss: the person's digits together; the replayed ones have the rest
DECAY: Final = 1e-3  # of the squared weights, over features of mean square 1
STEPS: Final = 60  # of accelerated gradient descent
FOLDS: Final = 4
STRENGTHS: Final = (0.25, 0.5, 0.75, 1.0)
# The share of a person's digits that are misread, for weighing digits corrected against digits spoilt: people correct
# mistakes, so that the corrections themselves do not tell it. That of MNIST-like collections is 0.02 to 0.06.
ERROR_SHARE: Final = 0.02
MIN_MISTAKES: Final = 5  # corrected ones: with three, one trial of ten lost 1.5 points on the writer's other digits
PRIOR_MISTAKES: Final = 10  # not corrected, and added to those that were seen: a few corrections tell little
LEAST_GAIN: Final = 0.1  # of the person's mistakes: fewer corrected in cross-validation are chance


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPredictions:
    """n digits with their ``labels`` (n,), 0 to 9, and what the base model made of them: ``features`` (n, F) and
    ``log_probabilities`` (n, 10) float32. ``groups`` (n,): digits that were labelled at once have one number.

    Raises ValueError for other shapes.
    """

    features: Floats
    log_probabilities: Floats
    labels: NDArray[np.integer]
    groups: NDArray[np.integer]

    def __post_init__(self) -> None:
        n = len(self.labels)
        if self.features.ndim != 2 or self.log_probabilities.shape != (n, 10) or len(self.features) != n:
            raise ValueError("features, probabilities and labels are not those of the same digits")
        if self.groups.shape != (n,):
            raise ValueError(f"{n} digits need as many groups, not {self.groups.shape}")

    def __len__(self) -> int:
        return len(self.labels)

    @classmethod
    def of(cls, predictions: Predictions, labels: NDArray[np.integer], groups: NDArray[np.integer]) -> Self:
        """The classifier's predictions of digits whose labels are known."""
        return cls(predictions.features, _log(predictions.probabilities), labels, groups)

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """Which of them the base model reads as their label, (n,)."""
        return np.asarray(self.log_probabilities.argmax(axis=1) == self.labels)

    def chosen(self, which: NDArray[np.bool_]) -> Self:
        return type(self)(self.features[which], self.log_probabilities[which], self.labels[which], self.groups[which])


@dataclass(frozen=True, slots=True, eq=False)
class PersonalAdapter:
    """``kernel`` (F, 10) and ``bias`` (10,) float32; ``corrections``: how many digits it was trained on."""

    kernel: Floats
    bias: Floats
    corrections: int

    def adapt(self, predictions: Predictions) -> Predictions:
        """The predictions for digits of the person."""
        logits = _log(predictions.probabilities) + self.shift(predictions.features)
        return Predictions(np.asarray(_softmax(logits), np.float32), predictions.features)

    def shift(self, features: Floats) -> Floats:
        """What is added to the log probabilities (n, 10) of digits with these features (n, F)."""
        return np.asarray(features @ self.kernel + self.bias, np.float32)

    def weakened(self, strength: float) -> Self:
        """The same adapter with its effect multiplied by ``strength``."""
        return type(self)(
            np.asarray(self.kernel * strength, np.float32),
            np.asarray(self.bias * strength, np.float32),
            self.corrections,
        )


def train_adapter(own: LabelledPredictions, replay: LabelledPredictions) -> PersonalAdapter | None:
    """The adapter for a person's labelled digits, as strong as it does good; None where it does none.

    Deterministic. Each digit of ``own`` is read by an adapter that was not trained on its group, each of ``replay`` by
    one that was not trained on that digit: what these correct and what they spoil decides. Fewer than ``MIN_MISTAKES``
    digits that were misread, or a single group, do not tell it.
    """
    if len(np.unique(own.groups)) < 2 or int((~own.is_right).sum()) < MIN_MISTAKES:
        return None
    strength = _best_strength(own, replay)
    return _fit(own, replay).weakened(strength) if strength else None


def _best_strength(own: LabelledPredictions, replay: LabelledPredictions) -> float:
    """The strength of ``STRENGTHS`` with the greatest expected gain; 0 where none has any."""
    own_shift, replay_shift = _held_out_shifts(own, replay)
    gains = [_gain(own, own_shift * each, replay, replay_shift * each) for each in STRENGTHS]
    best = int(np.argmax(gains))
    return STRENGTHS[best] if gains[best] > 0 else 0.0


def _held_out_shifts(own: LabelledPredictions, replay: LabelledPredictions) -> tuple[Floats, Floats]:
    """The shifts (n, 10) of all digits by adapters that were trained without them."""
    shifts = np.zeros_like(own.log_probabilities), np.zeros_like(replay.log_probabilities)
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


def _gain(own: LabelledPredictions, own_shift: Floats, replay: LabelledPredictions, replay_shift: Floats) -> float:
    """The expected change of the share of a person's digits that are read right."""
    right = _right_after(own, own_shift)
    mistakes = int((~own.is_right).sum())
    fixed = int((right & ~own.is_right).sum()) / (mistakes + PRIOR_MISTAKES)
    kept = [right[own.is_right], _right_after(replay, replay_shift)[replay.is_right]]
    spoilt = max(float((~each).mean()) if len(each) else 0.0 for each in kept)
    return ERROR_SHARE * fixed - (1 - ERROR_SHARE) * spoilt if fixed >= LEAST_GAIN else 0.0


def _right_after(digits: LabelledPredictions, shift: Floats) -> NDArray[np.bool_]:
    return np.asarray((digits.log_probabilities + shift).argmax(axis=1) == digits.labels)


def _fit(own: LabelledPredictions, replay: LabelledPredictions) -> PersonalAdapter:
    """Minimise the weighted cross-entropy by Nesterov's accelerated gradient descent with a fixed step."""
    features = np.concatenate([own.features, replay.features])
    scale = float(np.sqrt(np.mean(features**2))) or 1.0
    inputs = np.hstack([features / scale, np.ones((len(features), 1), np.float32)]).astype(np.float32)
    base = np.concatenate([own.log_probabilities, replay.log_probabilities])
    wanted = np.eye(10, dtype=np.float32)[np.concatenate([own.labels, replay.labels])]
    weights = np.repeat([OWN_WEIGHT / len(own), (1 - OWN_WEIGHT) / len(replay)], [len(own), len(replay)])
    weighted = np.asarray(inputs * weights[:, None], np.float32).T
    # The cross-entropy's second derivative is at most half of the inputs' weighted second moment.
    step = 1 / (0.5 * float(np.linalg.eigvalsh(weighted @ inputs)[-1]) + DECAY)
    layer = ahead = np.zeros((inputs.shape[1], 10), np.float32)
    for at in range(STEPS):
        gradient = weighted @ (_softmax(base + inputs @ ahead) - wanted) + DECAY * ahead
        before, layer = layer, np.asarray(ahead - step * gradient, np.float32)
        ahead = layer + at / (at + 3) * (layer - before)
    return PersonalAdapter(np.asarray(layer[:-1] / scale, np.float32), layer[-1], len(own))


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def _log(probabilities: Floats) -> Floats:
    """Logarithms; 0 is taken for the smallest float."""
    return np.asarray(np.log(np.maximum(probabilities, np.finfo(np.float32).tiny)), np.float32)
