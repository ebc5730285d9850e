"""What marks that people call no digit change at /retrain: how many others like them are still read, and which digits.

    nice python -P tests/benchmarks/acceptance_update.py [--pages 900] [--write docs/retraining.md]

Pages with letters of a foreign hand (OpenCV's Hershey fonts, bent and slanted, photographed as generated pages are) are
read; 20 of the letters that are read as digits are called none, beside 20 digits of generated pages, once by several
people and once by one. Counted are the other letters of that kind, and digits and other marks of the second half of the
generated pages, which nothing is fitted to (``HeldOutPages``, part 1): of three draws of the 20 the sum, and the least
and the most change.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from model.evaluation.label_errors import NOBODY
from model.hypotheses.decision import accept
from model.hypotheses.page_calibration import PageCalibration
from model.model_bundle import ModelBundle
from model.networks import ModelNetworks, Networks
from storage.samples import PERSON_SHARE
from tests.benchmarks.markdown import measured, table, write_section
from training.calibration.page_hypotheses import HeldOutPages, PageHypotheses, judge_page
from training.finetuning.acceptance_update import LabelledHypotheses, updated
from training.synthesis.layout import arrange
from training.synthesis.pages import compose
from training.synthesis.pens import Ink
from training.synthesis.scene import everyday

LETTERS = "S?Z"
LETTER_PAGES = 100  # of each
GIVEN = 20  # marks called no digit, and digits beside them
DRAWS = 3
FIRST_SEED = 9_700_000
COUNTED = ("missed", "clear", "read", "right")
CLEAR = 0.9  # probability of a digit
Rows = NDArray[np.float64]
COLUMNS = (
    "20 marks of",
    "called so by",
    "others read",
    "digits missed",
    "clear ones of these",
    "other marks read",
    "pages right",
)


class LetterWriter:
    """Draws characters in OpenCV's fonts, each bent and slanted anew."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng

    def ink(self, character: str, height: int) -> Ink:
        """A glyph (h, w) uint8, ``height`` pixels high."""
        rng, drawn = self._rng, np.zeros((260, 260), np.uint8)
        width, font = int(rng.integers(6, 16)), int(rng.integers(0, 5))
        cv2.putText(drawn, character, (80, 180), font, 4.0, 255, width, cv2.LINE_AA)
        bent = np.mgrid[:260, :260].astype(np.float32)[::-1]
        bent += [cv2.resize(rng.normal(0, 3, (5, 5)), (260, 260), interpolation=cv2.INTER_CUBIC) for _ in "xy"]
        bent[0] += np.float32(rng.uniform(-0.3, 0.3)) * (bent[1] - 130)
        drawn = cv2.remap(drawn, bent[0], bent[1], cv2.INTER_LINEAR).astype(np.uint8)
        x, y, wide, high = cv2.boundingRect(drawn)
        size = max(2, round(wide * height / high)), max(2, height)
        return np.asarray(cv2.resize(drawn[y : y + high, x : x + wide], size, interpolation=cv2.INTER_AREA), np.uint8)


@dataclass(frozen=True, slots=True)
class Tally:
    """Of pages read by one calibration: digits that are ``missed``, those of them that were ``clear`` to another, other
    marks that are ``read``, and pages of which all digits and nothing else is read."""

    missed: int
    clear: int
    read: int
    right: int

    @classmethod
    def of(cls, pages: Sequence[PageHypotheses], weights: PageCalibration, before: PageCalibration) -> Tally:
        missed = clear = read = right = 0
        for page in pages:
            accepted = np.isin(np.arange(len(page.found)), accept(page.found, weights).accepted)
            is_digit = page.labels >= 0
            missed += int((is_digit & ~accepted).sum())
            clear += int((is_digit & ~accepted & (accept(page.found, before).is_digit >= CLEAR)).sum())
            read += int((accepted & ~is_digit).sum())
            right += bool((accepted == is_digit).all() and is_digit.sum() == page.written)
        return cls(missed, clear, read, right)


