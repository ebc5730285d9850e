"""Making confidence mean on photos what it says: the belief and the threshold of being sure, fitted on pages.

    python -P -m training.calibration.fit_pages [--model runs/digits/digits.tflite] [--pages 1600] [--jobs 2]

Reads generated pages that no training has seen with that model (default: the base model), and writes ``confidence_calibration.json``
beside it and ``sure_threshold``, with what it keeps, into its card. Needs no TensorFlow. How well that does on other
such pages is measured by ``tests/benchmarks/calibration.py``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from model.classification import confidence_calibration
from model.classification.confidence_calibration import PageCalibrator
from model.evaluation.digit_metrics import calibration_error
from model.model_bundle import CARD_NAME
from model.model_card import ModelCard
from training.calibration.calibration_estimators import fit_logistic, fit_temperature, sure_threshold
from training.calibration.page_predictions import HeldOutPages, PagePredictions, PredictedDigit

FITTED = 0  # the part of the held-back pages that is fitted to
SURE_RIGHT = 0.999  # asked for where it is fitted, so that 99.5 % hold where it is not, and on odder pages


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted to the answers of ``pages``, and what it does with them: ``error`` is the expected calibration
    error, ``sure`` a share of the digits written, ``right`` of those that are sure."""

    belief: PageCalibrator
    threshold: float
    pages: int
    written: int
    error: float
    sure: float
    right: float


def fit(pages: Sequence[PagePredictions]) -> Calibration:
    """Fit label and place apart: how sure of a digit's label to be, and how sure that it is a digit at all."""
    answers = [answer for page in pages for answer in page.answers]
    fitted = PageCalibrator(_temperature(answers), _weights(answers))
    confidences = np.array([_confidence(fitted, answer) for answer in answers], np.float32)
    right = np.array([answer.right for answer in answers], bool)
    threshold, written = sure_threshold(confidences, right, SURE_RIGHT), sum(page.written for page in pages)
    sure = confidences >= threshold
    return Calibration(
        belief=fitted,
        threshold=threshold,
        pages=len(pages),
        written=written,
        error=calibration_error(confidences, right),
        sure=int(sure.sum()) / max(1, written),
        right=int((sure & right).sum()) / max(1, int(sure.sum())),
    )


def write(folder: Path, fitted: Calibration, command: str) -> None:
    """Write it to the folder of a model, its card last."""
    told = {name: round(value, 5) for name, value in asdict(fitted).items() if name not in {"belief", "threshold"}}
    text = json.dumps({**asdict(fitted.belief), "command": command, **told}, indent=2)
    (folder / confidence_calibration.FILE).write_text(text + "\n", encoding="utf-8")
    card = ModelCard.from_json((folder / CARD_NAME).read_bytes())
    card = replace(
        card, sure_threshold=fitted.threshold, metrics={**card.metrics, "sure": {**told, "command": command}}
    )
    (folder / CARD_NAME).write_text(card.to_json(), encoding="utf-8")


def _temperature(answers: Sequence[PredictedDigit]) -> float:
    """By the digits that stand where one was read."""
    met = [answer for answer in answers if answer.label is not None]
    told = np.array([answer.probabilities for answer in met], np.float64).reshape(-1, 10)
    labels = np.array([answer.label for answer in met], np.uint8)
    return fit_temperature(np.log(np.maximum(told, np.finfo(np.float32).tiny)).astype(np.float32), labels)


def _weights(answers: Sequence[PredictedDigit]) -> tuple[float, ...]:
    evidence = np.array([answer.sight.evidence for answer in answers])
    fitted = fit_logistic(evidence, np.array([answer.label is not None for answer in answers], bool))
    return tuple(round(float(each), 4) for each in fitted)


def _confidence(fitted: PageCalibrator, answer: PredictedDigit) -> float:
    return float(fitted.probabilities(np.array(answer.probabilities), answer.sight).max())


def main() -> None:
    """Fit, write and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path("model/base/digits.tflite"), metavar="FILE")
    parser.add_argument("--pages", type=int, default=1600)
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: 1)")
    args = parser.parse_args()
    fitted = fit(list(HeldOutPages(FITTED, args.pages, args.model).predictions(args.jobs)))
    write(args.model.parent, fitted, f"python -P -m training.calibration.fit_pages --pages {args.pages}")
    sys.stdout.write(
        f"{fitted.belief}, sure from {fitted.threshold:.4f} on\n"
        f"of {fitted.written:,} digits on {fitted.pages:,} pages {fitted.sure:.2%} are sure, and of these "
        f"{fitted.right:.2%} right; calibration error {fitted.error:.2%}\n"
    )


if __name__ == "__main__":
    main()
