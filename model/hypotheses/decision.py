"""The one decision: which hypotheses are digits, which digits they are, and whether the whole photo was understood.

Logistic regressions on what ``features`` says, fitted on generated pages that no network was trained on
(``training.calibration.fit_decision``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from model.hypotheses.features import hypothesis_features, label_evidence
from model.hypotheses.hypothesis import Hypotheses

FILE = "decision.json"
_ACCEPTED = 0.5  # probability from which a digit is read: more likely than not


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """``is_digit`` (n,) float64, how likely each hypothesis is a digit; ``labels`` (n, 10) float64, how likely each
    label if it is one; ``accepted``: indices of those that are read; ``understood``: how likely all is read right."""

    is_digit: NDArray[np.float64]
    labels: NDArray[np.float64]
    accepted: NDArray[np.int64]
    understood: float


@dataclass(frozen=True, slots=True)
class Decision:
    """The weights: of the three sources of a label; of the features that tell a digit from none, the constant first;
    of those that tell a photo that was read right, the constant first; and ``sure``, the probability of that from which
    on a reading is sure."""

    label: tuple[float, ...]
    digit: tuple[float, ...]
    page: tuple[float, ...]
    sure: float

    @classmethod
    def base(cls) -> Self:
        """Read the one that comes with the package."""
        return cls.of(json.loads((files("model") / "base" / FILE).read_text(encoding="utf-8")))

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Read ``{"label": [3 numbers], "digit": [...], "page": [...], "sure": number}``; more may be told there."""
        label, digit, page = (tuple(map(float, told[name])) for name in ("label", "digit", "page"))
        return cls(label, digit, page, float(told["sure"]))

    def decide(self, found: Hypotheses, shape: tuple[int, ...], unexplained: float) -> Decided:
        """Decide about the hypotheses of a photo of that (height, width); ``unexplained`` counts the marks of a digit's
        size in it that neither a hypothesis nor a known other mark explains."""
        labels = self.labels(found)
        chosen = labels.argmax(axis=1) if len(found) else np.zeros(0, np.int64)
        is_digit = _logistic(hypothesis_features(found, chosen, shape), self.digit)
        accepted = np.flatnonzero(is_digit >= _ACCEPTED)
        features = page_features(found, is_digit, labels, accepted, unexplained)
        understood = float(_logistic(features[None], self.page)[0]) if len(accepted) else 0.0
        return Decided(is_digit, labels, accepted, understood)

    def labels(self, found: Hypotheses) -> NDArray[np.float64]:
        """The probabilities (n, 10) of the labels, by all three sources."""
        logits = label_evidence(found) @ np.array(self.label)
        powers = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-1e9))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def page_features(
    found: Hypotheses,
    is_digit: NDArray[np.float64],
    labels: NDArray[np.float64],
    accepted: NDArray[np.int64],
    unexplained: float,
) -> NDArray[np.float64]:
    """The regressors (9,) of a photo of which ``accepted`` was read: how likely that is by its digits, the most
    doubtful of them, what was rejected, where the sources of the label disagree, and what nothing explains."""
    if not len(accepted):
        return np.zeros(9)
    kept = np.clip(is_digit, 1e-4, 1 - 1e-4)
    rejected = np.setdiff1d(np.arange(len(found)), accepted)
    top = np.clip(labels[accepted].max(axis=1), 1e-4, 1 - 1e-4)
    chosen = labels[accepted].argmax(axis=1)
    sources = np.stack([found.classified, found.kinds[:, :10], found.labels])[:, accepted].argmax(axis=2)
    disagreeing = (sources != chosen).sum(axis=0)
    count = float(len(accepted))
    return np.array(
        [
            np.log(kept[accepted]).sum() + np.log(top).sum(),
            np.log(1 - kept[rejected]).sum(),
            _odds(kept[accepted].min()),
            _odds(top.min()),
            _odds(float(kept[rejected].max(initial=1e-4))),
            float((disagreeing > 0).sum()),
            float(disagreeing.max()),
            np.log(count),
            np.log1p(unexplained / count),
        ]
    )


def _odds(probability: float) -> float:
    return float(np.log(probability / (1 - probability)))


def _logistic(features: NDArray[np.float64], weights: tuple[float, ...]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-(features @ np.array(weights[1:]) + weights[0]))))
