"""Digits read on generated pages held out from training, each with the true label: what calibration is measured by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

import cv2
import numpy as np

from model.reader import Reader
from model.reading import Box
from training.calibration.box_matching import match_boxes
from training.calibration.page_hypotheses import HeldOutPages
from training.synthesis.export_dataset import encode_jpeg
from training.synthesis.page_chunks import map_chunks
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
    return chain.from_iterable(map_chunks(partial(_predict_pages, pages), pages.number, _CHUNK, jobs))


def page_reader(pages: HeldOutPages) -> Reader:
    """A reader with the model of the pages. Raises ``ModelLoadError``."""
    return Reader(pages.bundle(), threads=1)


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
    shares = np.array([[box.overlap(true) for true in page.boxes] for box in boxes], np.float64)
    matched = match_boxes(shares.reshape(len(boxes), len(page.boxes)), OVERLAP)
    return [page.labels[written] if written >= 0 else None for written in matched]
