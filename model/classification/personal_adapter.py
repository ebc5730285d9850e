"""A personal adapter: what one person's corrections change in how that person's digits are labelled, and nobody else's.

It compares a digit with the corrected ones in the space of the classifier's features, and adds to the log probability
of each label what the likeness tells (trained by ``adapter_training``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from model.classification.softmax_regression import Floats, product_in_blocks
from model.hypotheses.page_calibration import LEAST_LABEL
from model.logits import softmax

# Measured on halves of two collections, 5 seeds: error left of mistakes corrected after 50 (18) of them, by a linear
# layer on the features 68 % (51 %), by likeness 58 % (42 %); likenesses of 3 to 5 hardly differ.
LIKENESS: Final = 4.0  # exp(LIKENESS * (cosine - 1)) is how alike two digits are


@dataclass(frozen=True, slots=True, eq=False)
class Adaptation:
    """What an adapter has to say of n digits: the ``shift`` (n, 10) of their log probabilities, and how alike each is
    to the likest of its digits, ``likeness`` (n, 1), 0 to 1; both float32."""

    shift: Floats
    likeness: Floats

    def of(self, probabilities: NDArray[np.floating], evidence: Floats, limit: float) -> NDArray[np.float64]:
        """The probabilities (n, 10) of the labels, from those that hold for everybody.

        Of a digit like one that was corrected the other networks have less to say, as they know nothing of corrections
        and would outvote what was taught. What has a probability of ``limit`` or more for everybody stays.
        """
        everybody = np.log(np.maximum(probabilities, np.finfo(np.float32).tiny))
        logits = everybody + self.likeness * (np.log(evidence) - everybody) + self.shift
        is_open = probabilities.max(axis=1, keepdims=True, initial=0.0) < limit
        return np.where(is_open, softmax(logits), probabilities).astype(np.float64)

    def weakened(self, strength: float) -> Self:
        """The same with ``strength`` (0 to 1) of the shift."""
        return type(self)(self.shift * np.float32(strength), self.likeness)


@dataclass(frozen=True, slots=True, eq=False)
class PersonalAdapter:
    """``centres`` (k, F), the features of the k digits that it was trained on, of length 1, and ``weights`` (k, 10),
    both float32. What is read with a probability of ``limit`` or more for everybody is left as it is."""

    centres: Floats
    weights: Floats
    limit: float

    def adapt(self, probabilities: NDArray[np.floating], evidence: Floats, features: Floats) -> NDArray[np.float64]:
        """The probabilities (n, 10) of the labels of a person's digits with these ``features`` (n, F), from those that
        hold for everybody and the classifier's ``evidence`` (n, 10)."""
        return self.adaptation(features).of(probabilities, evidence, self.limit)

    def adaptation(self, features: Floats) -> Adaptation:
        alike = likeness(features, self.centres)
        return Adaptation(product_in_blocks(alike, self.weights), alike.max(axis=1, keepdims=True, initial=0.0))


def classifier_evidence(probabilities: Floats, weight: float) -> Floats:
    """The classifier's probabilities (n, 10) for labels, as the decision about a photo weighs them: no source of a
    label is certain, and ``weight`` is that of all sources together (``PageCalibration.label``)."""
    return softmax(np.asarray(weight * np.log(np.maximum(probabilities, LEAST_LABEL)), np.float32))


def likeness(features: Floats, centres: Floats) -> Floats:
    """How alike digits with these features (n, F) are to ``centres`` (k, F), which have length 1: (n, k), 1 for the
    same direction."""
    return np.asarray(np.exp(LIKENESS * (cosines(features, centres) - 1)), np.float32)


def cosines(features: Floats, centres: Floats) -> Floats:
    """The cosines (n, k) of features (n, F) and ``centres`` (k, F), which have length 1."""
    return product_in_blocks(unit(features), centres.T)


def unit(features: Floats) -> Floats:
    """The same features (n, F) with length 1."""
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    return np.asarray(features / np.maximum(lengths, np.finfo(np.float32).tiny), np.float32)
