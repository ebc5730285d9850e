"""Promotion gate: the checks that a candidate must pass to become the active model."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import comb
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Classifier
from model.evaluation.digit_metrics import Scores
from model.model_bundle import ModelBundle
from training.export.candidate import Candidate

ALLOWED_ACCURACY_DROP = 0.001  # of the accuracy on the validation digits: 5 of MNIST's 5,000
SIGNIFICANCE: Final = 0.05  # of the sign test: a gain that chance explains with a greater probability is none


@dataclass(frozen=True, slots=True)
class Pair:
    """Scores of the active model (``before``) and the candidate (``after``) on the same digits."""

    before: Scores
    after: Scores

    def as_json(self) -> dict[str, Any]:
        """Counts and accuracies of both."""
        return {
            "n": self.after.n,
            "before": self.before.accuracy,
            "after": self.after.accuracy,
            "correct_before": self.before.correct,
            "correct_after": self.after.correct,
        }


@dataclass(frozen=True, slots=True)
class Gain:
    """Corrections read before and after: of ``misread`` ones ``fixed`` are read right, of ``right`` ones ``broken`` are
    misread."""

    misread: int
    fixed: int
    right: int
    broken: int

    @classmethod
    def of(cls, before: NDArray[np.integer], after: NDArray[np.integer], labels: NDArray[np.integer]) -> Gain:
        """From the labels read before and after (n,) and the true ones (n,)."""
        was_right, is_right = before == labels, after == labels
        fixed, broken = int((is_right & ~was_right).sum()), int((was_right & ~is_right).sum())
        return cls(int((~was_right).sum()), fixed, int(was_right.sum()), broken)

    @property
    def p_value(self) -> float:
        """How probable at least so many fixes would be among these changes if each were as likely a break (one-sided
        exact sign test)."""
        changed = self.fixed + self.broken
        return float(sum(comb(changed, count) for count in range(self.fixed, changed + 1)) / 2**changed)

    @property
    def is_more_than_chance(self) -> bool:
        """Whether the sign test says so."""
        return self.p_value <= SIGNIFICANCE

    def as_json(self) -> dict[str, Any]:
        """The counts, and accuracies before and after."""
        n, correct_after = self.misread + self.right, self.right - self.broken + self.fixed
        return {
            **asdict(self),
            "p_value": round(self.p_value, 6),
            "n": n,
            "before": self.right / max(1, n),
            "after": correct_after / max(1, n),
            "correct_before": self.right,
            "correct_after": correct_after,
        }


@dataclass(frozen=True, slots=True)
class Check:
    """One check of the candidate: ``value`` was measured over ``n`` digits, ``limit`` is required.

    ``validation`` requires an accuracy of at least ``limit``; ``corrections`` (cross-validated or held out) and
    ``readings`` (by the candidate itself) a p-value of the sign test of at most ``limit``; ``finite`` that the share of
    finite outputs is 1; ``size`` at most so many bytes of .tflite and .keras file together.
    """

    name: str
    passed: bool
    value: float
    limit: float
    n: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of the gate; ``promoted`` if the candidate passed every check."""

    checks: tuple[Check, ...]

    @property
    def promoted(self) -> bool:
        return all(check.passed for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """The verdict with every number."""
        return {
            "verdict": "promoted" if self.promoted else "refused",
            "refused_for": [check.name for check in self.checks if not check.passed],
            "checks": [asdict(check) for check in self.checks],
        }


def evaluate_gate(
    candidate: Candidate, validation: Pair, corrections: Gain, readings: Gain, max_bytes: int | None = None
) -> Verdict:
    """Compare the candidate with the active model on validation digits and on corrections, and check its outputs and
    size.

    ``corrections`` is what training gains on digits that it was not shown, ``readings`` what the candidate itself does
    with the corrections it was trained on: both must be more than chance. ``max_bytes`` is what the registry takes;
    without it there is no check of the size.
    """
    finite = _finite_share(candidate.served)
    checks = [
        _not_worse("validation", validation, ALLOWED_ACCURACY_DROP),
        _gains("corrections", corrections),
        _gains("readings", readings),
        Check("finite", finite == 1.0, finite, 1.0),
    ]
    if max_bytes is not None:
        checks.append(Check("size", candidate.size <= max_bytes, candidate.size, max_bytes))
    return Verdict(tuple(checks))


def max_errors(active: Scores) -> float:
    """How many validation digits a candidate may misread to pass beside ``active``."""
    return active.n - active.correct + ALLOWED_ACCURACY_DROP * active.n


def _not_worse(name: str, pair: Pair, allowed: float) -> Check:
    """Counted in digits, so that a drop of exactly what is allowed passes despite rounding."""
    least = pair.before.correct - round(allowed * pair.before.n, 6)
    passed = pair.after.correct >= least and np.isfinite(pair.after.loss)
    return Check(name, bool(passed), pair.after.accuracy, least / max(1, pair.before.n), pair.after.n)


def _gains(name: str, gain: Gain) -> Check:
    return Check(name, gain.is_more_than_chance, gain.p_value, SIGNIFICANCE, gain.misread + gain.right)


def _finite_share(candidate: ModelBundle) -> float:
    """The share of finite outputs over images unlike any training digit: empty, full, stripes, noise."""
    noise = np.random.default_rng(0).integers(0, 256, (5, 28, 28), np.uint8)
    stripes = np.zeros((28, 28), np.uint8)
    stripes[::2] = 255
    probes = np.concatenate([np.stack([np.zeros_like(stripes), np.full_like(stripes, 255), stripes]), noise])
    answers = Classifier(candidate).classify(probes)
    outputs = np.concatenate([answers.probabilities.ravel(), answers.features.ravel()])
    return float(np.isfinite(outputs).mean())
