"""Recipe: a network, how it is trained, and how long."""

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
    """How a model is made.

    ``build`` returns a network from (n, 28, 28) uint8 to (n, 10) logits whose penultimate layer is named ``features``;
    ``optimizer`` gets the number of steps. A run takes ``epochs`` or, where that is None, ``steps`` batches of
    ``batch`` digits. With ``ema_decay`` > 0 the weights kept are an exponential moving average of that decay; with
    ``keep_best`` they are those of the epoch that did best on the validation digits, else the last ones. Validation
    takes place every ``validate_every`` batches, where that is None after each pass. ``claim`` is the test
    accuracy that the recipe's source states, ``tta_degrees`` the angle of test-time augmentation
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
    ema_decay: float = 0.0
    keep_best: bool = False
    validate_every: int | None = None
    claim: str = ""
    tta_degrees: float = 0.0


def inputs() -> keras.KerasTensor:
    """The input of every model: digit images (n, 28, 28) uint8, which the network itself scales."""
    return keras.Input((28, 28), dtype="uint8", name="images")


def pixels(images: keras.KerasTensor) -> keras.KerasTensor:
    """(n, 28, 28) uint8 -> (n, 28, 28, 1) float32 in 0..1."""
    return layers.Reshape((28, 28, 1), name="grid")(layers.Rescaling(1 / 255, name="scale")(images))
