"""Whether confidence is the share that is right, on synthetic pages that no training and no fitting has used.

    nice python -P tests/benchmarks/calibration.py [--pages 1600] [--jobs 2] [--model FILE] [--write docs/accuracy.md]

1,600 pages of the kinds that the networks are trained on, from seeds that they are not, are read from their JPEG bytes
as the bot reads them. Needs no TensorFlow; half of the pages are written with MNIST's validation digits where MNIST is
at hand (``DIGITBOT_MNIST``), else all by our own generator.

What is counted: a digit that was read is right where its box overlaps that of a written digit by at least 0.3
(intersection over union), each matched once, and has its label. One that overlaps none is invented: wrong, with the
confidence that it was read with. A written digit that was missed has no confidence and no part in the calibration
error; but it counts among the digits of which a share is sure. A reading is right where its whole text is.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from model.evaluation.digit_metrics import BINS, calibration_error
from tests.benchmarks.markdown import measured, share, table, write_section
from training.calibration.page_hypotheses import HeldOutPages
from training.calibration.page_predictions import PagePredictions, page_reader, predictions

DIGIT_COLUMNS = ("digits on", "written", "read", "wrong", "invented", "missed", "calibration error")
SURE_COLUMNS = ("sure, of those written", "right, of those sure")
READING_COLUMNS = ("readings of", "pages", "right", "sure, of those with digits", "right, of those sure")
SURE_READING_COLUMNS = ("digits in sure readings, of those written", "right, of those")
RELIABILITY_COLUMNS = ("confidence, on pages with digits", "digits", "mean confidence", "right")
BENCHMARK_PART = 2  # of the held-out pages (HeldOutPages): nothing is fitted to it or chosen by it


@dataclass(frozen=True, slots=True, eq=False)
class DigitTally:
    """The n digits that were read on some pages: ``confidences`` and whether they are ``right``, both (n,).

    ``written`` is how many digits the pages hold, ``invented`` how many were read where none is.
    """

    confidences: NDArray[np.float64]
    right: NDArray[np.bool_]
    written: int
    invented: int

    @classmethod
    def on(cls, pages: Sequence[PagePredictions]) -> DigitTally:
        """Put the predictions on pages together."""
        digits = [digit for page in pages for digit in page.digits]
        return cls(
            np.array([digit.confidence for digit in digits], np.float64),
            np.array([digit.right for digit in digits], bool),
            sum(page.written for page in pages),
            sum(digit.label is None for digit in digits),
        )

    def cells(self, name: str, threshold: float) -> list[str]:
        """A row of the table of digits."""
        sure, wrong = self.confidences >= threshold, int((~self.right).sum()) - self.invented
        missed = self.written - (len(self.right) - self.invented)
        counts = (f"{number:,}" for number in (self.written, len(self.right), wrong, self.invented, missed))
        return [
            name,
            *counts,
            f"{100 * calibration_error(self.confidences, self.right):.2f} %",
            share(int(sure.sum()), self.written, 2),
            share(int((sure & self.right).sum()), int(sure.sum()), 2),
        ]

    def bins(self) -> list[list[str]]:
        """The rows of the reliability table: each bin of confidence with what was right in it."""
        numbers = np.minimum((self.confidences * BINS).astype(np.int64), BINS - 1)
        inside = ((number, numbers == number) for number in range(BINS))
        return [
            [
                f"{number / BINS:.2f} to {(number + 1) / BINS:.2f}",
                f"{int(which.sum()):,}",
                f"{100 * self.confidences[which].mean():.1f} %",
                f"{100 * self.right[which].mean():.1f} %",
            ]
            for number, which in inside
            if which.any()
        ]


def readings(name: str, pages: Sequence[PagePredictions]) -> list[str]:
    """A row of the table of readings; pages on which no digit was read are none."""
    read = [page for page in pages if page.digits]
    sure = [page for page in read if page.sure]
    digits, written = [digit.right for page in sure for digit in page.digits], sum(page.written for page in pages)
    return [
        name,
        f"{len(pages):,}",
        share(sum(page.exact for page in pages), len(pages), 2),
        share(len(sure), len(read), 2),
        share(sum(page.exact for page in sure), len(sure), 2),
        share(len(digits), written, 2),
        share(sum(digits), len(digits), 2),
    ]


def report(pages: Sequence[PagePredictions], threshold: float) -> str:
    """All tables, in Markdown."""
    written = [page for page in pages if page.written]
    groups = {
        "pages with digits": written,
        "of these, not turned": [page for page in written if page.upright],
        "all pages": pages,
    }
    digit_rows = [DigitTally.on(group).cells(name, threshold) for name, group in groups.items()]
    tables = (
        table((*DIGIT_COLUMNS, *SURE_COLUMNS), digit_rows),
        table((*READING_COLUMNS, *SURE_READING_COLUMNS), [readings(name, group) for name, group in groups.items()]),
        table(RELIABILITY_COLUMNS, DigitTally.on(written).bins()),
    )
    return "\n\n".join(tables)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1600)
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: 1)")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables into their section of it")
    args = parser.parse_args()
    pages = HeldOutPages(BENCHMARK_PART, args.pages, args.model)
    model = page_reader(pages).model
    tables = report(list(predictions(pages, args.jobs)), model.card.sure_threshold)
    line = measured(f"python -P tests/benchmarks/calibration.py --pages {args.pages}", model)
    sure = f"A photo is sure from a probability of {model.card.sure_threshold:.4f} on that all of it was read right."
    write_section(f"{tables}\n\n{sure} {line}", "calibration", args.write)


if __name__ == "__main__":
    main()
