"""The one decision: which hypotheses are digits, which digits they are, and whether the whole photo was understood."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.classification.personal_adapter import PersonalAdapter, classifier_evidence
from model.hypotheses.features import hypothesis_features, label_evidence, page_features
from model.hypotheses.hypothesis import Hypotheses
from model.hypotheses.page_calibration import PageCalibration
from model.logits import logistic, softmax

ACCEPTED = 0.5  # probability from which a digit is read: more likely than not
# Probability that the clearest digit of a photo must have for any to be read. Of 501 development photos 4 more are read
# right with it, and of the 58 without digits 8 fewer as some; from 0.93 on, thin pens are lost.
CLEAR = 0.9
CLEAR_TURNED = 0.98  # of a photo that was turned: a letter on its side is a digit more often than a digit lies so
# Probabilities between which a photo is read at other scales too. Of 532 such pages of 3,600 generated ones 135 are
# right by the first reading and 177 by the likeliest of three; of 764 above 623 and 626, of 26 below none.
_DOUBTFUL = 0.01, 0.6
_MOST_DOUBTFUL = 100  # hypotheses of such a photo, so that its time is bounded; of 753 such pages none has as many


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """``is_digit`` (n,) float64, how likely each hypothesis is a digit; ``labels`` (n, 10) float64, how likely each
    label if it is one; ``accepted``: indices of those that are read; ``understood``: how likely all is read right;
    ``features`` (n, 13) float64: what ``is_digit`` was computed from (``features.hypothesis_features``)."""

    is_digit: NDArray[np.float64]
    labels: NDArray[np.float64]
    accepted: NDArray[np.int64]
    understood: float
    features: NDArray[np.float64]

    @property
    def certainty(self) -> float:
        """How likely all is read right, and no likelier than the most doubtful digit is; 0 where nothing is read.

        ``understood`` is fitted to whole pages, and may exceed that: of 366 development photos with 0.9237 or more 2
        are misread, of the 347 whose digits all have as much none.
        """
        return min([self.understood, *(float(self.probabilities(int(index)).max()) for index in self.accepted)])

    @property
    def is_doubtful(self) -> bool:
        """Whether something is read that another scale may tell better."""
        is_read = len(self.accepted) > 0 and len(self.is_digit) <= _MOST_DOUBTFUL
        return is_read and _DOUBTFUL[0] <= self.understood < _DOUBTFUL[1]

    def probabilities(self, index: int) -> NDArray[np.float64]:
        """The ten probabilities (10,) of a hypothesis, summing to 1: where no digit stands, each label is as likely as
        any."""
        is_digit = self.is_digit[index]
        return np.asarray(is_digit * self.labels[index] + (1 - is_digit) / 10)


def decide(found: Hypotheses, weights: PageCalibration, unexplained: float, count: int | None = None) -> Decided:
    """Decide about the hypotheses of a photo: ``accept`` and ``understand`` in one."""
    return understand(found, accept(found, weights, count), weights, unexplained)


def accept(found: Hypotheses, weights: PageCalibration, count: int | None = None, *, clear: float = CLEAR) -> Decided:
    """Decide which hypotheses are read; nothing is understood yet. ``count`` asks for so many digits, or as many as
    there are; without it none is read where not one is a digit with a probability of ``clear``."""
    labels = label_probabilities(found, weights)
    chosen = labels.argmax(axis=1) if len(found) else np.zeros(0, np.int64)
    features = hypothesis_features(found, chosen)
    is_digit = logistic(_linear(features, weights.digit))
    accepted = np.flatnonzero(is_digit >= ACCEPTED)
    if is_digit.max(initial=0.0) < clear:
        accepted = accepted[:0]
    if count is not None:
        accepted = np.sort(np.argsort(-is_digit, kind="stable")[:count])
    return Decided(is_digit, labels, accepted, 0.0, features)


def leave_out(decided: Decided, which: NDArray[np.int64], clear: float) -> Decided:
    """The same without what somebody knows to be no digits, ``which`` (m,) indices; ``clear`` as in ``accept``."""
    is_digit = decided.is_digit.copy()
    is_digit[which] = 0.0
    kept = np.setdiff1d(decided.accepted, which)
    return replace(decided, is_digit=is_digit, accepted=kept if is_digit.max(initial=0.0) >= clear else kept[:0])


def understand(found: Hypotheses, decided: Decided, weights: PageCalibration, unexplained: float) -> Decided:
    """The same, with how likely all is read right; ``unexplained`` counts the marks of a digit's size in the photo that
    neither an accepted hypothesis nor a known other mark explains."""
    if not len(decided.accepted):
        return decided
    features = page_features(found, decided.is_digit, decided.labels, decided.accepted, unexplained)
    return replace(decided, understood=float(logistic(_linear(features[None], weights.page))[0]))


def adapt_labels(
    found: Hypotheses, decided: Decided, adapter: PersonalAdapter, weights: PageCalibration, unexplained: float
) -> Decided:
    """The decision with the labels of what is read adapted; what is read as digits stays.

    No photo gets surer by it: where a label that is read changed, nothing is understood, as nobody has counted how many
    of such labels are right; elsewhere what the adapter makes more doubtful counts, and what it makes likelier does
    not.
    """
    accepted, labels = decided.accepted, decided.labels.copy()
    evidence = classifier_evidence(found.classified[accepted], sum(weights.label))
    labels[accepted] = adapter.adapt(labels[accepted], evidence, found.features[accepted])
    adapted = replace(decided, labels=labels)
    if np.any(labels[accepted].argmax(axis=1) != decided.labels[accepted].argmax(axis=1)):
        return replace(adapted, understood=0.0)
    understood = understand(found, adapted, weights, unexplained).understood
    return replace(adapted, understood=min(understood, decided.understood))


def label_probabilities(found: Hypotheses, weights: PageCalibration) -> NDArray[np.float64]:
    """The probabilities (n, 10) of the labels, by all three sources."""
    return softmax(label_evidence(found) @ np.array(weights.label))


def _linear(features: NDArray[np.float64], weights: tuple[float, ...]) -> NDArray[np.float64]:
    """The log odds of a logistic regression, whose constant is the first of its weights."""
    return np.asarray(features @ np.array(weights[1:]) + weights[0])
