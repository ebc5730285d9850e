"""Marks that a person said are no digits, and what is so like them that it is not read as one for that person again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.classification.personal_adapter import cosines, unit
from model.classification.softmax_regression import Floats

# Cosine of the features of two drawings of one mark. Drawn ten times each, the second of an S, Z, l, O or g is left out
# in half of the trials, one after five in nine of ten; that of two different kinds of mark is below 0.9.
LEAST_COSINE: Final = 0.95
COSINE_MARGIN: Final = 1e-4  # beyond the likest digit, so that no digit that is known is left out


@dataclass(frozen=True, slots=True, eq=False)
class RejectedMarks:
    """``centres`` (m, F) float32, the features of m marks, of length 1. What is as like one of them as its cosine in
    ``least`` (m,) says is no digit."""

    centres: Floats
    least: Floats

    def hold(self, features: Floats) -> NDArray[np.bool_]:
        """Which of the marks with these features (n, F) are no digits, (n,)."""
        return np.asarray((cosines(features, self.centres) >= self.least).any(axis=1))


def reject_marks(marks: Floats, digits: Floats) -> RejectedMarks:
    """Marks with these features (m, F), beside ``digits`` (n, F), others' and the person's own: each mark stands for
    what is liker to it than any of these digits is, so that none of them is left out."""
    centres = unit(marks)
    likest = cosines(digits, centres).max(axis=0, initial=0.0) + np.float32(COSINE_MARGIN)
    return RejectedMarks(centres, np.asarray(np.clip(likest, LEAST_COSINE, 1 - 1e-6), np.float32))
