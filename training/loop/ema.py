"""Exponential moving average of weights (Polyak and Juditsky 1992), and interpolation between two sets of weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray


class ExponentialMovingAverage:
    """An exponential moving average of all weights of a network, moving statistics of normalisation included.

    With ``decay`` 0 there is none and ``averaged_weights`` changes nothing. After n steps the decay is at most
    (1 + n) / (10 + n), so that the random weights of the start soon lose their influence.
    """

    def __init__(self, model: keras.Model, decay: float) -> None:
        self._weights = [weight for weight in model.weights if decay > 0]
        self._means = [tf.Variable(weight.value, trainable=False) for weight in self._weights]
        self._decay = decay
        self._steps = tf.Variable(0.0, trainable=False)

    def update(self) -> None:
        """Update the average with the weights of this step; part of the step's graph."""
        self._steps.assign_add(1.0)
        decay = tf.minimum(self._decay, (1.0 + self._steps) / (10.0 + self._steps))
        for mean, weight in zip(self._means, self._weights, strict=True):
            mean.assign(decay * mean + (1.0 - decay) * tf.convert_to_tensor(weight))

    @contextmanager
    def averaged_weights(self) -> Iterator[None]:
        """Inside the block the network has its averaged weights; afterwards those of the last step again."""
        trained = [tf.identity(weight.value) for weight in self._weights]
        self._assign([tf.convert_to_tensor(mean) for mean in self._means])
        try:
            yield
        finally:
            self._assign(trained)

    def _assign(self, values: list[tf.Tensor]) -> None:
        for weight, value in zip(self._weights, values, strict=True):
            weight.assign(value)


def interpolate_weights(model: keras.Model, start: list[NDArray[np.float32]], share: float) -> None:
    """Set ``model`` to weights between ``start`` (``share`` 0) and its own (``share`` 1); in between it keeps most of
    what either can do (Wortsman et al. 2022, WiSE-FT)."""
    model.set_weights([share * new + (1 - share) * old for new, old in zip(model.get_weights(), start, strict=True)])
