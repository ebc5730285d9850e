"""The detector's maps to candidates: where something may stand, what it is, which way up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.logits import logistic, softmax

# Signs that are told apart, by the names that generated pages have for them, and how they are written in a layout.
SIGN_CHARACTERS = {
    "plus": "+",
    "minus": "-",
    "times": "x",
    "divide": "÷",
    "equals": "=",
    "open-bracket": "(",
    "close-bracket": ")",
    "slash": "/",
    "colon": ":",
    "dot": ".",
    "comma": ",",
    "percent": "%",
}
UNNAMED = 10 + len(SIGN_CHARACTERS)  # the label of any other mark: a letter, a word, something struck out

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


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """n places: ``boxes`` (n, 4) float32 x, y, width, height; ``digit`` and ``other`` (n,) float32, 0..1, how likely a
    digit or another mark stands there; ``labels`` (n, 23) and ``turns`` (n, 4) float32, probabilities."""

    boxes: NDArray[np.float32]
    digit: NDArray[np.float32]
    other: NDArray[np.float32]
    labels: NDArray[np.float32]
    turns: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.boxes)

    def take(self, which: NDArray[np.generic]) -> Candidates:
        """Those of an index or a mask."""
        return Candidates(
            self.boxes[which], self.digit[which], self.other[which], self.labels[which], self.turns[which]
        )

    def scaled(self, across: float, down: float) -> Candidates:
        """The same with boxes in another frame."""
        factors = np.array([across, down, across, down], np.float32)
        return replace(self, boxes=self.boxes * factors)


def joined(parts: Sequence[Candidates]) -> Candidates:
    """All of them."""
    return Candidates(
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.digit for part in parts]),
        np.concatenate([part.other for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.turns for part in parts]),
    )


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
