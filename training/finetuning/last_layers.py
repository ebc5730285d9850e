"""A network in two parts: early layers that a fine-tune leaves as they are, and last layers that it trains.

What the early layers make of a digit is computed once, in place of every epoch: of a digit's multiplications they take
nine tenths (`digits`), and a fine-tune of all layers hardly changes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.loop.fit import predict

TRAINED_LAYERS = 3  # the last of those with a kernel: of `digits` a convolution, the features and the logits
BATCH = 256  # digits at once through the early layers


@dataclass(frozen=True, slots=True, eq=False)
class DividedNetwork:
    """``last`` takes what ``early`` gives, as float16, and gives logits; the layers, and so the weights, are those of
    the whole network. Without early layers (None) all of it is trained."""

    last: keras.Model
    early: Callable[[tf.Tensor], tf.Tensor] | None = None

    @classmethod
    def of(cls, model: keras.Model) -> DividedNetwork:
        """Divide a network of which each layer takes what the one before it gives; any other is left whole."""
        first = _first_trained(model)
        if first is None:
            return cls(model)
        layers = keras.Model(model.input, model.layers[first - 1].output)
        inputs = keras.Input(layers.output.shape[1:], dtype="float16", name="activations")
        outputs = keras.ops.cast(inputs, "float32")
        for layer in model.layers[first:]:
            outputs = layer(outputs)
        last = keras.Model(inputs, outputs, name="last_layers")
        signature = [tf.TensorSpec((None, *model.input.shape[1:]), tf.uint8)]
        early = tf.function(lambda batch: tf.cast(layers(batch, training=False), tf.float16), signature)
        return cls(last, early)

    def activations(self, images: NDArray[np.uint8]) -> NDArray[Any]:
        """What the last layers take of digit images (n, 28, 28): (n, ...) float16, or the images themselves."""
        if self.early is None or not len(images):
            return images
        activations = np.empty((len(images), *self.last.input.shape[1:]), np.float16)  # `digits`: 12.5 KB each
        for at in range(0, len(images), BATCH):
            activations[at : at + BATCH] = self.early(tf.constant(images[at : at + BATCH])).numpy()
        return activations

    def logits(self, activations: NDArray[Any]) -> NDArray[np.float32]:
        """The logits (n, 10) of what ``activations`` gave."""
        return predict(self.last, activations, BATCH)

    @contextmanager
    def frozen_normalisation(self) -> Iterator[None]:
        """Inside the block batch normalisation keeps its statistics, which a few corrections would distort."""
        layers = [each for each in self.last.layers if isinstance(each, keras.layers.BatchNormalization)]
        for layer in layers:
            layer.trainable = False
        try:
            yield
        finally:
            for layer in layers:
                layer.trainable = True


def _first_trained(model: keras.Model) -> int | None:
    """The number of the first layer to train; None where that is the first of all, or the layers are no chain."""
    if not all(after.input is before.output for before, after in pairwise(model.layers)):
        return None
    with_kernel = [number for number, layer in enumerate(model.layers) if hasattr(layer, "kernel")]
    first = with_kernel[-TRAINED_LAYERS] if len(with_kernel) > TRAINED_LAYERS else 0
    return first if first > 1 else None
