"""Candidates: regions that may be a digit, with the scores of the networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.ink import Ink
from model.normalization import normalize_digit
from model.reading import DigitImage
from model.segment import Place

_NARROW = 0.4  # of its height: how wide an upright stroke is at most


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Scores of n digit images: ``probabilities`` (n, 10) of the classes, and ``likeness`` (n,), 0 no digit to 1."""

    probabilities: NDArray[np.float32]
    likeness: NDArray[np.float32]


Judge = Callable[[NDArray[np.uint8]], Judged]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One region, its digit image, and that image's scores."""

    place: Place
    image: DigitImage
    probabilities: NDArray[np.float32]
    likeness: float

    @property
    def score(self) -> float:
        """Log of how well this reads as a digit: likeness, and confidence to a lesser part."""
        return float(np.log(max(1e-4, self.likeness)) + 0.3 * np.log(max(1e-4, float(self.probabilities.max()))))

    @property
    def loss(self) -> float:
        """Log of how well it is left out: high where it looks like no digit."""
        return float(np.log(max(1e-4, 1 - self.likeness)))

    @property
    def is_narrow(self) -> bool:
        """Whether it is an upright stroke: a 1, or the edge of anything."""
        return self.place.box.width < _NARROW * self.place.box.height


def judged(places: Sequence[Place], ink: Ink, judge: Judge) -> list[Found]:
    """Bring all places to MNIST's format and score them as one batch."""
    if not places:
        return []
    images = [normalize_digit(place.ink(ink)) for place in places]
    verdict = judge(np.stack(images))
    return [
        Found(place, image, probabilities, float(likeness))
        for place, image, probabilities, likeness in zip(
            places, images, verdict.probabilities, verdict.likeness, strict=True
        )
    ]
