"""Promotion gate: the checks that a candidate must pass to become the active model."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from model.classification.classifier import Classifier
from model.evaluation.digit_metrics import Scores
from model.model_bundle import ModelBundle
from training.export.candidate import Candidate

ALLOWED_ACCURACY_DROP = 0.001  # of the accuracy on the validation digits: 5 of MNIST's 5,000


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
class Check:
    """One check of the candidate: ``value`` was measured over ``n`` digits, ``limit`` is required.

    ``validation`` and ``corrections`` require an accuracy of at least ``limit``, ``finite`` that the share of finite
    outputs is 1, ``size`` at most so many bytes of
    .tflite and .keras file together.
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


def evaluate_gate(candidate: Candidate, validation: Pair, corrections: Pair, max_bytes: int | None = None) -> Verdict:
    """Compare the candidate with the active model on validation digits and held-out corrections, and check its outputs
    and size.

    Without held-out corrections (their number is chance while there are few) that check passes on no digits.
    ``max_bytes`` is what the registry takes; without it there is no check of the size.
    """
    finite = _finite_share(candidate.served)
    checks = [
        _not_worse("validation", validation, ALLOWED_ACCURACY_DROP),
        _not_worse("corrections", corrections, 0.0),
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


def _finite_share(candidate: ModelBundle) -> float:
    """The share of finite outputs over images unlike any training digit: empty, full, stripes, noise."""
    noise = np.random.default_rng(0).integers(0, 256, (5, 28, 28), np.uint8)
    stripes = np.zeros((28, 28), np.uint8)
    stripes[::2] = 255
    probes = np.concatenate([np.stack([np.zeros_like(stripes), np.full_like(stripes, 255), stripes]), noise])
    answers = Classifier(candidate).classify(probes)
    outputs = np.concatenate([answers.probabilities.ravel(), answers.features.ravel()])
    return float(np.isfinite(outputs).mean())
