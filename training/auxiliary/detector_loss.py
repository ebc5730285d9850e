"""What the detector's cells ought to say, and how far they are from it.

Targets are made where the loss is computed, from the boxes of a batch: a cell belongs to the smallest box whose inner
third holds it, on the level of its size (FCOS: Tian et al. 2019); around that third nothing is demanded.
"""

from __future__ import annotations

from dataclasses import dataclass

import keras
from keras import ops

from model.detection.decoding import LABELS, OTHER, SIDES, TURNS, Level

_MARGIN = 1.25  # of a level's limits: sizes so far beyond them are neither demanded nor forbidden
_FAR = 1e9  # a distance greater than any
_POSITIVE, _NEGATIVE = 0.4, 0.6  # weights of cells with a mark and without (Lin et al. 2017)
_FOCUS = 4.0  # weight of objectness beside boxes and labels
_LABEL, _TURN = 0.5, 0.5  # weights of label and quarter turns


@dataclass(frozen=True, slots=True)
class Targets:
    """For each cell (n, cells): the index of its box (n, cells), whether it has one (``digit``, ``other``), and whether
    nothing is demanded (``ignored``)."""

    box: keras.KerasTensor
    digit: keras.KerasTensor
    other: keras.KerasTensor
    ignored: keras.KerasTensor


def cell_centres(height: int, width: int, stride: int) -> keras.KerasTensor:
    """The middles (height * width, 2) of a level's cells, x and y, in pixels of the view, row by row."""
    y, x = ops.meshgrid(ops.arange(height), ops.arange(width), indexing="ij")
    middles = ops.cast(ops.stack([ops.reshape(x, (-1,)), ops.reshape(y, (-1,))], axis=-1), "float32")
    return (middles + 0.5) * stride


def targets(marks: keras.KerasTensor, centres: keras.KerasTensor, level: Level) -> Targets:
    """Assign cells to ``marks`` (n, m, 7), as ``training.auxiliary.page_examples`` describes them."""
    low, size, kind = marks[:, None, :, 0:2], marks[:, None, :, 2:4], marks[:, None, :, 4]
    away = ops.abs(centres[None, :, None, :] - (low + size / 2))
    longest = ops.max(size, axis=-1)
    fits = (longest >= level.least) & (longest < level.most)
    nearly = (longest >= level.least / _MARGIN) & (longest < level.most * _MARGIN)
    # The cell nearest to a small mark's middle is always its own.
    inner = ops.all(away <= ops.maximum(size / 6, level.stride / 2), axis=-1)
    near = ops.all(away <= ops.maximum(size / 4, level.stride), axis=-1)
    within = ops.all(away <= size / 2, axis=-1)
    known = kind >= 0
    area = ops.where(inner & fits & known, size[..., 0] * size[..., 1], _FAR)
    box = ops.argmin(area, axis=-1)
    positive = ops.min(area, axis=-1) < _FAR
    other = ops.take_along_axis(ops.broadcast_to(kind, ops.shape(area)), box[..., None], axis=-1)[..., 0] == 1
    doubtful = (near & nearly & known) | (within & (kind == -1))
    ignored = ops.any(doubtful, axis=-1) & ops.logical_not(positive)
    return Targets(box, positive & ops.logical_not(other), positive & other, ignored)


@keras.saving.register_keras_serializable("digitbot")
class LevelLoss(keras.losses.Loss):  # type: ignore[misc]
    """The loss of one level's cells against the marks of their views: focal loss for what there is, smooth L1 for the
    sides, cross-entropy for label and way up."""

    def __init__(self, level: Level) -> None:
        super().__init__(name=f"level_{level.stride}")
        self._level = level

    def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        """``y_true`` (n, m, 7) marks, ``y_pred`` (n, h, w, channels) of the level; gives a scalar."""
        height, width = ops.shape(y_pred)[1:3]
        centres = cell_centres(height, width, self._level.stride)
        cells = ops.cast(ops.reshape(y_pred, (-1, height * width, y_pred.shape[3])), "float32")
        aims = targets(y_true, centres, self._level)
        own = ops.take_along_axis(y_true, aims.box[..., None], axis=1)
        positive = ops.cast(aims.digit | aims.other, "float32")
        digit = ops.cast(aims.digit, "float32")
        count = ops.sum(positive) + 1.0
        marked = ops.stack([digit, ops.cast(aims.other, "float32")], axis=-1)
        demanded = 1.0 - ops.cast(aims.ignored, "float32")
        focal = _focal(cells[..., : OTHER + 1], marked) * demanded[..., None]
        sides = _smooth(cells[..., SIDES] - _sides(own, centres, self._level.stride))
        label = _cross_entropy(cells[..., LABELS], own[..., 5])
        turn = _cross_entropy(cells[..., TURNS], own[..., 6])
        digits = ops.sum(digit) + 1.0
        return (
            _FOCUS * ops.sum(focal) / count
            + ops.sum(ops.sum(sides, axis=-1) * positive) / count
            + ops.sum(_LABEL * label * positive) / count
            + ops.sum(_TURN * turn * digit) / digits
        )


def _sides(own: keras.KerasTensor, centres: keras.KerasTensor, stride: int) -> keras.KerasTensor:
    """The logarithms of the distances to the left, upper, right and lower side, in strides."""
    middle = centres[None]
    low, high = own[..., 0:2], own[..., 0:2] + own[..., 2:4]
    distances = ops.concatenate([middle - low, high - middle], axis=-1) / stride
    return ops.log(ops.maximum(distances, 0.1))


def _focal(logits: keras.KerasTensor, marked: keras.KerasTensor) -> keras.KerasTensor:
    right = ops.log_sigmoid(logits) * _POSITIVE * (1 - ops.sigmoid(logits)) ** 2
    wrong = ops.log_sigmoid(-logits) * _NEGATIVE * ops.sigmoid(logits) ** 2
    return -(marked * right + (1 - marked) * wrong)


def _smooth(difference: keras.KerasTensor) -> keras.KerasTensor:
    away = ops.abs(difference)
    return ops.where(away < 0.1, 5 * away**2, away - 0.05)


def _cross_entropy(logits: keras.KerasTensor, labels: keras.KerasTensor) -> keras.KerasTensor:
    wanted = ops.cast(ops.clip(labels, 0, logits.shape[-1] - 1), "int32")
    return -ops.sum(ops.log_softmax(logits) * ops.one_hot(wanted, logits.shape[-1]), axis=-1)
