"""Page calibration: a digit's confidence on a photo, from the networks' outputs and the rest of the photo.

The networks are calibrated on single digit images. On a photo two more things count: whether a digit stands there at
all, which the whole photo tells better than the digit image (an upright stroke is a 1 in any digit image), and that
labels are less certain there. Both are fitted on generated pages held out from training
(``training.calibration.fit_pages``) and travel on the model's card.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_LEAST = 1e-5  # of a probability, so that its log odds stay finite
WEIGHTS: Final = 7  # numbers in ``ContextFeatures.vector``


@dataclass(frozen=True, slots=True)
class ContextFeatures:
    """What speaks for one digit of a photo being a digit.

    ``likeness`` is the digitness network's output (0..1). The others describe all of the photo: ``clear``, whether
    nothing doubtful was found; ``digits``, how many were read; ``ones`` and ``zeros``, the shares of these labels
    (0..1): a fence reads as many ones and nothing else, a pair of eyes as two zeros.
    """

    likeness: float
    clear: bool
    digits: int
    ones: float
    zeros: float

    @property
    def vector(self) -> NDArray[np.float64]:
        """The regressors, (7,) float64: 1, the log odds of the likeness, 0 or 1 for clear; the shares of ones and of
        zeros; the same two times the logarithm of the number of digits."""
        likeness = min(max(self.likeness, _LEAST), 1 - _LEAST)
        odds = np.log(likeness / (1 - likeness))
        shares = np.array([self.ones, self.zeros])
        return np.array([1.0, odds, float(self.clear), *shares, *shares * np.log(self.digits)])


@dataclass(frozen=True, slots=True)
class PageCalibrator:
    """Calibration of one model on pages.

    ``temperature`` divides the log probabilities of the label (Guo et al. 2017). ``weights`` are the 7 of a logistic
    regression (Platt 1999) on ``ContextFeatures.vector``, whose output is the probability that a digit stands there.
    """

    temperature: float
    weights: tuple[float, ...]

    def digit_probability(self, context: ContextFeatures) -> float:
        """How likely it is that a digit stands there at all, 0..1."""
        return float(1 / (1 + np.exp(-float(np.dot(self.weights, context.vector)))))

    def probabilities(self, classified: NDArray[np.floating], context: ContextFeatures) -> NDArray[np.float64]:
        """The ten calibrated probabilities (10,), in the order of the classifier's own (10,), summing to 1: where no
        digit stands, each label is as likely as any."""
        powers = np.power(np.asarray(classified, np.float64), 1 / self.temperature)
        is_digit = self.digit_probability(context)
        return np.asarray(is_digit * powers / powers.sum() + (1 - is_digit) / len(powers))


# For a model without page calibration: probabilities and likeness as the networks give them. No digit is sure by it.
NEUTRAL: Final = PageCalibrator(1.0, (0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0))
