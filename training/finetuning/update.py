"""Learning from corrections: the whole network with MNIST replayed, or its last layer with stored features replayed."""

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

EPOCHS = 3
LAYER_EPOCHS = 15
SHARE = 0.25  # of what is seen in training, how much are corrections, where there are enough of them
MOST_REPEATS = 25  # of one correction an epoch, each time varied: a handful must not be learnt by heart
LEAST_KEPT = 0.25  # of what was learned
LAYER_RATE = 2e-3


def repeats(corrections: int, rehearsed: int) -> int:
    """How often each correction is shown while ``rehearsed`` base digits are shown once."""
    if not corrections:
        return 0
    return int(np.clip(round(SHARE / (1 - SHARE) * rehearsed / corrections), 1, MOST_REPEATS))


def tune_network(model: keras.Model, recipe: Recipe, corrections: Samples, base: Split, seed: int) -> Iterator[Event]:
    """Train all of ``model``, in place, on corrections and the training digits of ``base``, all of them varied."""
    mixture = base.train
    for _ in range(repeats(len(corrections), len(base.train))):
        mixture = mixture.joined(corrections)
    gentle = _gentle(recipe, recipe.tune_rate, batch=64)
    yield from fit(model, gentle, mixture, base.validation, _schedule(mixture, gentle, EPOCHS, seed))


def tune_layer(
    model: keras.Model, recipe: Recipe, corrections: Samples, rehearsal: ReplayFeatures, seed: int
) -> Iterator[Event]:
    """Train the last layer of ``model``, in place, on stored features and on those of corrections and their variations.

    The one loop serves here too: a byte a feature comes in where otherwise come pixels.
    """
    last = model.layers[-1]
    head = _head(last, rehearsal)
    mixture = Samples(rehearsal.train_bytes, rehearsal.train_labels)
    rounds = _rounds(corrections, repeats(len(corrections), len(mixture)), seed)
    features = keras.Model(model.input, model.get_layer(FEATURES).output)
    seen = [predict(features, view) for view in rotated_views(rounds.images, recipe.tta_degrees)]
    varied = Samples(rehearsal.quantised(np.asarray(np.mean(seen, axis=0), np.float32)), rounds.labels)
    gentle = replace(_gentle(recipe, LAYER_RATE, batch=128), augmentation=None)
    validation = Samples(rehearsal.validation_bytes, rehearsal.validation_labels)
    mixture = mixture.joined(varied)
    yield from fit(head, gentle, mixture, validation, _schedule(mixture, gentle, LAYER_EPOCHS, seed))
    last.set_weights(head.layers[-1].get_weights())


def interpolate_until(
    model: keras.Model,
    known: list[NDArray[np.float32]],
    logits: Callable[[], NDArray[np.float32]],
    labels: NDArray[np.uint8],
    most: float,
) -> NDArray[np.float32]:
    """Go back from what ``model`` has learned towards the weights ``known`` before, as far as the gate would ask for.

    ``logits`` is asked, at most five times, what ``model`` says of validation digits, (n, 10), with ``labels`` (n,). As
    much of what was learned is kept as leaves at most ``most`` of them wrong, found by halving; at least
    ``LEAST_KEPT``. Returns the last logits.
    """
    learned = model.get_weights()

    def kept(share: float) -> NDArray[np.float32]:
        model.set_weights(learned)
        interpolate_weights(model, known, share)
        return logits()

    def passes(found: NDArray[np.float32]) -> bool:
        return int((found.argmax(axis=1) != labels).sum()) <= most

    found = kept(1.0)
    if passes(found):
        return found
    low, high = LEAST_KEPT, 1.0
    for _ in range(3):
        middle = (low + high) / 2
        low, high = (middle, high) if passes(kept(middle)) else (low, middle)
    return kept(low)


def stored_logits(model: keras.Model, rehearsal: ReplayFeatures) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """What the last layer of ``model`` makes of the stored validation features, (n, 10)."""
    kernel, bias = model.layers[-1].get_weights()
    return np.asarray(rehearsal.validation.features @ kernel + bias, np.float32)


def _head(last: keras.layers.Layer, rehearsal: ReplayFeatures) -> keras.Model:
    """A copy of the last layer that takes the bytes of features."""
    stored = keras.Input((len(rehearsal.low),), dtype="uint8", name="stored")
    features = layers.Rescaling(rehearsal.step, rehearsal.low, name="features")(stored)
    head = keras.Model(stored, layers.Dense(10, name="logits")(features), name="last_layer")
    head.layers[-1].set_weights(last.get_weights())
    return head


def _rounds(corrections: Samples, times: int, seed: int) -> Samples:
    """Every correction as it is, and ``times - 1`` variations of it."""
    rng, vary = np.random.default_rng((seed, times)), Augmentation()
    images = [corrections.images] + [vary(corrections.images, rng) for _ in range(times - 1)]
    return Samples(np.concatenate(images), np.tile(corrections.labels, len(images)))


def _gentle(recipe: Recipe, rate: float, batch: int) -> Recipe:
    """``recipe`` for learning on: small steps that get smaller, cross-entropy, averaged weights, the last ones kept."""

    def adam(steps: int) -> keras.optimizers.Optimizer:
        schedule = keras.optimizers.schedules.CosineDecay(rate, steps, alpha=0.05)
        return keras.optimizers.AdamW(schedule, weight_decay=1e-4)

    vary = Augmentation()
    return replace(
        recipe,
        optimizer=adam,
        loss=cross_entropy,
        batch=batch,
        augmentation=vary,
        average=0.98,
        choose=False,
        look_every=None,
    )


def _schedule(mixture: Samples, recipe: Recipe, epochs: int, seed: int) -> Schedule:
    return Schedule(epochs * max(1, len(mixture) // recipe.batch), seed, report_every=10)
