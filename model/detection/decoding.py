"""The detector's maps to candidates: where something may stand, what it is, which way up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.detection.candidates import UNNAMED, Candidates
from model.logits import logistic, softmax

DIGIT, OTHER = 0, 1  # channels: logits that a digit, or another mark, has its middle there
SIDES = slice(2, 6)  # logarithms of the distances to left, top, right and bottom, in strides
LABELS = slice(6, 6 + UNNAMED + 1)  # logits of the ten digits, of the signs in their order, and of any other mark
TURNS = slice(LABELS.stop, LABELS.stop + 4)  # logits of the clockwise quarter turns
CHANNELS = TURNS.stop


@dataclass(frozen=True, slots=True)
class Level:
    """One map: its ``stride`` and the longer sides, ``least`` to ``most``, of the marks that it finds; in pixels of the
    view."""

    stride: int
    least: float
    most: float


LEVELS = (Level(4, 0.0, 44.0), Level(8, 44.0, 110.0), Level(16, 110.0, 1e9))


def decode_level(cells: NDArray[np.float32], level: Level, least: float) -> Candidates:
    """The cells (h, w, channels) of a level that hold something with a probability of at least ``least``."""
    likelier = np.maximum(cells[:, :, DIGIT], cells[:, :, OTHER])  # five times as fast as ``max`` along the last axis
    rows, columns = np.nonzero(likelier >= np.log(least / (1 - least)))
    chosen = cells[rows, columns]
    middles = (np.stack([columns, rows], axis=1) + 0.5) * level.stride
    sides = np.exp(np.clip(chosen[:, SIDES], -4, 6)) * level.stride
    low, high = middles - sides[:, :2], middles + sides[:, 2:]
    boxes = np.concatenate([low, np.maximum(high - low, 1.0)], axis=1).astype(np.float32)
    picked = logistic(chosen[:, : OTHER + 1])
    return Candidates(boxes, picked[:, DIGIT], picked[:, OTHER], softmax(chosen[:, LABELS]), softmax(chosen[:, TURNS]))
