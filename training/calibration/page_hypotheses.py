"""Hypotheses of generated pages that no network was trained on, each beside what stands there: the decision is fitted
to some, and measured by others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import cv2
import numpy as np
from numpy.typing import NDArray

from model.hypotheses.hypothesis import Hypotheses
from model.image_decoding import decode_reduced
from model.reading import Box
from model.recognition import AREA, Recognizer
from training.auxiliary.page_examples import turns_of
from training.auxiliary.page_pool import training_page
from training.synthesis.export_dataset import encode_jpeg
from training.synthesis.pages import Page

HELD_OUT = 9_000_000  # seeds from here on are no training page's
_ALIKE = 0.4  # intersection over union from which a hypothesis is the digit that stands there
_CHUNK = 25  # pages that a process is handed at once


@dataclass(frozen=True, slots=True, eq=False)
class PageHypotheses:
    """``found`` on a page in a photo of ``shape`` (height, width); ``labels`` (n,): what stands there, -1 for no digit;
    how many digits are ``written``, and how many marks are ``unexplained`` with all that are right taken for read."""

    found: Hypotheses
    shape: tuple[int, ...]
    labels: NDArray[np.int64]
    written: int
    unexplained: float
    conditions: tuple[str, ...]


def held_out(part: int, count: int, jobs: int = 1) -> Iterator[PageHypotheses]:
    """``count`` pages of a part of those held out; no two parts share a page."""
    chunks = [range(at, min(at + _CHUNK, count)) for at in range(0, count, _CHUNK)]
    if jobs == 1:
        yield from (each for chunk in chunks for each in _of_pages(part, chunk))
        return
    with ProcessPoolExecutor(jobs, get_context("spawn")) as workers:
        yield from (each for chunk in workers.map(partial(_of_pages, part), chunks) for each in chunk)


def _of_pages(part: int, numbers: Sequence[int]) -> list[PageHypotheses]:
    """What one process does."""
    cv2.setNumThreads(1)
    recognizer = Recognizer.packaged()
    rngs = (np.random.default_rng((HELD_OUT + part, number)) for number in numbers)
    return [of_page(training_page(rng, None), recognizer) for rng in rngs]


def of_page(page: Page, recognizer: Recognizer) -> PageHypotheses:
    """Read a page from its JPEG bytes, and find for each hypothesis the digit that stands there."""
    photo = decode_reduced(encode_jpeg(page), AREA)
    seen = recognizer.hypotheses(photo.pixels)
    share = photo.pixels.shape[1] / page.pixels.shape[1]
    boxes = np.array([(b.x, b.y, b.width, b.height) for b in _upright(page, seen.detections.turns)], np.float32)
    labels = _labels(seen.found.boxes, boxes.reshape(-1, 4) * np.float32(share), page.labels)
    left = recognizer.unexplained(seen, np.flatnonzero(labels >= 0))
    shape = seen.detections.grey.shape
    return PageHypotheses(seen.found, shape, labels, len(page.boxes), float(len(left)), page.conditions)


def _upright(page: Page, turns: int) -> list[Box]:
    """The page's boxes after it was turned by so many quarters to the left."""
    boxes, width, height = list(page.boxes), page.pixels.shape[1], page.pixels.shape[0]
    for _ in range(turns % 4):
        boxes = [Box(box.y, width - box.x - box.width, box.height, box.width) for box in boxes]
        width, height = height, width
    return boxes if turns % 4 == turns_of(page) else []


def _labels(found: NDArray[np.float32], true: NDArray[np.float32], digits: Sequence[int]) -> NDArray[np.int64]:
    """For each box the label of the true one that it shares most with; each of those is taken once."""
    labels = np.full(len(found), -1, np.int64)
    if not len(found) or not len(true):
        return labels
    low = np.maximum(found[:, None, :2], true[None, :, :2])
    high = np.minimum(found[:, None, :2] + found[:, None, 2:], true[None, :, :2] + true[None, :, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=2)
    areas = np.prod(found[:, 2:], axis=1)[:, None] + np.prod(true[:, 2:], axis=1)[None]
    shares = shared / np.maximum(areas - shared, 1e-6)
    while shares.max() >= _ALIKE:
        at, which = (int(index) for index in np.unravel_index(shares.argmax(), shares.shape))
        labels[at] = digits[which]
        shares[at], shares[:, which] = 0.0, 0.0
    return labels
