"""Digits read on generated pages held out from training, each with the true label: what calibration is measured by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import cv2
import numpy as np

from model.model_bundle import ModelBundle
from model.reader import Reader
from model.reading import Box
from training.calibration.page_hypotheses import HeldOutPages
from training.synthesis.export_dataset import encode_jpeg
from training.synthesis.pages import Page

OVERLAP = 0.3  # intersection over union from which a digit that was read is the one that stands there
_CHUNK = 50  # pages that a process is handed at once


@dataclass(frozen=True, slots=True)
class PredictedDigit:
    """One digit that was read: its calibrated ``probabilities`` (10), its ``confidence``, and the true ``label``, None
    where no digit stands."""

    probabilities: tuple[float, ...]
    confidence: float
    label: int | None

    @property
    def right(self) -> bool:
        return self.label == int(np.argmax(self.probabilities))


@dataclass(frozen=True, slots=True)
class PagePredictions:
    """The ``digits`` read on a page; ``written`` digits stand on it. ``exact``: its digits were read, in order;
    ``sure``: the bot would state it without asking; ``upright``: it was not turned."""

    digits: tuple[PredictedDigit, ...]
    written: int
    exact: bool
    sure: bool
    upright: bool


def predictions(pages: HeldOutPages, jobs: int = 1) -> Iterator[PagePredictions]:
    """Read the pages, in order. Raises ``ModelLoadError``."""
    chunks = [range(at, min(at + _CHUNK, pages.number)) for at in range(0, pages.number, _CHUNK)]
    if jobs == 1:
        yield from (each for chunk in chunks for each in _predict_pages(pages, chunk))
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as workers:
        yield from (each for chunk in workers.map(partial(_predict_pages, pages), chunks) for each in chunk)


def page_reader(pages: HeldOutPages) -> Reader:
    """A reader with the model of the pages. Raises ``ModelLoadError``."""
    return Reader(ModelBundle.base() if pages.model is None else ModelBundle.load(pages.model), threads=1)


def predict_page(reader: Reader, page: Page) -> PagePredictions:
    """Read a page from its JPEG bytes, and match each digit that was read to the one that stands there."""
    reading = reader.read(encode_jpeg(page))
    labels = _labels([digit.box for digit in reading.digits], page)
    digits = [
        PredictedDigit(digit.probabilities, digit.confidence, label)
        for digit, label in zip(reading.digits, labels, strict=True)
    ]
    upright = not any(name.startswith("turned") for name in page.conditions)
    exact = reading.text.replace(" ", "") == page.text.replace(" ", "")
    return PagePredictions(tuple(digits), len(page.boxes), exact, reading.sure, upright)


def _predict_pages(pages: HeldOutPages, numbers: Sequence[int]) -> list[PagePredictions]:
    """What one process does; it shares nothing with the others."""
    cv2.setNumThreads(1)
    reader, sample_digits = page_reader(pages), pages.sample_digits()
    predicted = [predict_page(reader, pages.page(number, sample_digits)) for number in numbers]
    reader.close()
    return predicted


def _labels(boxes: Sequence[Box], page: Page) -> list[int | None]:
    """For each box the label of the page's digit that it shares most with; each of those is taken once."""
    labels: list[int | None] = [None] * len(boxes)
    shares = np.array([[box.overlap(true) for true in page.boxes] for box in boxes]).reshape(
        len(boxes), len(page.boxes)
    )
    while shares.size and shares.max() >= OVERLAP:
        at, true = (int(index) for index in np.unravel_index(shares.argmax(), shares.shape))
        labels[at] = page.labels[true]
        shares[at], shares[:, true] = 0.0, 0.0
    return labels
