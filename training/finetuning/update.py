"""Training on corrections: the whole network with base digits replayed, or its last layer with stored features."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from model.classification.test_time_augmentation import rotated_views
from model.datasets import Samples, Split
from training.classifier.recipe import Recipe, cross_entropy
from training.export.litert import FEATURES
from training.export.replay_features import ReplayFeatures
from training.loop.augmentation import Augmentation
from training.loop.ema import interpolate_weights
from training.loop.events import Event
from training.loop.fit import Schedule, fit, predict

NETWORK_EPOCHS = 3
LAST_LAYER_EPOCHS = 15
CORRECTION_SHARE = 0.25  # of the training set, where there are enough corrections
MAX_REPEATS = 25  # of one correction an epoch, each augmented anew: more would overfit to a handful
MIN_INTERPOLATION = 0.25  # at least so much of the way from the root's weights to the trained ones is kept
LAST_LAYER_RATE = 2e-3  # first learning rate of the last layer


def repeats(corrections: int, replayed: int) -> int:
    """How often each correction occurs in an epoch in which ``replayed`` base digits occur once."""
    if not corrections:
        return 0
    return int(np.clip(round(CORRECTION_SHARE / (1 - CORRECTION_SHARE) * replayed / corrections), 1, MAX_REPEATS))


def tune_network(model: keras.Model, recipe: Recipe, corrections: Samples, base: Split, seed: int) -> Iterator[Event]:
    """Train ``model`` in place on corrections and the training digits of ``base``, all of them augmented."""
    mixture = base.train
    for _ in range(repeats(len(corrections), len(base.train))):
        mixture = mixture.joined(corrections)
    tuning = _finetune_recipe(recipe, recipe.tune_rate, batch=64)
    yield from fit(model, tuning, mixture, base.validation, _schedule(mixture, tuning, NETWORK_EPOCHS, seed))


def tune_last_layer(
    model: keras.Model, recipe: Recipe, corrections: Samples, replay: ReplayFeatures, seed: int
) -> Iterator[Event]:
    """Train the last layer of ``model`` in place on replayed features and on those of augmented corrections.

    The training loop is the same: it is fed features, a byte each, in place of pixels.
    """
    last = model.layers[-1]
    layer = _last_layer(last, replay)
    mixture = Samples(replay.train_bytes, replay.train_labels)
    augmented = _augmented(corrections, repeats(len(corrections), len(mixture)), seed)
    features = keras.Model(model.input, model.get_layer(FEATURES).output)
    views = [predict(features, view) for view in rotated_views(augmented.images, recipe.tta_degrees)]
    corrected = Samples(replay.quantise(np.asarray(np.mean(views, axis=0), np.float32)), augmented.labels)
    tuning = replace(_finetune_recipe(recipe, LAST_LAYER_RATE, batch=128), augmentation=None)
    validation = Samples(replay.validation_bytes, replay.validation_labels)
    mixture = mixture.joined(corrected)
    yield from fit(layer, tuning, mixture, validation, _schedule(mixture, tuning, LAST_LAYER_EPOCHS, seed))
    last.set_weights(layer.layers[-1].get_weights())


def interpolate_until(
    model: keras.Model,
    root_weights: list[NDArray[np.float32]],
    logits: Callable[[], NDArray[np.float32]],
    labels: NDArray[np.uint8],
    max_errors: float,
) -> NDArray[np.float32]:
    """Interpolate the weights of ``model`` towards ``root_weights`` until the promotion gate would let them pass.

    ``logits``, called at most five times, computes those of ``model`` on the validation digits, (n, 10), whose
    ``labels`` are (n,). The largest share of the trained weights that leaves at most ``max_errors`` of them wrong is
    found by bisection; it is at least ``MIN_INTERPOLATION``. Returns the logits of the resulting weights.
    """
    trained = model.get_weights()

    def logits_at(share: float) -> NDArray[np.float32]:
        model.set_weights(trained)
        interpolate_weights(model, root_weights, share)
        return logits()

    def passes(logits: NDArray[np.float32]) -> bool:
        return int((logits.argmax(axis=1) != labels).sum()) <= max_errors

    at_full = logits_at(1.0)
    if passes(at_full):
        return at_full
    low, high = MIN_INTERPOLATION, 1.0
    for _ in range(3):
        middle = (low + high) / 2
        low, high = (middle, high) if passes(logits_at(middle)) else (low, middle)
    return logits_at(low)


def stored_logits(model: keras.Model, replay: ReplayFeatures) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Logits (n, 10) of the last layer of ``model`` on the stored validation features."""
    kernel, bias = model.layers[-1].get_weights()
    return np.asarray(replay.validation.features @ kernel + bias, np.float32)


def _last_layer(last: keras.layers.Layer, replay: ReplayFeatures) -> keras.Model:
    """A copy of the last layer as a network that takes features a byte each."""
    stored = keras.Input((len(replay.low),), dtype="uint8", name="stored")
    features = layers.Rescaling(replay.step, replay.low, name="features")(stored)
    layer = keras.Model(stored, layers.Dense(10, name="logits")(features), name="last_layer")
    layer.layers[-1].set_weights(last.get_weights())
    return layer


def _augmented(corrections: Samples, times: int, seed: int) -> Samples:
    """Every correction as it is, and ``times - 1`` augmented copies of it."""
    rng, augment = np.random.default_rng((seed, times)), Augmentation()
    images = [corrections.images] + [augment(corrections.images, rng) for _ in range(times - 1)]
    return Samples(np.concatenate(images), np.tile(corrections.labels, len(images)))


def _finetune_recipe(recipe: Recipe, rate: float, batch: int) -> Recipe:
    """``recipe`` for fine-tuning: a small decaying rate, cross-entropy, averaged weights, the last ones kept."""

    def adam(steps: int) -> keras.optimizers.Optimizer:
        schedule = keras.optimizers.schedules.CosineDecay(rate, steps, alpha=0.05)
        return keras.optimizers.AdamW(schedule, weight_decay=1e-4)

    return replace(
        recipe,
        optimizer=adam,
        loss=cross_entropy,
        batch=batch,
        augmentation=Augmentation(),
        ema_decay=0.98,
        keep_best=False,
        validate_every=None,
    )


def _schedule(mixture: Samples, recipe: Recipe, epochs: int, seed: int) -> Schedule:
    return Schedule(epochs * max(1, len(mixture) // recipe.batch), seed, report_every=10)
