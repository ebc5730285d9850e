"""Dilated depthwise convolutions as LiteRT has them."""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import layers


class DilatedDepthwise(layers.DepthwiseConv2D):  # type: ignore[misc]
    """Convolves in one operation; in a file it runs for inputs of any size.

    Keras exports such a layer as a rearrangement of the pixels, a convolution without dilation, and the way back: some
    thirty operations on shapes that are known only as the network runs, so that XNNPACK takes none of what follows.
    """

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Convolve (n, h, w, c) float32 with zeros around it, without a bias."""
        return tf.raw_ops.DepthwiseConv2dNative(
            input=inputs,
            filter=self.kernel,
            strides=[1, 1, 1, 1],
            padding="SAME",
            dilations=[1, *self.dilation_rate, 1],
        )


def natively_dilated(model: keras.Model) -> keras.Model:
    """A copy of a network of one input, to export, not to train."""

    def served(layer: layers.Layer) -> layers.Layer:
        is_dilated = isinstance(layer, layers.DepthwiseConv2D) and max(layer.dilation_rate) > 1
        return (DilatedDepthwise if is_dilated else type(layer)).from_config(layer.get_config())

    uncompiled = keras.Model(model.inputs[0], model.output, name=model.name)
    copy = keras.models.clone_model(uncompiled, clone_function=served)
    copy.set_weights(model.get_weights())
    return copy
