"""Whether confidence means what it says, on generated pages that no training and no fitting has seen.

    nice python -P tests/benchmarks/calibration.py [--pages 1600] [--jobs 2] [--model FILE] > calibration.md

1,600 pages hold some 6,000 digits: random mixtures of conditions (one page in ten of these without a digit) and each
single condition, in turns, read from their JPEG bytes as the bot reads them. Needs no TensorFlow; half of the pages are
written with MNIST's validation digits where MNIST is at hand (``DIGITBOT_MNIST``), else all by our own pens.

What is counted: a digit that was read is right where it shares at least 0.3 (intersection over union) with the box of a
digit that was written, each taken once, and has its label. One that shares too little is invented: wrong, with the
confidence it was told with. A written digit that was not found was told with no confidence, so that no calibration
error knows it; but it counts among all digits of which a share is sure. A reading is right where its whole text is.
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

from model.evaluate import BINS, calibration_error
from training.answers import Answered, Pages

DIGITS = (
    "| digits on | written | read | wrong | invented | missed | calibration error | sure, of those written "
    "| right, of those sure |"
)
READINGS = (
    "| readings of | pages | right | sure, of those with digits read | right, of those sure "
    "| digits in sure readings, of those written | right, of those |"
)
RELIABILITY = "| confidence | digits | mean confidence | right |"
MEASURED = 1  # the part of the held-back pages that nothing is fitted to


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """The digits that were read on some pages: ``confidences`` and whether they are ``right``, (n,); ``written`` stood
    there, ``invented`` were read where none did."""

    confidences: NDArray[np.float64]
    right: NDArray[np.bool_]
    written: int
    invented: int

    @classmethod
    def on(cls, pages: Sequence[Answered]) -> Told:
        """Put the answers of pages together."""
        answers = [answer for page in pages for answer in page.answers]
        return cls(
            np.array([answer.confidence for answer in answers], np.float64),
            np.array([answer.right for answer in answers], bool),
            sum(page.written for page in pages),
            sum(answer.label is None for answer in answers),
        )

    def line(self, name: str, threshold: float) -> str:
        """A row of the table of digits."""
        sure = self.confidences >= threshold
        error = calibration_error(self.confidences, self.right)
        missed = self.written - (len(self.right) - self.invented)
        return (
            f"| {name} | {self.written:,} | {len(self.right):,} | {int((~self.right).sum()) - self.invented} "
            f"| {self.invented} | {missed} | {100 * error:.2f} % | {share(int(sure.sum()), self.written)} "
            f"| {share(int((sure & self.right).sum()), int(sure.sum()))} |"
        )

    def bins(self) -> list[str]:
        """The rows of the reliability table: each bin of confidence with what was right in it."""
        numbers = np.minimum((self.confidences * BINS).astype(np.int64), BINS - 1)
        inside = [numbers == number for number in range(BINS)]
        return [
            f"| {number / BINS:.2f} to {(number + 1) / BINS:.2f} | {int(which.sum()):,} "
            f"| {100 * self.confidences[which].mean():.1f} % | {100 * self.right[which].mean():.1f} % |"
            for number, which in enumerate(inside)
            if which.any()
        ]


def share(part: int, whole: int) -> str:
    """``99.5 % (199 of 200)``."""
    return f"{100 * part / whole:.2f} % ({part:,} of {whole:,})" if whole else "-"


def readings(name: str, pages: Sequence[Answered]) -> str:
    """A row of the table of readings; pages on which no digit was read are none."""
    read = [page for page in pages if page.answers]
    sure = [page for page in read if page.sure]
    digits, written = [answer.right for page in sure for answer in page.answers], sum(page.written for page in pages)
    return (
        f"| {name} | {len(pages):,} | {share(sum(page.exact for page in pages), len(pages))} "
        f"| {share(len(sure), len(read))} | {share(sum(page.exact for page in sure), len(sure))} "
        f"| {share(len(digits), written)} | {share(sum(digits), len(digits))} |"
    )


def headed(head: str, rows: Sequence[str]) -> list[str]:
    """A Markdown table."""
    return [head, "|" + "---|" * (head.count("|") - 1), *rows]


def report(pages: Sequence[Answered], threshold: float) -> str:
    """All tables, in Markdown."""
    upright = [page for page in pages if page.upright]
    groups = {"all pages": pages, "not turned": upright}
    digits = [Told.on(group).line(name, threshold) for name, group in groups.items()]
    lines = [
        *headed(DIGITS, digits),
        "",
        *headed(READINGS, [readings(name, group) for name, group in groups.items()]),
        "",
        *headed(RELIABILITY, Told.on(pages).bins()),
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1600)
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: 1)")
    parser.add_argument("--model", type=Path)
    args = parser.parse_args()
    pages = Pages(MEASURED, args.pages, args.model)
    card = pages.reader().model.card
    told = list(pages.answered(args.jobs))
    print(f"{card.name}, {args.pages:,} pages held back, sure from {card.sure_threshold:.4f} on\n")
    print(report(told, card.sure_threshold))


if __name__ == "__main__":
    main()
