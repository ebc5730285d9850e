"""Training on corrections: the last layers with base digits replayed, or the very last one with stored features."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from model.classification.test_time_augmentation import rotated_views
from model.datasets import Samples
from model.evaluation.label_errors import NOBODY
from training.classifier.recipe import Recipe, cross_entropy
from training.export.litert import FEATURES
from training.export.replay_features import ReplayFeatures
from training.finetuning.last_layers import DividedNetwork
from training.loop.augmentation import Augmentation
from training.loop.ema import interpolate_weights
from training.loop.events import Event
from training.loop.fit import Schedule, fit, predict

LAST_LAYERS_EPOCHS = 8
LAST_LAYER_EPOCHS = 15
POOL_DIGITS = 10_000  # base digits among which those to replay are chosen
REPLAYED_DIGITS = 4_000
HARD_DIGITS = 2_000  # of these; with none MNIST lost 11 test digits in place of 5
NO_CORRECTION = -1  # in place of the number of a correction: a base digit
CORRECTION_SHARE = 1 / 3  # of the training set: the room for corrections
# Of one correction an epoch, each augmented anew: so often that all together occur FEW_OCCURRENCES times, within these.
# More would overfit to a handful; fewer than 5 taught too little of 12 mistakes among 250 corrections.
FEW_OCCURRENCES = 500
MIN_REPEATS, MAX_REPEATS = 5, 8
# At most so much of the way from the root's last layers to the trained ones is kept: with 99 corrected mistakes of
# three collections (3 draws) the errors on their other digits fell to 57 % all the way and to 52 % at 0.65, and of
# MNIST's 10,000 test digits 15 and 4 were lost (Wortsman et al. 2022, WiSE-FT).
MAX_INTERPOLATION = 0.6
MIN_INTERPOLATION = 0.25  # at least so much of the way from the root's weights to the trained ones is kept
LAST_LAYERS_RATE = 2e-3  # first learning rate of the last layers, in batches of LAST_LAYERS_BATCH
LAST_LAYERS_BATCH = 256
LAST_LAYER_RATE = 2e-3  # of the very last one, on features, in batches of LAST_LAYER_BATCH
LAST_LAYER_BATCH = 128


def correction_weights(
    people: NDArray[np.integer], is_misread: NDArray[np.bool_], replayed: int, person_share: float
) -> NDArray[np.float64]:
    """How often each correction (n,) occurs in an epoch in which ``replayed`` base digits occur once.

    What the root reads right (not ``is_misread``, (n,)) occurs once, as base digits do. ``people`` (n,) are numbers: of
    the room for corrections one person's take at most ``person_share``; those of ``NOBODY`` are not limited. There is
    room for each correction once.
    """
    room = max(CORRECTION_SHARE / (1 - CORRECTION_SHARE) * replayed, len(people))
    repeats = np.clip(FEW_OCCURRENCES / max(1, int(is_misread.sum())), MIN_REPEATS, MAX_REPEATS)
    weights = np.where(is_misread, repeats, 1.0)
    weights *= min(1.0, room / max(1.0, weights.sum()))
    for person in np.unique(people[people != NOBODY]):
        theirs = people == person
        weights[theirs] *= min(1.0, person_share * room / weights[theirs].sum())
    return weights


def as_served(digits: Samples, tta_degrees: float, seed: int) -> Samples:
    """Digits in one of the views in which they are served, chosen by chance: those to train on must look the same."""
    views = np.stack(rotated_views(digits.images, tta_degrees))
    which = np.random.default_rng((seed, len(digits))).integers(0, len(views), len(digits))
    return Samples(views[which, np.arange(len(digits))], digits.labels)


def augmented_copies(corrections: Samples, weights: NDArray[np.float64], seed: int) -> Samples:
    """Each correction as often as its weight (n,) says, rounded up or down by chance: as it is, then augmented."""
    rng, augment = np.random.default_rng((seed, len(corrections))), Augmentation()
    once, again = _copied(weights, rng)
    plain, augmented = corrections.chosen(once), corrections.chosen(again)
    return plain.joined(Samples(augment(augmented.images, rng), augmented.labels))


def copy_sources(weights: NDArray[np.float64], seed: int) -> NDArray[np.intp]:
    """Which of the corrections each of ``augmented_copies`` shows."""
    return np.concatenate(_copied(weights, np.random.default_rng((seed, len(weights)))))


def _copied(weights: NDArray[np.float64], rng: np.random.Generator) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The numbers of the corrections that occur, and of each as often as it occurs again."""
    counts = np.asarray(np.floor(weights + rng.random(len(weights))), np.intp)
    return np.flatnonzero(counts), np.repeat(np.arange(len(counts)), np.maximum(counts - 1, 0))