def letter_pages(letter: str, networks: ModelNetworks) -> list[PageHypotheses]:
    """Pages with one to eight of that letter and nothing else."""
    pages = []
    for number in range(LETTER_PAGES):
        rng = np.random.default_rng((FIRST_SEED, ord(letter), number))
        scene = everyday(rng)
        rows = [[letter] * int(rng.integers(1, 5)) for _ in range(rng.integers(1, 3))]
        pages.append(judge_page(compose(scene, arrange(rows, LetterWriter(rng), scene, rng), rng), networks))
    return pages


def features(pages: Sequence[PageHypotheses], weights: PageCalibration, *, digits: bool) -> Iterator[Rows]:
    """Of each page the features (n, 13) of what is read there of digits, or of other marks."""
    for page in pages:
        decided = accept(page.found, weights)
        is_digit = page.labels[decided.accepted] >= 0
        yield decided.features[decided.accepted[is_digit == digits]]


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """``marks``: pages with marks of one kind, ``fitted`` and ``tested`` generated pages, read by ``weights``."""

    marks: Sequence[PageHypotheses]
    fitted: Sequence[PageHypotheses]
    tested: Sequence[PageHypotheses]
    weights: PageCalibration

    def draw(self, seed: int, person: int) -> tuple[int, int, Tally, Tally]:
        """How many marks of the pages whose marks were not given are read before and after, and the tallies."""
        rng = np.random.default_rng(seed)
        marks = [self.marks[index] for index in rng.permutation(len(self.marks))]
        rows = list(features(marks, self.weights, digits=False))
        used = int(np.searchsorted(np.cumsum([len(each) for each in rows]), GIVEN)) + 1
        digits = np.concatenate(list(features(self.fitted, self.weights, digits=True)))
        given = np.concatenate([*rows[:used]])[:GIVEN], digits[rng.choice(len(digits), GIVEN, replace=False)]
        is_digit = np.repeat([False, True], [len(each) for each in given])
        people, uids = np.full(len(is_digit), person), ("",) * len(is_digit)
        after = updated(self.weights, LabelledHypotheses(np.concatenate(given), is_digit, people, uids), PERSON_SHARE)
        others = [Tally.of(marks[used:], each, self.weights).read for each in (self.weights, after)]
        tested = [Tally.of(self.tested, each, self.weights) for each in (self.weights, after)]
        return others[0], others[1], tested[0], tested[1]

    def cells(self, name: str) -> Iterator[list[str]]:
        """The rows of the table."""
        for whom, person in (("several", NOBODY), ("one", 1)):
            draws = [self.draw(seed, person) for seed in range(DRAWS)]
            others = sum(draw[0] for draw in draws), sum(draw[1] for draw in draws)
            changes = ([getattr(draw[3], each) - getattr(draw[2], each) for draw in draws] for each in COUNTED)
            yield [name, whom, f"{others[0]} → {others[1]}", *(f"{min(each):+d} to {max(each):+d}" for each in changes)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the pages, update, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=900)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args(arguments)
    base = ModelBundle.base()
    if base.card.page_calibration is None or not base.card.page_calibration.information:
        parser.error("The base model's card has no information: fit its page calibration anew first.")
    weights, networks = base.card.page_calibration.by_classifier, ModelNetworks(base, Networks.packaged())
    pages = list(HeldOutPages(1, options.pages).hypotheses(options.jobs))
    fitted, tested = pages[: len(pages) // 2], pages[len(pages) // 2 :]
    kinds = {letter: letter_pages(letter, networks) for letter in LETTERS} | {"any other mark": fitted}
    rows = [row for name, marks in kinds.items() for row in Experiment(marks, fitted, tested, weights).cells(name)]
    before, written = Tally.of(tested, weights, weights), sum(page.written for page in tested)
    counts = f"Of {len(tested)} generated pages before: {before.right} right; {before.missed} of the {written:,} digits"
    counts += f" missed that were found, {before.read} other marks read."
    command = f"python -P tests/benchmarks/acceptance_update.py --pages {options.pages}"
    text = "\n\n".join([table(COLUMNS, rows), counts, measured(command, base)])
    write_section(text, "acceptance update", options.write)


if __name__ == "__main__":
    main()
