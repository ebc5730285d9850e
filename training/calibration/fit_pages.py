"""Page calibration: the decision about what stands on a photo, fitted to a model's outputs on generated pages.

    python -P -m training.calibration.fit_pages [--model runs/digits/digits.tflite] [--pages 4000] [--jobs 2]

Reads generated pages held out from training with that model (default: the base model), and writes ``page_calibration``,
``sure_threshold`` and what they achieve on those pages into the card beside it. Needs no TensorFlow. What they achieve
on other pages is measured by ``tests/benchmarks/calibration.py``.

Half of the pages fit the labels and the digits, the other half the photo as a whole, so that it is judged by decisions
about pages that they were not fitted to.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from model.errors import ModelError
from model.hypotheses.decision import Decided, accept, decide, label_probabilities
from model.hypotheses.features import hypothesis_features, label_evidence, page_features
from model.hypotheses.page_calibration import LABEL_SOURCES, PAGE_FEATURES, PageCalibration
from model.logits import logistic
from model.model_bundle import CARD_NAME, ModelBundle
from model.model_card import ModelCard
from model.networks import Networks
from training.argument_types import positive
from training.calibration.page_hypotheses import HeldOutPages, PageHypotheses
from training.exit_status import exit_status
from training.output_files import require_file

FITTED = 0  # the part of the held-out pages that is fitted to
# Share of all pages that may be read as sure and wrong. They are harder than the benchmark's: 0.38 % of 7,452 of these
# are, and none of 443 development photos with digits (docs/accuracy.md).
SURE_WRONG = 0.009
_LEAST_SURE = 0.5
_STEPS = 30  # of Newton's method; it has converged long before
_PULL = 1e-3  # of the label weights to nought, so that there is one best set of them


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted to the hypotheses on ``pages``, and what it achieves there: shares of the pages with digits and
    of those without that are read ``right`` and as ``nothing``, of the pages that are ``sure``, and of these ``wrong``.
    """

    calibration: PageCalibration
    threshold: float
    pages: int
    right: float
    nothing: float
    sure: float
    wrong: float

    def on(self, card: ModelCard, command: str) -> ModelCard:
        """The card with this calibration; ``command`` says how it was made."""
        numbers = {
            name: round(value, 5) for name, value in asdict(self).items() if name not in {"calibration", "threshold"}
        }
        metrics = {**card.metrics, "sure": {**numbers, "command": command}}
        return replace(card, page_calibration=self.calibration, sure_threshold=self.threshold, metrics=metrics)


def fit(pages: Sequence[PageHypotheses]) -> Calibration:
    """Fit how sure to be of a digit's label, that a digit stands there, and that all of a page was read right."""
    first, second = pages[::2], pages[1::2]
    label = _label_weights(first)
    undecided = PageCalibration(label, (0.0,), (0.0,) * (1 + len(PAGE_FEATURES)))
    weights = _with_digit_weights(first, undecided)
    rows, right = page_rows(second, weights)
    weights = replace(weights, page=_logistic(rows, right))
    return measured(pages, weights, _threshold(pages, weights))


def measured(pages: Sequence[PageHypotheses], weights: PageCalibration, threshold: float) -> Calibration:
    """What a calibration achieves on pages."""
    decided = [final_decision(page, weights) for page in pages]
    right = np.array([is_right(page, d.accepted, d.labels) for page, d in decided], bool)
    written = np.array([page.written > 0 for page in pages], bool)
    sure = np.array([d.certainty >= threshold and len(d.accepted) > 0 for _, d in decided], bool)
    return Calibration(
        calibration=weights,
        threshold=threshold,
        pages=len(pages),
        right=float((right & written).sum() / max(1, written.sum())),
        nothing=float((right & ~written).sum() / max(1, (~written).sum())),
        sure=float(sure.mean()) if len(pages) else 0.0,
        wrong=float((sure & ~right).sum() / max(1, sure.sum())),
    )