@dataclass(frozen=True, slots=True, eq=False)
class TrainingMixture:
    """n digits to train on, as activations, and of each the number of the correction that it shows, ``sources`` (n,);
    ``NO_CORRECTION`` is a base digit's."""

    samples: Samples
    sources: NDArray[np.intp]

    @classmethod
    def of(cls, replayed: Samples, copies: Samples, sources: NDArray[np.intp]) -> TrainingMixture:
        """From base digits and the copies of corrections, with the numbers of these (copies,)."""
        samples = replayed.joined(copies) if len(copies) else replayed
        return cls(samples, np.concatenate([np.full(len(replayed), NO_CORRECTION), sources]))


def replay_mixture(network: DividedNetwork, pool: Samples, seed: int) -> Samples:
    """The base digits to replay, as activations: of ``pool`` those that the network is least sure of, which a fine-tune
    loses first, and as many others by chance."""
    activations = network.activations(pool.images)
    logits = network.logits(activations)
    margins = logits[np.arange(len(pool)), pool.labels] - np.log(np.exp(logits).sum(axis=1))
    order = np.argsort(margins)
    easy = np.random.default_rng((seed, len(pool))).permutation(order[HARD_DIGITS:])[: REPLAYED_DIGITS - HARD_DIGITS]
    return Samples(activations, pool.labels).chosen(np.sort(np.concatenate([order[:HARD_DIGITS], easy])))


def train_last_layers(
    network: DividedNetwork, recipe: Recipe, mixture: Samples, validation: Samples, seed: int
) -> Iterator[Event]:
    """Train the last layers of ``network`` in place on ``mixture``; both data hold activations in place of images."""
    tuning = _finetune_recipe(recipe, LAST_LAYERS_RATE, LAST_LAYERS_BATCH)
    with network.frozen_normalisation():
        yield from fit(network.last, tuning, mixture, validation, _schedule(mixture, tuning, LAST_LAYERS_EPOCHS, seed))


def tune_last_layers(
    network: DividedNetwork, recipe: Recipe, mixture: Samples, validation: Samples, seed: int
) -> Iterator[Event]:
    """The same, after which ``MAX_INTERPOLATION`` of the change is kept."""
    start = network.last.get_weights()
    yield from train_last_layers(network, recipe, mixture, validation, seed)
    interpolate_weights(network.last, start, MAX_INTERPOLATION)


def tune_last_layer(
    model: keras.Model, recipe: Recipe, corrections: Samples, replay: ReplayFeatures, seed: int
) -> Iterator[Event]:
    """Train the last layer of ``model`` in place on replayed features and on those of ``augmented_copies``.

    The training loop is the same: it is fed features, a byte each, in place of pixels.
    """
    last = model.layers[-1]
    layer = _last_layer(last, replay)
    mixture = Samples(replay.train_bytes, replay.train_labels)
    features = keras.Model(model.input, model.get_layer(FEATURES).output)
    views = [predict(features, view) for view in rotated_views(corrections.images, recipe.tta_degrees)]
    corrected = Samples(replay.quantise(np.asarray(np.mean(views, axis=0), np.float32)), corrections.labels)
    mixture = mixture.joined(corrected)
    tuning = _finetune_recipe(recipe, LAST_LAYER_RATE, LAST_LAYER_BATCH)
    validation = Samples(replay.validation_bytes, replay.validation_labels)
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
        augmentation=None,
        ema_decay=0.98,
        keep_best=False,
        validate_every=None,
    )


def _schedule(mixture: Samples, recipe: Recipe, epochs: int, seed: int) -> Schedule:
    return Schedule(epochs * max(1, len(mixture) // recipe.batch), seed, report_every=10)
