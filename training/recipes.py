"""The recipes: a network, how it is trained, and how long."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import keras
from keras import layers

from training.augment import Augmentation

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
    ``choose`` the validation digits choose the epoch whose weights are kept, else it is the last. ``claim`` is what the
    recipe's source promises on the test digits.
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
    claim: str = ""


def inputs() -> keras.KerasTensor:
    """Digit images as every model takes them, (n, 28, 28) uint8: scaling is the first layer's work, not the
    caller's."""
    return keras.Input((28, 28), dtype="uint8", name="images")


def pixels(images: keras.KerasTensor) -> keras.KerasTensor:
    """(n, 28, 28) uint8 -> (n, 28, 28, 1) float32 in 0..1."""
    return layers.Reshape((28, 28, 1), name="grid")(layers.Rescaling(1 / 255, name="scale")(images))


def digits_network() -> keras.Model:
    """Six 3x3 convolutions with batch normalisation, three of them striding, then 64 features: 299,000 parameters.

    Every stride halves the picture where pooling would cost twice the time; 0.2 ms a digit on one core (LiteRT, AMD
    EPYC).
    """
    images = inputs()
    x = pixels(images)
    for number, (filters, stride) in enumerate(((16, 1), (32, 2), (64, 1), (64, 2), (96, 1), (96, 2)), start=1):
        x = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False, name=f"convolution_{number}")(x)
        x = layers.BatchNormalization(momentum=0.9, name=f"normalisation_{number}")(x)
        x = layers.ReLU(name=f"relu_{number}")(x)
    x = layers.Flatten(name="flat")(layers.Dropout(0.1, name="dropout_flat")(x))
    features = layers.Dense(64, activation="relu", name="features")(x)
    logits = layers.Dense(10, name="logits")(layers.Dropout(0.2, name="dropout_features")(features))
    return keras.Model(images, logits, name="digits")


def adam_cosine(steps: int) -> keras.optimizers.Optimizer:
    """AdamW, warmed up over a twentieth of the steps, then a half cosine to zero (Loshchilov and Hutter 2017, 2019)."""
    warm = max(1, steps // 20)
    schedule = keras.optimizers.schedules.CosineDecay(
        1e-4, max(1, steps - warm), warmup_target=2.5e-3, warmup_steps=warm
    )
    return keras.optimizers.AdamW(schedule, weight_decay=1e-3)


DIGITS = Recipe(
    name="digits",
    build=digits_network,
    optimizer=adam_cosine,
    batch=128,
    epochs=36,
    augmentation=Augmentation(),
    average=0.999,
    choose=True,
)

RECIPES: Mapping[str, Recipe] = MappingProxyType({recipe.name: recipe for recipe in (DIGITS,)})