def final_decision(page: PageHypotheses, weights: PageCalibration) -> tuple[PageHypotheses, Decided]:
    """The decision that stands, and what it was taken about: where the first is doubtful, that about the scale which is
    likeliest to be read right, as ``model.recognition.recognize`` chooses it."""
    first = decide(page.found, weights, page.unexplained)
    if not first.is_doubtful:
        return page, first
    further = [(each, decide(each.found, weights, each.unexplained)) for each in page.further]
    return max([(page, first), *further], key=lambda each: each[1].understood)


def is_right(page: PageHypotheses, accepted: NDArray[np.int64], labels: NDArray[np.float64]) -> bool:
    """Whether the accepted hypotheses are the page's digits, all of them and by their labels."""
    chosen = labels[accepted].argmax(axis=1) if len(accepted) else np.zeros(0, np.int64)
    return len(accepted) == page.written and bool((page.labels[accepted] == chosen).all())


def page_rows(
    pages: Sequence[PageHypotheses], weights: PageCalibration
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Of all pages on which anything was read: the features of the page, and whether all was read right."""
    rows, right = [], []
    for page in pages:
        decided = accept(page.found, weights)
        if len(decided.accepted):
            told = page.found, decided.is_digit, decided.labels, decided.accepted, page.unexplained
            rows.append(page_features(*told))
            right.append(is_right(page, decided.accepted, decided.labels))
    return np.array(rows).reshape(-1, len(PAGE_FEATURES)), np.array(right, bool)


def _label_weights(pages: Sequence[PageHypotheses]) -> tuple[float, ...]:
    """By maximum likelihood of the labels of hypotheses that are digits (conditional logit: McFadden 1974), by Newton's
    method."""
    evidence = np.concatenate([label_evidence(page.found)[page.labels >= 0] for page in pages])
    labels = np.concatenate([page.labels[page.labels >= 0] for page in pages])
    true = evidence[np.arange(len(labels)), labels].sum(axis=0)
    weights = np.full(LABEL_SOURCES, 0.4)
    for _ in range(_STEPS):
        logits = evidence @ weights
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        mean = np.einsum("nl,nls->ns", shares, evidence)
        away = evidence - mean[:, None]
        curvature = np.einsum("nl,nls,nlt->st", shares, away, away) + _PULL * np.eye(LABEL_SOURCES)
        weights = weights + np.linalg.solve(curvature, true - mean.sum(axis=0) - _PULL * weights)
    return tuple(round(float(each), 4) for each in weights)


def _with_digit_weights(pages: Sequence[PageHypotheses], weights: PageCalibration) -> PageCalibration:
    found = [page for page in pages if len(page.found)]
    rows = [hypothesis_features(page.found, label_probabilities(page.found, weights).argmax(axis=1)) for page in found]
    # Each page counts alike: most photos hold a digit or a few, and some hold a hundred.
    counts = np.concatenate([np.full(len(page.labels), 1 / len(page.labels)) for page in found])
    features, counts = np.concatenate(rows), counts / counts.mean()
    digit = _logistic(features, np.concatenate([page.labels >= 0 for page in found]), counts)
    return replace(weights, digit=digit, information=_information(features, np.array(digit), counts))


def _information(
    rows: NDArray[np.float64], weights: NDArray[np.float64], counts: NDArray[np.float64]
) -> tuple[float, ...]:
    """The observed information of a logistic regression, the second derivative of its loss: that of the cases, and of
    the penalty by which scikit-learn draws scaled weights to nought."""
    features = np.hstack([np.ones((len(rows), 1)), rows])
    true = logistic(features @ weights)
    matrix = (features * (counts * true * (1 - true))[:, None]).T @ features
    matrix += np.diag([0.0, *StandardScaler().fit(rows, sample_weight=counts).var_])
    return tuple(float(f"{each:.6g}") for each in matrix.ravel())


def _logistic(
    rows: NDArray[np.float64], true: NDArray[np.bool_], counts: NDArray[np.float64] | None = None
) -> tuple[float, ...]:
    """The weights of a logistic regression on the features as they are, the constant first; where all cases are alike,
    the constant says so (Laplace's rule) and the features nothing."""
    if true.all() or not true.any():
        constant = float(np.log((true.sum() + 1) / ((~true).sum() + 1)))
        return (round(constant, 4), *[0.0] * rows.shape[1])
    scaler = StandardScaler().fit(rows, sample_weight=counts)
    regression = LogisticRegression(max_iter=2000).fit(scaler.transform(rows), true, sample_weight=counts)
    slopes = regression.coef_[0] / scaler.scale_
    constant = float(regression.intercept_[0] - slopes @ scaler.mean_)
    return (round(constant, 4), *(round(float(each), 4) for each in slopes))


def _threshold(pages: Sequence[PageHypotheses], weights: PageCalibration) -> float:
    """The least probability from which on no more of all pages are sure and wrong; 1 where nothing can be sure."""
    decided = [each for each in (final_decision(page, weights) for page in pages) if len(each[1].accepted)]
    certain = np.array([d.certainty for _, d in decided])
    right = np.array([is_right(page, d.accepted, d.labels) for page, d in decided], bool)
    order = np.argsort(-certain, kind="stable")
    good = np.flatnonzero(np.cumsum(~right[order]) <= SURE_WRONG * len(pages))
    return max(_LEAST_SURE, round(float(certain[order][good[-1]]), 4)) if len(good) else 1.0


def calibrate(model: Path, pages: int, jobs: int = 1, kept: PageCalibration | None = None) -> Calibration:
    """Fit to so many pages, read with the served file ``model`` in so many processes; with ``kept`` weights the
    threshold alone. Raises ``ModelLoadError``."""
    judged = list(HeldOutPages(FITTED, pages, model).hypotheses(jobs))
    return fit(judged) if kept is None else measured(judged, kept, _threshold(judged, kept))


def require_inputs(model: Path) -> None:
    """Make sure, before hours of work, that what it needs can be had: the model with its card, which will be written,
    the networks of this package, and MNIST, if it is at hand. Raises ``ModelError`` and ``OSError``."""
    ModelBundle.read(model)
    card = model.with_name(CARD_NAME)
    ModelCard.from_json(card.read_bytes())
    require_file(card)
    require_pages()


def require_pages() -> None:
    """Make sure that held-out pages can be made and read: by the networks of this package, and with MNIST's digits, if
    these are at hand. Raises ``ModelError``."""
    Networks.packaged()
    HeldOutPages(FITTED, 1).sample_digits()


def write(folder: Path, fitted: Calibration, command: str) -> None:
    """Write it into the card in a model's folder."""
    card = ModelCard.from_json((folder / CARD_NAME).read_bytes())
    (folder / CARD_NAME).write_text(fitted.on(card, command).to_json(), encoding="utf-8")


def main() -> int:
    """Fit, write and print; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path("model/base/digits.tflite"), metavar="FILE")
    parser.add_argument("--pages", type=positive, default=4000)
    parser.add_argument("--jobs", type=positive, default=1, help="processes (default: 1)")
    parser.add_argument(
        "--threshold", action="store_true", help="keep the weights on the card, fit from where on a photo is sure"
    )
    args = parser.parse_args()
    return exit_status(lambda: _fit_and_write(args))


def _fit_and_write(args: argparse.Namespace) -> None:
    require_inputs(args.model)
    kept = _weights_on_card(args.model) if args.threshold else None
    fitted = calibrate(args.model, args.pages, args.jobs, kept)
    command = f"python -P -m training.calibration.fit_pages --pages {args.pages}"
    write(args.model.parent, fitted, f"{command} --threshold" if kept else command)
    sys.stdout.write(
        f"{fitted.calibration}, sure from {fitted.threshold:.4f} on\n"
        f"of {fitted.pages:,} pages {fitted.right:.2%} of those with digits are read right, {fitted.nothing:.2%} of "
        f"the others as nothing; {fitted.sure:.2%} are sure, of these {fitted.wrong:.2%} wrong\n"
    )


def _weights_on_card(model: Path) -> PageCalibration:
    if (weights := ModelBundle.read(model).card.page_calibration) is None:
        raise ModelError(f"The card of {model} holds no weights to keep: fit them first, without --threshold.")
    return weights


if __name__ == "__main__":
    raise SystemExit(main())
