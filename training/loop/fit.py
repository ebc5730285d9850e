"""The one training loop, for every recipe and for fine-tuning; it tells its progress as events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from model.datasets import Samples
from training.classifier.recipe import Recipe
from training.loop.data_loader import Batch, DataLoader
from training.loop.ema import ExponentialMovingAverage
from training.loop.events import EpochEnded, Event, Finished, Progress, Started
from training.loop.remaining_time import RemainingTime


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long a run takes, how it is seeded and how often it tells of itself (in batches)."""

    steps: int
    seed: int = 1
    report_every: int = 100


def seed_everything(seed: int) -> None:
    """Make what follows in this process repeatable: the same seed, data, machine and versions give the same weights."""
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()


def fit(model: keras.Model, recipe: Recipe, train: Samples, validation: Samples, schedule: Schedule) -> Iterator[Event]:
    """Train ``model`` in place and tell events; after ``Finished`` it holds the weights that were kept.

    While a listener looks at ``EpochEnded``, it holds the weights that were validated. Call ``seed_everything`` before the model
    is built.
    """
    batches = DataLoader(train.images, train.labels, min(recipe.batch, len(train)), schedule.seed, recipe.augmentation)
    yield Started(
        recipe.name,
        model.count_params(),
        len(train),
        len(validation),
        tuple(train.classes),
        schedule.steps,
        batches.size,
        schedule.seed,
    )
    yield from _Run(model, recipe, validation, schedule).over(batches)


class _Run:
    """The state of one run: optimiser, averaged weights, the best epoch so far."""

    def __init__(self, model: keras.Model, recipe: Recipe, validation: Samples, schedule: Schedule) -> None:
        self.model = model
        self.recipe = recipe
        self.validation = validation
        self.schedule = schedule
        self.average = ExponentialMovingAverage(model, recipe.average)
        self.kept: list[NDArray[np.float32]] = []
        self.kept_epoch = 0
        self.best = (-1.0, 0.0)
        self.began = monotonic()
        self.remaining = RemainingTime(schedule.steps)
        self._step = _Step(model, recipe, self.average, schedule.steps)

    def over(self, batches: DataLoader) -> Iterator[Event]:
        means: list[tuple[float, float]] = []
        for step, batch in enumerate(batches.take(self.schedule.steps), start=1):
            loss, accuracy = self._step(batch)
            self.remaining.step_done()
            means.append((loss, accuracy))
            if step % self.schedule.report_every == 0 or step in (1, self.schedule.steps):
                yield self._progress(step, batch.epoch, loss, accuracy)
            if step % (self.recipe.look_every or batches.per_epoch) == 0 or step == self.schedule.steps:
                with self.average.applied():
                    yield self._epoch_ended(step, batch.epoch, np.array(means, np.float64))
                means = []
        if self.kept:
            self.model.set_weights(self.kept)
        yield Finished(self.kept_epoch, monotonic() - self.began)

    def _progress(self, step: int, epoch: int, loss: float, accuracy: float) -> Progress:
        seconds, left = round(monotonic() - self.began, 2), self.remaining.seconds
        left = None if left is None else round(left, 1)
        return Progress(step, self.schedule.steps, epoch, loss, accuracy, seconds, left)

    def _epoch_ended(self, step: int, epoch: int, means: NDArray[np.float64]) -> EpochEnded:
        loss, accuracy = means.mean(axis=0)
        validation_loss, validation_accuracy = self._validate()
        rank = (validation_accuracy, -validation_loss)
        kept = not self.recipe.choose or rank >= self.best
        if kept:
            self.best, self.kept_epoch, self.kept = rank, epoch, self.model.get_weights()
        return EpochEnded(epoch, step, float(loss), float(accuracy), validation_loss, validation_accuracy, kept)

    def _validate(self) -> tuple[float, float]:
        """Cross-entropy and accuracy on the validation digits; without any, (0, 0) and the last epoch is kept."""
        if not len(self.validation):
            return 0.0, 0.0
        labels = self.validation.labels.astype(np.int64)
        logits = predict(self.model, self.validation.images)
        losses = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
        return float(np.mean(losses)), float((logits.argmax(axis=1) == labels).mean())


def predict(model: keras.Model, images: NDArray[np.uint8], batch: int = 100) -> NDArray[np.float32]:
    """What the network says, (n, 10) logits for one that classifies, without dropout."""
    parts = [np.asarray(model(images[at : at + batch], training=False)) for at in range(0, len(images), batch)]
    return np.concatenate(parts)


class _Step:
    """One step as a graph: gradient, update, moving average."""

    def __init__(self, model: keras.Model, recipe: Recipe, average: ExponentialMovingAverage, steps: int) -> None:
        self._model = model
        self._loss = recipe.loss
        self._average = average
        self._optimizer = recipe.optimizer(steps)
        self._optimizer.build(model.trainable_variables)
        self._graph = tf.function(self._computed)

    def __call__(self, batch: Batch) -> tuple[float, float]:
        """Learn from one batch; tells its loss and accuracy before the update."""
        loss, accuracy = self._graph(tf.constant(batch.images), tf.constant(batch.labels))
        return float(loss), float(accuracy)

    def _computed(self, images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            logits = self._model(images, training=True)
            loss = self._loss(labels, logits)
        variables = self._model.trainable_variables
        self._optimizer.apply(tape.gradient(loss, variables), variables)
        self._average.update()
        right = tf.equal(tf.argmax(logits, axis=1), labels)
        return loss, tf.reduce_mean(tf.cast(right, tf.float32))
