"""Page calibration: what turns a model's outputs into confidence on a photo, and from where on a digit is sure.

    python -P -m training.calibration.fit_pages [--model runs/digits/digits.tflite] [--pages 3000] [--jobs 2]

Reads generated pages held out from training with that model (default: the base model), and writes ``page_calibration``,
``sure_threshold`` and what they achieve on those pages into the card beside it. Needs no TensorFlow. What they achieve
on other pages is measured by ``tests/benchmarks/calibration.py``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from model.classification.confidence_calibration import WEIGHTS, PageCalibrator
from model.evaluation.digit_metrics import calibration_error
from model.model_bundle import CARD_NAME
from model.model_card import ModelCard
from training.calibration.calibration_estimators import fit_logistic, fit_temperature
from training.calibration.page_predictions import HeldOutPages, PagePredictions, PredictedDigit
from training.calibration.sure_threshold import sure_threshold

FITTED = 0  # the part of the held-out pages that is fitted to


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted to predictions on ``pages``, and what it achieves there: ``error`` is the expected calibration
    error, ``sure`` a share of the digits written, ``right`` of those that are sure."""

    calibrator: PageCalibrator
    threshold: float
    pages: int
    written: int
    error: float
    sure: float
    right: float

    def on(self, card: ModelCard, command: str) -> ModelCard:
        """The card with this calibration; ``command`` says how it was made."""
        numbers = {
            name: round(value, 5) for name, value in asdict(self).items() if name not in {"calibrator", "threshold"}
        }
        metrics = {**card.metrics, "sure": {**numbers, "command": command}}
        return replace(card, page_calibration=self.calibrator, sure_threshold=self.threshold, metrics=metrics)


def fit(pages: Sequence[PagePredictions]) -> Calibration:
    """Fit apart how sure to be of a digit's label, and how sure that a digit stands there at all."""
    digits = [digit for page in pages for digit in page.digits]
    fitted = PageCalibrator(_temperature(digits), _weights(digits))
    confidences = np.array([_confidence(fitted, digit) for digit in digits], np.float32)
    right = np.array([digit.right for digit in digits], bool)
    threshold, written = sure_threshold(confidences, right), sum(page.written for page in pages)
    sure = confidences >= threshold
    return Calibration(
        calibrator=fitted,
        threshold=threshold,
        pages=len(pages),
        written=written,
        error=calibration_error(confidences, right),
        sure=int(sure.sum()) / max(1, written),
        right=int((sure & right).sum()) / max(1, int(sure.sum())),
    )


def calibrate(model: Path, pages: int, jobs: int = 1) -> Calibration:
    """Fit to so many pages, read with the served file ``model`` in so many processes. Raises ``ModelLoadError``."""
    return fit(list(HeldOutPages(FITTED, pages, model).predictions(jobs)))


def write(folder: Path, fitted: Calibration, command: str) -> None:
    """Write it into the card in a model's folder."""
    card = ModelCard.from_json((folder / CARD_NAME).read_bytes())
    (folder / CARD_NAME).write_text(fitted.on(card, command).to_json(), encoding="utf-8")


def _temperature(digits: Sequence[PredictedDigit]) -> float:
    """By the digits that stand where one was read."""
    written = [digit for digit in digits if digit.label is not None]
    probabilities = np.array([digit.probabilities for digit in written], np.float64).reshape(-1, 10)
    labels = np.array([digit.label for digit in written], np.uint8)
    return fit_temperature(np.log(np.maximum(probabilities, np.finfo(np.float32).tiny)).astype(np.float32), labels)


def _weights(digits: Sequence[PredictedDigit]) -> tuple[float, ...]:
    regressors = np.array([digit.context.vector for digit in digits]).reshape(-1, WEIGHTS)
    fitted = fit_logistic(regressors, np.array([digit.label is not None for digit in digits], bool))
    return tuple(round(float(weight), 4) for weight in fitted)


def _confidence(fitted: PageCalibrator, digit: PredictedDigit) -> float:
    return float(fitted.probabilities(np.array(digit.probabilities), digit.context).max())


def main() -> None:
    """Fit, write and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path("model/base/digits.tflite"), metavar="FILE")
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: 1)")
    args = parser.parse_args()
    fitted = calibrate(args.model, args.pages, args.jobs)
    write(args.model.parent, fitted, f"python -P -m training.calibration.fit_pages --pages {args.pages}")
    sys.stdout.write(
        f"{fitted.calibrator}, sure from {fitted.threshold:.4f} on\n"
        f"of {fitted.written:,} digits on {fitted.pages:,} pages {fitted.sure:.2%} are sure, and of these "
        f"{fitted.right:.2%} right; calibration error {fitted.error:.2%}\n"
    )


if __name__ == "__main__":
    main()
