"""All recipes by name, and `digits`, the recipe of the base model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import keras
from keras import layers

from training.classifier.recipe import Recipe, inputs, pixels
from training.classifier.tutorials import TUTORIALS
from training.loop.augmentation import Augmentation

# (filters, kernel size in pixels, stride) of each
_CONVOLUTIONS = ((32, 5, 1), (32, 3, 1), (64, 3, 1), (128, 3, 2), (128, 3, 1), (128, 3, 1))


def digits_network() -> keras.Model:
    """Six convolutions with batch normalisation, of which only the fourth strides, then 64 features: 605,000
    parameters.

    Strokes are one to three pixels wide: a network that strides in the first layer loses them. 0.6 ms a digit on one
    core (LiteRT, AMD EPYC), three times the 0.2 ms of a network of half the size that strides early, which is less
    accurate. No padding: the border is empty.
    """
    images = inputs()
    x = pixels(images)
    for number, (filters, size, stride) in enumerate(_CONVOLUTIONS, start=1):
        x = layers.Conv2D(filters, size, stride, use_bias=False, name=f"convolution_{number}")(x)
        x = layers.BatchNormalization(momentum=0.9, name=f"normalisation_{number}")(x)
        x = layers.ReLU(name=f"relu_{number}")(x)
    x = layers.Flatten(name="flat")(layers.Dropout(0.1, name="dropout_flat")(x))
    features = layers.Dense(64, activation="relu", name="features")(x)
    logits = layers.Dense(10, name="logits")(layers.Dropout(0.2, name="dropout_features")(features))
    return keras.Model(images, logits, name="digits")


def adam_cosine(steps: int, peak: float = 2.5e-3) -> keras.optimizers.Optimizer:
    """AdamW, warmed up over a twentieth of the steps, then a half cosine to zero (Loshchilov and Hutter 2017, 2019)."""
    warm = max(1, steps // 20)
    schedule = keras.optimizers.schedules.CosineDecay(1e-4, max(1, steps - warm), warmup_target=peak, warmup_steps=warm)
    return keras.optimizers.AdamW(schedule, weight_decay=1e-3)


# For the second stage of training: most digits keep their shape, none is distorted much.
MILD_AUGMENTATION = Augmentation(
    rotation=5.0,
    shear=0.14,
    stretch=0.08,
    scale=0.05,
    shift=1.0,
    elastic=0.7,
    elastic_share=0.4,
    stroke_share=0.3,
    grey_share=0.15,
    blur_share=0.05,
    shift_only_share=0.3,
)


def continued(recipe: Recipe) -> Recipe:
    """``recipe`` for training on from weights that it made: a smaller learning rate and milder augmentation."""
    return replace(
        recipe,
        optimizer=lambda steps: adam_cosine(steps, peak=1e-3),
        epochs=7,
        steps=None,
        augmentation=MILD_AUGMENTATION if recipe.augmentation else None,
        ema_decay=0.999,
        keep_best=True,
    )


DIGITS_RECIPE = Recipe(
    name="digits",
    build=digits_network,
    optimizer=adam_cosine,
    batch=128,
    epochs=30,
    augmentation=Augmentation(),
    ema_decay=0.999,
    keep_best=True,
    claim="its card",
    tta_degrees=5.0,
)

RECIPES: Mapping[str, Recipe] = MappingProxyType({recipe.name: recipe for recipe in (*TUTORIALS, DIGITS_RECIPE)})
