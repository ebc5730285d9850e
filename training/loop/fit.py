"""The training loop of every recipe and of fine-tuning; it yields its progress as events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Any

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
    """Length of a run in batches, its seed, and every how many batches it reports progress."""

    steps: int
    seed: int = 1
    report_every: int = 100


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy and TensorFlow and make operations deterministic: with the same data, machine and versions the
    same seed gives the same weights."""
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()


def fit(model: keras.Model, recipe: Recipe, train: Samples, validation: Samples, schedule: Schedule) -> Iterator[Event]:
    """Train ``model`` in place and yield events; after ``Finished`` it holds the weights that were kept.

    While ``EpochEnded`` is handled, it holds the weights that were validated. Call ``seed_everything`` before the model
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
        batches.batch_size,
        schedule.seed,
    )
    yield from _Run(model, recipe, validation, schedule).events(batches)


class _Run:
    """The state of one run: optimiser, averaged weights, the best epoch so far."""

    def __init__(self, model: keras.Model, recipe: Recipe, validation: Samples, schedule: Schedule) -> None:
        self.model = model
        self.recipe = recipe
        self.validation = validation
        self.schedule = schedule
        self.ema = ExponentialMovingAverage(model, recipe.ema_decay)
        self.kept_weights: list[NDArray[np.float32]] = []
        self.kept_epoch = 0
        self.best = (-1.0, 0.0)
        self.began = monotonic()
        self.remaining = RemainingTime(schedule.steps)
        self._step = _TrainStep(model, recipe, self.ema, schedule.steps)

    def events(self, batches: DataLoader) -> Iterator[Event]:
        means: list[tuple[float, float]] = []
        for step, batch in enumerate(batches.take(self.schedule.steps), start=1):
            loss, accuracy = self._step(batch)
            self.remaining.step_done()
            means.append((loss, accuracy))
            if step % self.schedule.report_every == 0 or step in (1, self.schedule.steps):
                yield self._progress(step, batch.epoch, loss, accuracy)
            if step % (self.recipe.validate_every or batches.batches_per_epoch) == 0 or step == self.schedule.steps:
                with self.ema.averaged_weights():
                    yield self._epoch_ended(step, batch.epoch, np.array(means, np.float64))
                means = []
        if self.kept_weights:
            self.model.set_weights(self.kept_weights)
        yield Finished(self.kept_epoch, monotonic() - self.began)

    def _progress(self, step: int, epoch: int, loss: float, accuracy: float) -> Progress:
        seconds, left = round(monotonic() - self.began, 2), self.remaining.seconds
        left = None if left is None else round(left, 1)
        return Progress(step, self.schedule.steps, epoch, loss, accuracy, seconds, left)

    def _epoch_ended(self, step: int, epoch: int, means: NDArray[np.float64]) -> EpochEnded:
        loss, accuracy = means.mean(axis=0)
        validation_loss, validation_accuracy = self._validate()
        rank = (validation_accuracy, -validation_loss)
        kept = not self.recipe.keep_best or rank >= self.best
        if kept:
            self.best, self.kept_epoch, self.kept_weights = rank, epoch, self.model.get_weights()
        return EpochEnded(epoch, step, float(loss), float(accuracy), validation_loss, validation_accuracy, kept)

    def _validate(self) -> tuple[float, float]:
        """Cross-entropy and accuracy on the validation digits; without any, (0, 0) and the last epoch is kept."""
        if not len(self.validation):
            return 0.0, 0.0
        labels = self.validation.labels.astype(np.int64)
        logits = predict(self.model, self.validation.images)
        losses = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
        return float(np.mean(losses)), float((logits.argmax(axis=1) == labels).mean())


def predict(model: keras.Model, images: NDArray[Any], batch: int = 100) -> NDArray[np.float32]:
    """The output of the network in inference mode, float32; logits (n, 10) of a classifier."""
    parts = [np.asarray(model(images[at : at + batch], training=False)) for at in range(0, len(images), batch)]
    return np.concatenate(parts)


class _TrainStep:
    """One training step as a graph: gradient, update, moving average."""

    def __init__(self, model: keras.Model, recipe: Recipe, ema: ExponentialMovingAverage, steps: int) -> None:
        self._model = model
        self._loss = recipe.loss
        self._ema = ema
        self._optimizer = recipe.optimizer(steps)
        self._optimizer.build(model.trainable_variables)
        self._graph = tf.function(self._train_step)

    def __call__(self, batch: Batch) -> tuple[float, float]:
        """Train on one batch; returns its loss and accuracy before the update."""
        loss, accuracy = self._graph(tf.constant(batch.images), tf.constant(batch.labels))
        return float(loss), float(accuracy)

    def _train_step(self, images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            logits = self._model(images, training=True)
            loss = self._loss(labels, logits)
        variables = self._model.trainable_variables
        self._optimizer.apply(tape.gradient(loss, variables), variables)
        self._ema.update()
        right = tf.equal(tf.argmax(logits, axis=1), labels)
        return loss, tf.reduce_mean(tf.cast(right, tf.float32))
