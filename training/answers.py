"""Digits read on generated pages that no training has seen, each beside what stands there: calibration is fitted to
some such answers, and measured by others."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np

from model import belief
from model.belief import Belief, Sight
from model.reader import Reader
from model.reading import Box
from model.served import ServedModel
from model.sources import DataMissing, load, split
from training.conditions import CONDITIONS
from training.generate import encoded, page
from training.hands import Specimens
from training.pages import Page

ALIKE = 0.3  # overlap (intersection over union) from which a digit that was read is the one that stands there
_CHUNK = 50  # pages that a process is handed at once
PARTS = 3  # of the held-back pages: 0 is fitted to, 1 is for trying, 2 is measured by


@dataclass(frozen=True, slots=True)
class Answer:
    """One digit that was read: ``probabilities`` as the network told them, what the eye saw (``sight``), the
    ``confidence`` it was told with, and the ``label`` of what stands there, None where no digit does."""

    probabilities: tuple[float, ...]
    sight: Sight
    confidence: float
    label: int | None

    @property
    def right(self) -> bool:
        return self.label == int(np.argmax(self.probabilities))


@dataclass(frozen=True, slots=True)
class Answered:
    """A page's ``answers``; ``written`` digits stand on it. ``exact``: its text was read; ``sure``: the bot would tell
    it without asking; ``upright``: it was not turned."""

    answers: tuple[Answer, ...]
    written: int
    exact: bool
    sure: bool
    upright: bool


@dataclass(frozen=True, slots=True)
class Pages:
    """Which pages, read by which model: ``part`` 0 is to fit by, 1 to try by, 2 to measure by, and no two parts share a
    page or a specimen; ``model`` is a served file (None: the base model), read with the belief beside it, else the
    package's."""

    part: int
    number: int
    model: Path | None = None

    def answered(self, jobs: int = 1) -> Iterator[Answered]:
        """Generate and read them, in order; random mixtures (one in ten without a digit) and the single conditions take
        turns. Half of the pages are written with MNIST's validation digits, where MNIST is at hand."""
        chunks = [range(at, min(at + _CHUNK, self.number)) for at in range(0, self.number, _CHUNK)]
        if jobs == 1:
            yield from (each for chunk in chunks for each in _answered(self, chunk))
            return
        with ProcessPoolExecutor(jobs, get_context("spawn")) as workers:
            yield from (each for chunk in workers.map(partial(_answered, self), chunks) for each in chunk)

    def reader(self) -> Reader:
        """A reader of the model. Raises ModelDamaged."""
        if self.model is None:
            return Reader.base(threads=1)
        beside = self.model.with_name(belief.FILE)
        found = Belief.from_json(beside.read_text(encoding="utf-8")) if beside.is_file() else None
        return Reader(ServedModel.load(self.model), threads=1, belief=found)

    def specimens(self) -> Specimens | None:
        """Every third one of MNIST's validation digits; None where MNIST is not at hand."""
        try:
            held = split(load("mnist")).validation.chosen(slice(self.part, None, PARTS))
        except DataMissing:
            return None
        return Specimens(held.images, held.labels)

    def page(self, number: int, specimens: Specimens | None) -> Page:
        """One of them: with an odd number a mixture, else that of the condition whose turn it is."""
        names = list(CONDITIONS)
        condition = "mixed" if number % 2 else names[number // 2 % len(names)]
        return page((self.part, zlib.crc32(condition.encode()), number), condition, specimens)


def answered(reader: Reader, page: Page) -> Answered:
    """Read a page from its JPEG bytes, and find for each digit that was read the one that stands there."""
    reading, seen = reader.examine(encoded(page))
    found = [each for row in seen.found.rows for each in row]
    labels = _labels([digit.box for digit in reading.digits], page)
    answers = [
        Answer(tuple(map(float, each.probabilities)), sight, digit.confidence, label)
        for each, sight, digit, label in zip(found, seen.sights, reading.digits, labels, strict=True)
    ]
    upright = not any(name.startswith("turned") for name in page.conditions)
    return Answered(tuple(answers), len(page.boxes), reading.text == page.text, reading.sure, upright)


def _answered(pages: Pages, numbers: Sequence[int]) -> list[Answered]:
    """What one process does; nothing is shared, so that it may be any."""
    cv2.setNumThreads(1)
    reader, specimens = pages.reader(), pages.specimens()
    answers = [answered(reader, pages.page(number, specimens)) for number in numbers]
    reader.close()
    return answers


def _labels(boxes: Sequence[Box], page: Page) -> list[int | None]:
    """For each box the label of the page's digit that it shares most with; each of those is taken once."""
    labels: list[int | None] = [None] * len(boxes)
    shares = np.array([[box.overlap(true) for true in page.boxes] for box in boxes]).reshape(
        len(boxes), len(page.boxes)
    )
    while shares.size and shares.max() >= ALIKE:
        at, true = (int(index) for index in np.unravel_index(shares.argmax(), shares.shape))
        labels[at] = page.labels[true]
        shares[at], shares[:, true] = 0.0, 0.0
    return labels
