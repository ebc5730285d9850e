"""How likely it is that a digit stands where one was found: what the eye saw there, brought to a probability.

Likeness was learnt from single pictures, and an upright stroke is a 1 in any of them: whether something stands there at
all is told by the whole photo too. The weights are fitted on generated pages held back (``training.calibration``).
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
class Sight:
    """What speaks for a digit that was found: its ``likeness`` (0..1), whether all of its photo was ``clear``, and the
    ``weight`` of the photo's digits, a share for each."""

    likeness: float
    clear: bool
    weight: float

    @property
    def evidence(self) -> NDArray[np.float64]:
        """What ``Belief.weights`` multiply: 1, the log odds of the likeness, 0 or 1, the weight; (4,) float64."""
        likeness = min(max(self.likeness, _LEAST), 1 - _LEAST)
        return np.array([1.0, np.log(likeness / (1 - likeness)), float(self.clear), self.weight])


@dataclass(frozen=True, slots=True)
class Belief:
    """A logistic regression (Platt 1999): four ``weights``, each as likely to be right as the log odds they sum to."""

    weights: tuple[float, float, float, float]

    @classmethod
    def base(cls) -> Self:
        """Read the one that comes with the package."""
        return cls.from_json((files("model") / "base" / FILE).read_text(encoding="utf-8"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read ``{"weights": [4 numbers], ...}``; more is told there than is needed."""
        bias, likeness, clear, weight = (float(each) for each in json.loads(text)["weights"])
        return cls((bias, likeness, clear, weight))

    def probability(self, sight: Sight) -> float:
        """How likely it is that a digit stands there, 0..1."""
        return float(1 / (1 + np.exp(-float(np.dot(self.weights, sight.evidence)))))


def tempered(probabilities: NDArray[np.floating], believed: float) -> NDArray[np.float64]:
    """The ten probabilities (10,) of what is only ``believed`` to be a digit: where it is none, each is as good as any.

    They sum to 1 and keep their order.
    """
    return believed * np.asarray(probabilities, np.float64) + (1 - believed) / len(probabilities)
