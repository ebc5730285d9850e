"""Digits read on generated pages held out from training, each with the true label: calibration is fitted to some such
predictions, and measured by others."""

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

from model.classification.confidence_calibration import ContextFeatures
from model.datasets import DataMissing, has_mnist, load, split
from model.model_bundle import ModelBundle
from model.reader import Reader
from model.reading import Box
from training.synthesis.conditions import CONDITIONS
from training.synthesis.export_dataset import encode_jpeg, render_condition
from training.synthesis.pages import Page
from training.synthesis.writers import SampleDigits

ALIKE = 0.3  # overlap (intersection over union) from which a digit that was read is the one that stands there
_CHUNK = 50  # pages that a process is handed at once
PARTS = 3  # of the held-out pages: 0 is fitted to, 1 is for experiments, 2 is measured by


@dataclass(frozen=True, slots=True)
class PredictedDigit:
    """One digit that was read: the classifier's ``probabilities`` (10) before page calibration, its ``context``, the
    ``confidence`` after calibration, and the true ``label``, None where no digit stands."""

    probabilities: tuple[float, ...]
    context: ContextFeatures
    confidence: float
    label: int | None

    @property
    def right(self) -> bool:
        return self.label == int(np.argmax(self.probabilities))


@dataclass(frozen=True, slots=True)
class PagePredictions:
    """The ``digits`` read on a page; ``written`` digits stand on it. ``exact``: its text was read; ``sure``: the bot
    would state it without asking; ``upright``: it was not turned."""

    digits: tuple[PredictedDigit, ...]
    written: int
    exact: bool
    sure: bool
    upright: bool


@dataclass(frozen=True, slots=True)
class HeldOutPages:
    """``number`` pages of a ``part`` (0 to fit to, 1 for experiments, 2 to measure by; no two parts share a page or a
    sample digit), read with ``model``, a served file with its card beside it (None: the base model)."""

    part: int
    number: int
    model: Path | None = None

    def predictions(self, jobs: int = 1) -> Iterator[PagePredictions]:
        """Generate and read them, in order; random mixtures (one in ten without a digit) and the single conditions take
        turns. Half of the pages are written with MNIST's validation digits, where MNIST is at hand.

        Raises ``ModelLoadError``.
        """
        chunks = [range(at, min(at + _CHUNK, self.number)) for at in range(0, self.number, _CHUNK)]
        if jobs == 1:
            yield from (each for chunk in chunks for each in _predict_pages(self, chunk))
            return
        with ProcessPoolExecutor(jobs, get_context("spawn")) as workers:
            yield from (each for chunk in workers.map(partial(_predict_pages, self), chunks) for each in chunk)

    def reader(self) -> Reader:
        """A reader of the model. Raises ``ModelLoadError``."""
        return Reader(ModelBundle.base() if self.model is None else ModelBundle.load(self.model), threads=1)

    def sample_digits(self) -> SampleDigits | None:
        """Every third one of MNIST's validation digits; None where MNIST is not at hand. Nothing is downloaded."""
        if not has_mnist():
            return None
        try:
            held = split(load("mnist")).validation.chosen(slice(self.part, None, PARTS))
        except DataMissing:
            return None
        return SampleDigits(held.images, held.labels)

    def page(self, number: int, sample_digits: SampleDigits | None) -> Page:
        """One of them: with an odd number a mixture, else that of the condition whose turn it is."""
        names = list(CONDITIONS)
        condition = "mixed" if number % 2 else names[number // 2 % len(names)]
        return render_condition((self.part, zlib.crc32(condition.encode()), number), condition, sample_digits)


def predict_page(reader: Reader, page: Page) -> PagePredictions:
    """Read a page from its JPEG bytes, and match each digit that was read to the one that stands there."""
    reading, seen = reader.examine(encode_jpeg(page))
    found = [each for row in seen.found.rows for each in row]
    labels = _labels([digit.box for digit in reading.digits], page)
    digits = [
        PredictedDigit(tuple(map(float, each.probabilities)), context, digit.confidence, label)
        for each, context, digit, label in zip(found, seen.contexts, reading.digits, labels, strict=True)
    ]
    upright = not any(name.startswith("turned") for name in page.conditions)
    return PagePredictions(tuple(digits), len(page.boxes), reading.text == page.text, reading.sure, upright)


def _predict_pages(pages: HeldOutPages, numbers: Sequence[int]) -> list[PagePredictions]:
    """What one process does; it shares nothing with the others."""
    cv2.setNumThreads(1)
    reader, sample_digits = pages.reader(), pages.sample_digits()
    predictions = [predict_page(reader, pages.page(number, sample_digits)) for number in numbers]
    reader.close()
    return predictions


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
