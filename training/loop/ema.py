"""Averaged weights: steadier than those of the last step, and usually better (Polyak and Juditsky 1992)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray


class ExponentialMovingAverage:
    """An exponential moving average of all weights of a network, moving statistics of normalisation included.

    ``decay`` 0 keeps none: ``applied`` then shows the weights as they are. Young averages decay faster (at most (1 + n)
    / (10 + n) after n steps), so that the random weights of the start are soon forgotten.
    """

    def __init__(self, model: keras.Model, decay: float) -> None:
        self._weights = [weight for weight in model.weights if decay > 0]
        self._means = [tf.Variable(weight.value, trainable=False) for weight in self._weights]
        self._decay = decay
        self._steps = tf.Variable(0.0, trainable=False)

    def update(self) -> None:
        """Take the weights of this step in; part of the step's graph."""
        self._steps.assign_add(1.0)
        interpolate_weights = tf.minimum(self._decay, (1.0 + self._steps) / (10.0 + self._steps))
        for mean, weight in zip(self._means, self._weights, strict=True):
            mean.assign(interpolate_weights * mean + (1.0 - interpolate_weights) * tf.convert_to_tensor(weight))

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Inside, the network has its averaged weights; afterwards those it is trained on again."""
        trained = [tf.identity(weight.value) for weight in self._weights]
        self._assign([tf.convert_to_tensor(mean) for mean in self._means])
        try:
            yield
        finally:
            self._assign(trained)

    def _assign(self, values: list[tf.Tensor]) -> None:
        for weight, value in zip(self._weights, values, strict=True):
            weight.assign(value)


def interpolate_weights(model: keras.Model, known: list[NDArray[np.float32]], share: float) -> None:
    """Keep that share (0..1) of the way from the weights ``known`` before to those of ``model`` now; weights in between
    hold most of what either can do (Wortsman et al. 2022, WiSE-FT)."""
    model.set_weights([share * new + (1 - share) * old for new, old in zip(model.get_weights(), known, strict=True)])
