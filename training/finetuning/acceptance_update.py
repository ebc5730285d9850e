"""The acceptance decision, updated with what people said is a digit or none.

The generated pages that it was fitted to are not at hand. Their share of the fit is the quadratic form of the card's
``PageCalibration.information`` around its weights, to which the likelihood of people's hypotheses is added (sequential
updating: Spiegelhalter & Lauritzen 1990).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.evaluation.label_errors import NOBODY
from model.hypotheses.page_calibration import HYPOTHESIS_FEATURES, PageCalibration
from model.logits import logistic
from storage.samples import Sample
from storage.tables import NOT_A_DIGIT

# Of one of people's hypotheses, where one on a generated page weighs 1 on average, and at most of all of people's
# digits together, and of all that they say is none. With 20 marks of several people a third fewer of other S and ?
# are read, and at most 14 more of 4,224 digits are missed (docs/retraining.md); with 10 and 400 up to 38 were.
HYPOTHESIS_WEIGHT: Final = 3.0
MAX_WEIGHT: Final = 60.0
_STEPS: Final = 20  # of Newton's method; it has converged long before
_CLEAR: Final = 0.9  # probability from which a digit must stay read
_READ: Final = 0.5  # least probability of what is read
_HALVED: Final = tuple(0.5**times for times in range(12))
_SHARES: Final = _HALVED[:4]  # of the change, the largest one that loses no clear digit is made

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LabelledHypotheses:
    """n hypotheses with their ``features`` (n, 13), whether each ``is_digit`` (n,), as ``people`` (n,) say, who are
    numbers or ``NOBODY``, and the ids of the samples."""

    features: Floats
    is_digit: NDArray[np.bool_]
    people: NDArray[np.int64]
    uids: tuple[str, ...]

    @classmethod
    def of(cls, samples: Iterable[Sample]) -> LabelledHypotheses:
        """Those of samples that have as many features as the decision has, in the order of their ids."""
        known = sorted((each for each in samples if _has_features(each)), key=lambda sample: sample.uid)
        features = np.array([sample.hypothesis_features for sample in known], np.float64)
        return cls(
            features.reshape(-1, len(HYPOTHESIS_FEATURES)),
            np.array([sample.label != NOT_A_DIGIT for sample in known], bool),
            np.array([NOBODY if sample.person is None else sample.person for sample in known], np.int64),
            tuple(sample.uid for sample in known),
        )

    @property
    def marks(self) -> tuple[str, ...]:
        """The ids of those that are no digits."""
        return tuple(uid for uid, is_digit in zip(self.uids, self.is_digit, strict=True) if not is_digit)

    def with_digits(self, uids: Collection[str]) -> LabelledHypotheses:
        """Without the digits that are not among ``uids``."""
        chosen = ~self.is_digit | np.array([uid in uids for uid in self.uids], bool)
        kept = tuple(uid for uid, is_kept in zip(self.uids, chosen, strict=True) if is_kept)
        return LabelledHypotheses(self.features[chosen], self.is_digit[chosen], self.people[chosen], kept)

    def weights(self, person_share: float) -> Floats:
        """How much each (n,) counts: one person's take at most ``person_share`` of ``MAX_WEIGHT``, for digits and for
        what is none."""
        weights = np.zeros(len(self.uids))
        for kind in (self.is_digit, ~self.is_digit):
            weights[kind] = min(HYPOTHESIS_WEIGHT, MAX_WEIGHT / max(1, kind.sum()))
            for person in np.unique(self.people[kind & (self.people != NOBODY)]):
                theirs = kind & (self.people == person)
                weights[theirs] *= min(1.0, person_share * MAX_WEIGHT / weights[theirs].sum())
        return weights


def can_update(calibration: PageCalibration | None, hypotheses: LabelledHypotheses) -> bool:
    """Whether there is anything that is no digit, and a calibration with information."""
    return calibration is not None and bool(calibration.information) and not hypotheses.is_digit.all()


def updated(calibration: PageCalibration, hypotheses: LabelledHypotheses, person_share: float) -> PageCalibration:
    """The calibration with its ``digit`` weights updated, and ``information`` with what people's hypotheses add to it;
    unchanged where ``can_update`` says so.

    The change is made smaller until every clear digit among the hypotheses is still read.
    """
    if not can_update(calibration, hypotheses):
        return calibration
    prior = np.array(calibration.digit)
    information = np.array(calibration.information).reshape(len(prior), len(prior))
    rows = np.hstack([np.ones((len(hypotheses.uids), 1)), hypotheses.features])
    weights = hypotheses.weights(person_share)
    step = _most_likely(prior, information, rows, hypotheses.is_digit, weights) - prior
    clear = rows[hypotheses.is_digit & (logistic(rows @ prior) >= _CLEAR)]
    share = next((each for each in _SHARES if (logistic(clear @ (prior + each * step)) >= _READ).all()), 0.0)
    digit = prior + share * step
    information = information + _curvature(rows, digit, weights)
    return replace(
        calibration,
        digit=tuple(round(float(each), 4) for each in digit),
        information=tuple(float(f"{each:.6g}") for each in information.ravel()),
    )


def _most_likely(
    prior: Floats, information: Floats, rows: Floats, is_digit: NDArray[np.bool_], weights: Floats
) -> Floats:
    """The weights (14,) that minimise half the quadratic form of ``information`` (14, 14) around ``prior``, less the
    log likelihood of the cases, by Newton's method; a step that goes too far is halved."""
    signs = np.where(is_digit, -1.0, 1.0)

    def loss(digit: Floats) -> float:
        change = digit - prior
        return float(change @ information @ change / 2 + weights @ np.logaddexp(0.0, signs * (rows @ digit)))

    digit = prior
    for _ in range(_STEPS):
        gradient = information @ (digit - prior) + rows.T @ (weights * (logistic(rows @ digit) - is_digit))
        step = np.linalg.solve(information + _curvature(rows, digit, weights), gradient)
        digit = next((each for each in (digit - share * step for share in _HALVED) if loss(each) < loss(digit)), digit)
    return digit


def _curvature(rows: Floats, digit: Floats, weights: Floats) -> Floats:
    """The second derivative (14, 14) of the loss of cases (n, 14) of these weights (n,)."""
    likely = logistic(rows @ digit)
    return np.asarray((rows * (weights * likely * (1 - likely))[:, None]).T @ rows)


def _has_features(sample: Sample) -> bool:
    return sample.hypothesis_features is not None and len(sample.hypothesis_features) == len(HYPOTHESIS_FEATURES)
