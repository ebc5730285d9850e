"""The result of reading a photo: frozen, typed, and independent of how it was obtained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Self

import numpy as np
from numpy.typing import NDArray

# A picture: (h, w) grey or (h, w, 3) RGB, uint8.
Pixels = NDArray[np.uint8]
# One digit as MNIST has it: (28, 28) uint8, white ink (255) on black (0).
DigitImage = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in whole pixels of the upright photo."""

    x: int
    y: int
    width: int
    height: int

    @property
    def area(self) -> int:
        return self.width * self.height

    def shared(self, other: Box) -> int:
        """How many pixels lie in both."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(0, width) * max(0, height)

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0 to 1."""
        shared = self.shared(other)
        return shared / (self.area + other.area - shared)


@dataclass(frozen=True, slots=True, eq=False)
class Digit:
    """One digit of a reading.

    ``probabilities`` are the ten page-calibrated class probabilities (sum 1), ``confidence`` that of ``label``;
    ``image`` is the digit image (28, 28) uint8 that was classified; ``row`` counts rows of the photo from 0, top to
    bottom; ``sure``: whether it need not be asked about (the Reader decides, by all of the photo). ``unadapted``:
    the probabilities without its person's corrections, where these were used. ``hypothesis_features``: the 13 numbers
    from which it was decided that a digit stands there (``features.hypothesis_features``), where they are known.
    """

    label: int
    confidence: float
    probabilities: tuple[float, ...]
    box: Box
    image: DigitImage
    row: int
    sure: bool
    unadapted: tuple[float, ...] | None = None
    hypothesis_features: tuple[float, ...] | None = None

    @property
    def taught_from(self) -> int | None:
        """The label that it would have without its person's corrections, where that is another one."""
        return taught_from(self.label, self.unadapted)

    @property
    def second(self) -> int:
        """The second most likely label: what the bot offers beside ``label`` when it asks."""
        return sorted(range(10), key=self.probabilities.__getitem__)[-2]


def taught_from(label: int, unadapted: Sequence[float] | None) -> int | None:
    """The likeliest label of the probabilities ``unadapted``, where there are any and it is not ``label``."""
    if unadapted is None:
        return None
    before = max(range(10), key=unadapted.__getitem__)
    return None if before == label else before


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """All digits of one photo in reading order.

    ``width`` and ``height`` are those of the upright photo, the frame of every box. ``seconds`` is bytes to Reading.
    ``layout`` is the text in the shape it has on the photo: rows as lines, gaps as spaces, and the signs that were
    recognised between the digits ("12/05/2021"). ``unread``: boxes of marks as large as the digits that were left out
    and are not known to be anything else. ``possible``: what may be digits, where none was read; they are not part of
    the text, and only asked about. ``left_out``: boxes of what would be read as digits without what their person said
    of others like them.
    """

    digits: tuple[Digit, ...]
    model: str
    width: int
    height: int
    seconds: float
    layout: str = ""
    unread: tuple[Box, ...] = ()
    possible: tuple[Digit, ...] = ()
    left_out: tuple[Box, ...] = ()

    @property
    def sure(self) -> bool:
        """Whether there are digits and every one of them is sure."""
        return bool(self.digits) and all(digit.sure for digit in self.digits)

    @property
    def is_question(self) -> bool:
        """Whether its digits, if any, were not read, but are asked about."""
        return bool(self.possible)

    def as_question(self) -> Self:
        """The same with what may be digits in the place of those that were read."""
        return replace(self, digits=self.possible) if self.possible else self

    @property
    def rows(self) -> tuple[tuple[Digit, ...], ...]:
        return tuple(tuple(row) for _, row in groupby(self.digits, key=attrgetter("row")))

    @property
    def text(self) -> str:
        """The labels in reading order, rows joined by a space: ``"427 15"``; ``""`` without digits."""
        return " ".join("".join(str(digit.label) for digit in row) for row in self.rows)
