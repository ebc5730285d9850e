"""What a recipe is: a network, how it is trained, and how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import keras
from keras import layers

from training.loop.augmentation import Augmentation

# (labels (b,) int64, logits (b, 10) float32) -> mean loss of the batch
Loss = Callable[[object, object], object]


def cross_entropy(labels: object, logits: object) -> object:
    """Mean cross-entropy of integer labels and logits."""
    losses = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
    return keras.ops.mean(losses)


@dataclass(frozen=True, slots=True)
class Recipe:
    """One way to a model.

    ``build`` gives a network from (n, 28, 28) uint8 to (n, 10) logits that has a layer named ``features``, the
    penultimate one; ``optimizer`` gets the number of steps. A run takes ``epochs`` or, where that is None, ``steps``
    batches of ``batch``. With ``average`` > 0 the weights kept are an exponential moving average of that decay; with
    ``choose`` the validation digits choose the epoch whose weights are kept, else it is the last. They are looked at
    every ``look_every`` batches, without it after each pass. ``tune_rate`` is the first learning rate of a fine-tune,
    ``claim`` what the recipe's source promises on the test digits. ``views`` goes to the card of what it makes
    (``model.classification.test_time_augmentation``).
    """

    name: str
    build: Callable[[], keras.Model]
    optimizer: Callable[[int], keras.optimizers.Optimizer]
    batch: int
    epochs: int | None = None
    steps: int | None = None
    loss: Loss = cross_entropy
    augmentation: Augmentation | None = None
    average: float = 0.0
    choose: bool = False
    look_every: int | None = None
    tune_rate: float = 2e-4
    claim: str = ""
    tta_degrees: float = 0.0


def inputs() -> keras.KerasTensor:
    """Digit images as every model takes them, (n, 28, 28) uint8: scaling is the first layer's work, not the
    caller's."""
    return keras.Input((28, 28), dtype="uint8", name="images")


def pixels(images: keras.KerasTensor) -> keras.KerasTensor:
    """(n, 28, 28) uint8 -> (n, 28, 28, 1) float32 in 0..1."""
    return layers.Reshape((28, 28, 1), name="grid")(layers.Rescaling(1 / 255, name="scale")(images))
