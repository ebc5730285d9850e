"""Fit the decision of recognition on generated pages that no network was trained on.

    python -P -m training.calibration.fit_decision --out model/base/decision.json [--pages 4000] [--jobs 2]

Half of the pages fit the labels and the digits, the other half the photo as a whole, so that it is judged by decisions
about pages that they were not fitted to.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from model.hypotheses.decision import Decision, page_features
from model.hypotheses.features import hypothesis_features, label_evidence
from training.calibration.page_hypotheses import PageHypotheses, held_out

SURE_RIGHT = 0.995  # share of the readings called sure that are right, on the pages that it is fitted to
_LEAST_SURE = 0.5


def fit(pages: Sequence[PageHypotheses], sure_right: float = SURE_RIGHT) -> Decision:
    """The weights that fit the pages."""
    half = len(pages) // 2
    label = _label_weights(pages[:half])
    first = Decision(label, (0.0,), (0.0,), 1.0)
    digit = _digit_weights(pages[:half], first)
    second = Decision(label, digit, (0.0,) * 10, 1.0)
    rows, right = page_rows(pages[half:], second)
    page = _logistic(rows, right)
    return Decision(label, digit, page, _threshold(1 / (1 + np.exp(-(rows @ page[1:] + page[0]))), right, sure_right))


def page_rows(pages: Sequence[PageHypotheses], decision: Decision) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Of all pages on which anything was read: the features of the photo, and whether all was read right."""
    rows, right = [], []
    for page in pages:
        decided = decision.decide(page.found, page.shape, page.unexplained)
        if not len(decided.accepted):
            continue
        rows.append(page_features(page.found, decided.is_digit, decided.labels, decided.accepted, page.unexplained))
        right.append(is_right(page, decided.accepted, decided.labels))
    return np.array(rows), np.array(right, bool)


def is_right(page: PageHypotheses, accepted: NDArray[np.int64], labels: NDArray[np.float64]) -> bool:
    """Whether the accepted hypotheses are the page's digits, all of them and by their labels."""
    chosen = labels[accepted].argmax(axis=1) if len(accepted) else np.zeros(0, np.int64)
    return len(accepted) == page.written and bool((page.labels[accepted] == chosen).all())


def _label_weights(pages: Sequence[PageHypotheses]) -> tuple[float, ...]:
    """By maximum likelihood of the labels of hypotheses that are digits (conditional logit: McFadden 1974), by Newton's
    method."""
    evidence = np.concatenate([label_evidence(page.found)[page.labels >= 0] for page in pages])
    labels = np.concatenate([page.labels[page.labels >= 0] for page in pages])
    at = np.arange(len(labels))

    weights = np.full(3, 0.4)
    for _ in range(30):
        logits = evidence @ weights
        chances = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        mean = np.einsum("nl,nls->ns", chances, evidence)
        away = evidence - mean[:, None]
        curvature = np.einsum("nl,nls,nlt->st", chances, away, away) + 1e-3 * np.eye(3)
        weights = weights + np.linalg.solve(curvature, (evidence[at, labels] - mean).sum(axis=0) - 1e-3 * weights)
    return tuple(round(float(each), 4) for each in weights)


def _digit_weights(pages: Sequence[PageHypotheses], decision: Decision) -> tuple[float, ...]:
    rows = [
        hypothesis_features(page.found, decision.labels(page.found).argmax(axis=1), page.shape)
        for page in pages
        if len(page.found)
    ]
    true = [page.labels >= 0 for page in pages if len(page.found)]
    # Each page counts alike: most photos hold a digit or a few, and some hold a hundred.
    weights = np.concatenate([np.full(len(each), 1 / len(each)) for each in true])
    return _logistic(np.concatenate(rows), np.concatenate(true), weights / weights.mean())


def _logistic(
    rows: NDArray[np.float64], true: NDArray[np.bool_], weights: NDArray[np.float64] | None = None
) -> tuple[float, ...]:
    """The weights of a logistic regression on the features as they are, the constant first."""
    scaler = StandardScaler().fit(rows, sample_weight=weights)
    regression = LogisticRegression(max_iter=2000).fit(scaler.transform(rows), true, sample_weight=weights)
    slopes = regression.coef_[0] / scaler.scale_
    constant = float(regression.intercept_[0] - slopes @ scaler.mean_)
    return (round(constant, 4), *(round(float(each), 4) for each in slopes))


def _threshold(probabilities: NDArray[np.float64], right: NDArray[np.bool_], share: float) -> float:
    """The least probability from which on such a share is right."""
    order = np.argsort(-probabilities, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(shares >= share)
    return max(_LEAST_SURE, round(float(probabilities[order][good[-1]]), 4)) if len(good) else 1.0


def main() -> int:
    """Fit, write and tell how it does on pages of another part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=4000)
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()
    decision = fit(list(held_out(0, arguments.pages, arguments.jobs)))
    told = measured(list(held_out(1, max(50, arguments.pages // 4), arguments.jobs)), decision)
    command = f"python -P -m training.calibration.fit_decision --pages {arguments.pages}"
    text = json.dumps({**asdict(decision), "command": command, "held_out": told}, indent=1)
    arguments.out.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(told) + "\n")
    return 0


def measured(pages: Sequence[PageHypotheses], decision: Decision) -> dict[str, float]:
    """How the decision does: shares of pages with and without digits read right, of sure ones, and of these wrong."""
    with_digits, right, empty, left, sure, wrong = 0, 0, 0, 0, 0, 0
    for page in pages:
        decided = decision.decide(page.found, page.shape, page.unexplained)
        good = is_right(page, decided.accepted, decided.labels)
        with_digits += page.written > 0
        right += page.written > 0 and good
        empty += page.written == 0
        left += page.written == 0 and good
        sure += decided.understood >= decision.sure and len(decided.accepted) > 0
        wrong += decided.understood >= decision.sure and len(decided.accepted) > 0 and not good
    return {
        "pages_with_digits": with_digits, "read_right": right,
        "pages_without_digits": empty, "read_as_none": left, "sure": sure, "sure_but_wrong": wrong,
    }  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
