"""How likely it is that a digit stands where one was found: what the eye saw there, brought to a probability.

Likeness was learnt from single pictures, and an upright stroke is a 1 in any of them: whether something stands there at
all is told by the whole photo too. The weights are fitted on generated pages held back (``training.calibration.fit_pages``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Self

import numpy as np
from numpy.typing import NDArray

FILE = "belief.json"
_LEAST = 1e-5  # of a probability, so that its odds stay finite


@dataclass(frozen=True, slots=True)
class ContextFeatures:
    """What speaks for a digit that was found: its ``likeness`` (0..1), and of all of its photo whether it is ``clear``,
    how many ``digits`` were found and what share of them are ``ones`` and ``zeros`` (0..1): a fence is many ones and
    nothing else, and a pair of eyes two zeros."""

    likeness: float
    clear: bool
    digits: int
    ones: float
    zeros: float

    @property
    def evidence(self) -> NDArray[np.float64]:
        """What ``PageCalibrator.weights`` multiply, (7,) float64: 1, the log odds of the likeness, 0 or 1 for clear; the shares
        of ones and of zeros, each alone and times the logarithm of the digits."""
        likeness = min(max(self.likeness, _LEAST), 1 - _LEAST)
        odds = np.log(likeness / (1 - likeness))
        shares = np.array([self.ones, self.zeros])
        return np.array([1.0, odds, float(self.clear), *shares, *shares * np.log(self.digits)])


@dataclass(frozen=True, slots=True)
class PageCalibrator:
    """How networks that were calibrated on single digits are believed on photos.

    ``temperature`` is how much less sure of the label they ought to be there (Guo et al. 2017). ``weights`` are those
    of a logistic regression (Platt 1999): times the evidence, summed, the log odds of a digit standing there.
    """

    temperature: float
    weights: tuple[float, ...]

    @classmethod
    def base(cls) -> Self:
        """Read the one that comes with the package."""
        return cls.from_json((files("model") / "base" / FILE).read_text(encoding="utf-8"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read ``{"temperature": number, "weights": [7 numbers], ...}``; more may be told there."""
        told = json.loads(text)
        return cls(float(told["temperature"]), tuple(float(each) for each in told["weights"]))

    def is_digit(self, sight: ContextFeatures) -> float:
        """How likely it is that a digit stands there, 0..1."""
        return float(1 / (1 + np.exp(-float(np.dot(self.weights, sight.evidence)))))

    def probabilities(self, told: NDArray[np.floating], sight: ContextFeatures) -> NDArray[np.float64]:
        """The ten probabilities (10,), in the order of those the network told, summing to 1: where there is no digit,
        each label is as good as any."""
        powers = np.power(np.asarray(told, np.float64), 1 / self.temperature)
        believed = self.is_digit(sight)
        return np.asarray(believed * powers / powers.sum() + (1 - believed) / len(powers))
