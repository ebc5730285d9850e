"""All recipes by name, and `digits`, the one that the base model is made by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import keras
from keras import layers

from training.augment import Augmentation
from training.recipe import Recipe, cross_entropy, inputs, pixels, smoothed
from training.tutorials import TUTORIALS

# Filters, kernel, stride, padding: a digit fills 20 of the 28 pixels, so the rim may be left unpadded.
_CONVOLUTIONS = (
    (32, 3, 1, "valid"),
    (32, 3, 1, "valid"),
    (32, 5, 2, "same"),
    (80, 3, 1, "valid"),
    (80, 3, 1, "valid"),
    (80, 5, 2, "same"),
    (160, 4, 1, "valid"),
)
_DROPPED_AFTER = (3, 6)


def digits_network() -> keras.Model:
    """Seven convolutions with batch normalisation, two of them striding, then 64 features: 500,000 parameters.

    Two small kernels see strokes at full resolution before a wide one strides, which does better than pooling (an
    arrangement much used for MNIST since C. Deotte's "25 Million Images", 2018); the last one sees the whole digit.
    """
    images = inputs()
    x = pixels(images)
    for number, (filters, kernel, stride, padding) in enumerate(_CONVOLUTIONS, start=1):
        name = f"convolution_{number}"
        x = layers.Conv2D(filters, kernel, stride, padding=padding, use_bias=False, name=name)(x)
        x = layers.BatchNormalization(momentum=0.9, name=f"normalisation_{number}")(x)
        x = layers.ReLU(name=f"relu_{number}")(x)
        if number in _DROPPED_AFTER:
            x = layers.Dropout(0.2, name=f"dropout_{number}")(x)
    x = layers.Flatten(name="flat")(layers.Dropout(0.2, name="dropout_flat")(x))
    features = layers.Dense(64, activation="relu", name="features")(x)
    logits = layers.Dense(10, name="logits")(layers.Dropout(0.2, name="dropout_features")(features))
    return keras.Model(images, logits, name="digits")


def adam_cosine(steps: int, peak: float = 2.5e-3, decay: float = 1e-3) -> keras.optimizers.Optimizer:
    """AdamW, warmed up over a twentieth of the steps, then a half cosine to zero (Loshchilov and Hutter 2017, 2019)."""
    warm = max(1, steps // 20)
    schedule = keras.optimizers.schedules.CosineDecay(1e-4, max(1, steps - warm), warmup_target=peak, warmup_steps=warm)
    return keras.optimizers.AdamW(schedule, weight_decay=decay)


# For digits that are as they come: most keep their shape, none is bent much.
MILD = Augmentation(
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
    untouched=0.3,
)


def further(recipe: Recipe) -> Recipe:
    """``recipe`` for going on from weights that it made: a smaller rate and milder variations, so that the network
    settles on digits as they are; held back (weight decay, smoothed labels), for it knows most of them by heart."""
    return replace(
        recipe,
        optimizer=lambda steps: adam_cosine(steps, peak=1e-3, decay=0.05),
        epochs=6,
        steps=None,
        loss=smoothed if recipe.loss is cross_entropy else recipe.loss,
        augmentation=MILD if recipe.augmentation else None,
        average=0.999,
        choose=True,
    )


DIGITS = Recipe(
    name="digits",
    build=digits_network,
    optimizer=adam_cosine,
    batch=128,
    epochs=34,
    augmentation=Augmentation(),
    average=0.999,
    choose=True,
    claim="its card",
    views=10.0,
)

RECIPES: Mapping[str, Recipe] = MappingProxyType({recipe.name: recipe for recipe in (*TUTORIALS, DIGITS)})
