"""Candidates: where digits and other marks may stand, as the detector gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

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

    def moved(self, right: float, down: float) -> Candidates:
        """The same with boxes in a frame that begins so much further to the left and further up."""
        return replace(self, boxes=self.boxes + np.array([right, down, 0, 0], np.float32))


def joined(parts: Sequence[Candidates]) -> Candidates:
    """All of them."""
    return Candidates(
        np.concatenate([part.boxes for part in parts]),
        np.concatenate([part.digit for part in parts]),
        np.concatenate([part.other for part in parts]),
        np.concatenate([part.labels for part in parts]),
        np.concatenate([part.turns for part in parts]),
    )
