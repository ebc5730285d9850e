"""The block that the auxiliary networks are made of: depthwise separable convolutions (Howard et al. 2017)."""

from __future__ import annotations

import keras
from keras import layers, ops


def convolved(x: keras.KerasTensor, filters: int, strides: int = 1) -> keras.KerasTensor:
    """A 3 x 3 convolution, normalised, rectified."""
    x = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def separable(x: keras.KerasTensor, filters: int, strides: int = 1, dilation: int = 1) -> keras.KerasTensor:
    """A 3 x 3 convolution of each channel, then one across the channels."""
    x = layers.DepthwiseConv2D(3, strides=strides, dilation_rate=dilation, padding="same", use_bias=False)(x)
    x = layers.Conv2D(filters, 1, use_bias=False)(layers.BatchNormalization()(x))
    return layers.ReLU()(layers.BatchNormalization()(x))


def residual(x: keras.KerasTensor, dilation: int = 1) -> keras.KerasTensor:
    """The same number of channels, added to what came in."""
    return layers.Add()([x, separable(x, x.shape[-1], dilation=dilation)])


def merged(coarse: keras.KerasTensor, fine: keras.KerasTensor, filters: int) -> keras.KerasTensor:
    """Coarse features brought to twice their size (Shi et al. 2016) and taken together with fine ones."""
    x = ops.depth_to_space(layers.Conv2D(4 * filters, 1)(coarse), 2)
    return separable(layers.Concatenate()([x, fine]), filters)
