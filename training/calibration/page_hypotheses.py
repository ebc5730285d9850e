"""Hypotheses of generated pages held out from training, each with what stands there: page calibration is fitted to some
such pages, and measured by others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from model.datasets import DataMissing, has_mnist, load, split
from model.detection.suppression import overlaps
from model.hypotheses.hypothesis import Hypotheses
from model.image_decoding import PictureFile
from model.model_bundle import ModelBundle
from model.networks import ModelNetworks, Networks
from model.reading import Box
from model.recognition import PHOTO_AREA, Judged, judge, judge_further
from training.auxiliary.page_examples import turns_of
from training.auxiliary.page_pool import training_page
from training.calibration.box_matching import match_boxes
from training.synthesis.export_dataset import encode_jpeg
from training.synthesis.page_chunks import map_chunks
from training.synthesis.pages import Page
from training.synthesis.writers import SampleDigits

HELD_OUT = 9_000_000  # seeds from here on are no training page's
PARTS = 3  # of the held-out pages: 0 is fitted to, 1 is for experiments, 2 is measured by
ALIKE = 0.4  # intersection over union from which a hypothesis is the digit that stands there
_CHUNK = 25  # pages that a process is handed at once


@dataclass(frozen=True, slots=True, eq=False)
class PageHypotheses:
    """``found`` on a page; ``labels`` (n,): what stands there, -1 for no digit; how many digits are ``written``, and
    how many marks are ``unexplained`` where all that are digits are read; ``further``: the same at other scales."""

    found: Hypotheses
    labels: NDArray[np.int64]
    written: int
    unexplained: float
    conditions: tuple[str, ...]
    further: tuple[PageHypotheses, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldOutPages:
    """``number`` pages of a ``part`` (0 to fit to, 1 for experiments, 2 to measure by; no two parts share a page or a
    sample digit), read with ``model``, a served file with its card beside it (None: the base model)."""

    part: int
    number: int
    model: Path | None = None

    def hypotheses(self, jobs: int = 1) -> Iterator[PageHypotheses]:
        """Generate and judge them, in order. Half of the pages are written with MNIST's validation digits, where MNIST
        is at hand. Raises ``ModelLoadError``."""
        return chain.from_iterable(map_chunks(partial(_judge_pages, self), self.number, _CHUNK, jobs))

    def bundle(self) -> ModelBundle:
        """The model that reads them. Raises ``ModelLoadError``."""
        return ModelBundle.base() if self.model is None else ModelBundle.load(self.model)

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
        """One of them: of the kinds that the networks are trained on, from seeds that they are not."""
        return training_page(np.random.default_rng((HELD_OUT + self.part, number)), sample_digits)


def judge_page(page: Page, networks: ModelNetworks, *, further: bool = False) -> PageHypotheses:
    """Judge a page by its JPEG bytes, and find for each hypothesis the digit that stands there; ``further``: at other
    scales too, which takes three times as long."""
    photo = PictureFile(encode_jpeg(page)).reduced(PHOTO_AREA)
    judged = judge(photo.pixels, networks)
    share = np.float32(photo.pixels.shape[1] / page.pixels.shape[1])
    others = judge_further(judged, networks) if further else ()
    return replace(_compared(judged, page, share), further=tuple(_compared(each, page, share) for each in others))


def _compared(judged: Judged, page: Page, share: np.float32) -> PageHypotheses:
    """What was judged beside what stands on the page, of which the photo is so large a part."""
    boxes = np.array([(b.x, b.y, b.width, b.height) for b in _upright(page, judged.detections.turns)], np.float32)
    labels = _labels(judged.found.boxes, boxes.reshape(-1, 4) * share, page.labels)
    unexplained = len(judged.unexplained(np.flatnonzero(labels >= 0)))
    return PageHypotheses(judged.found, labels, len(page.boxes), float(unexplained), page.conditions)


def _judge_pages(pages: HeldOutPages, numbers: Sequence[int]) -> list[PageHypotheses]:
    """What one process does; nothing is shared, so that it may be any."""
    cv2.setNumThreads(1)
    networks = ModelNetworks(pages.bundle(), Networks.packaged())
    sample_digits = pages.sample_digits()
    return [judge_page(pages.page(number, sample_digits), networks, further=True) for number in numbers]


def _upright(page: Page, turns: int) -> list[Box]:
    """The page's boxes after it was turned by so many quarters to the left; none where it does not stand upright so."""
    boxes, width, height = list(page.boxes), page.pixels.shape[1], page.pixels.shape[0]
    for _ in range(turns):
        boxes = [Box(box.y, width - box.x - box.width, box.height, box.width) for box in boxes]
        width, height = height, width
    return boxes if turns == turns_of(page) else []


def _labels(found: NDArray[np.float32], true: NDArray[np.float32], digits: Sequence[int]) -> NDArray[np.int64]:
    """For each box the label of the true one that it shares most with; each of those is taken once."""
    if not len(true):
        return np.full(len(found), -1, np.int64)
    shares = np.array([overlaps(box, true)[0] for box in found], np.float32).reshape(-1, len(true))
    matched = match_boxes(shares, ALIKE)
    return np.where(matched >= 0, np.array(digits, np.int64)[matched], -1)
