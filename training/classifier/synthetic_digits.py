"""Digits as the product meets them: written by pens, worn by photographing, cut from generated pages by the eye's own
code; all formatted by ``model.normalization``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from model.datasets import Samples, Split
from model.ink import ink_of, working_copy
from model.normalization import normalize_digit
from model.reading import Box
from model.segment import find_places
from training.auxiliary.shown import CandidateExtractor
from training.synthesis.conditions import mixed
from training.synthesis.glyphs import DIGIT_FORMS
from training.synthesis.pages import render_page
from training.synthesis.pens import PENS, Ink, enlarge
from training.synthesis.writers import PenWriter, SampleDigits

# Ones, fours and sevens are what hands write most differently.
LABELS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 4, 7, 1)
# Where the eye may rightly see something other than one whole upright digit.
MISLEADING = {"turned-90", "turned-180", "turned-270", "cut-by-edge"}
ALIKE = 0.65  # overlap (intersection over union) from which a place is a digit's
_LEARNT, _HELD = 0, 1  # seeds of their own: what is learnt from and what is held back never meet


@dataclass(frozen=True, slots=True)
class Plan:
    """How many digits to make: ``written`` by pens, ``worn`` from the collection's; ``pages`` to cut digits from, about
    four each; ``held`` written ones and digits of ``held_pages`` to judge by."""

    written: int = 22_000
    worn: int = 14_000
    pages: int = 1_600
    held: int = 2_500
    held_pages: int = 600


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticDigits:
    """Digits made to learn from beside a collection's own (``learnt``), and others ``held`` back to judge by."""

    learnt: Samples
    held: Samples

    @classmethod
    def make(cls, data: Split, seed: int, plan: Plan | None = None) -> Self:
        """Make them from ``seed``; specimens come from the training digits of ``data``, those held back from its
        validation digits. Minutes, for the usual plan."""
        plan = plan or Plan()
        learnt = written(plan.written, (seed, _LEARNT)).joined(worn(data.train, plan.worn, (seed, _LEARNT)))
        learnt = learnt.joined(seen(plan.pages, (seed, _LEARNT), data.train))
        held = written(plan.held, (seed, _HELD)).joined(seen(plan.held_pages, (seed, _HELD), data.validation))
        return cls(learnt, held)


def written(count: int, seed: tuple[int, ...]) -> Samples:
    """Digits by ever new hands and pens, each form of a digit equally often."""
    labels = np.resize(LABELS, count).astype(np.uint8)
    images = [_written(int(label), np.random.default_rng((*seed, 1, at))) for at, label in enumerate(labels)]
    return _samples(images, labels)


def worn(samples: Samples, count: int, seed: tuple[int, ...]) -> Samples:
    """Digits of a collection, enlarged as if on paper, photographed badly, and formatted again."""
    which = np.random.default_rng((*seed, 2)).choice(len(samples), count, replace=count > len(samples))
    images = [_worn(samples.images[index], np.random.default_rng((*seed, 2, at))) for at, index in enumerate(which)]
    return _samples(images, samples.labels[which])


def seen(pages: int, seed: tuple[int, ...], samples: Samples) -> Samples:
    """Digits that the eye finds on generated pages, cut and joined as it may cut and join them, half of them written
    with ``samples``; what it finds nowhere, or in pieces, or run together, is left out."""
    sample_digits, eye = SampleDigits(samples.images, samples.labels), CandidateExtractor()
    found = [digit for at in range(pages) for digit in _seen((*seed, 3, at), sample_digits, eye)]
    labels = np.array([label for _, label in found], np.uint8)
    return _samples([image for image, _ in found], labels)


def _samples(images: list[NDArray[np.uint8]], labels: NDArray[np.uint8]) -> Samples:
    """Samples without the blank ones: a hair line may fade away altogether."""
    stacked = np.array(images, np.uint8).reshape(-1, 28, 28)
    left = stacked.any(axis=(1, 2))
    return Samples(stacked[left], labels[left])


def _written(label: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    form = str(rng.choice(list(DIGIT_FORMS[label])))
    pen = PENS[str(rng.choice(list(PENS)))]
    hand = PenWriter(pen, rng, forms={label: (form,)}, breaks=0.08)
    return normalize_digit(photographed(_slanted(hand.ink(str(label), _height(rng)), rng), rng))


def _worn(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    return normalize_digit(photographed(enlarge(image, _height(rng)), rng))


def _height(rng: np.random.Generator) -> int:
    """Of a digit in the eye's working copy, in pixels; taller ones are reduced to this before they are formatted."""
    return int(np.exp(rng.uniform(np.log(22), np.log(120))))


def _slanted(ink: Ink, rng: np.random.Generator) -> Ink:
    """The paper lies askew, or the hand is in a hurry: a shear that a Writer seldom has."""
    shear = float(np.clip(rng.normal(0.0, 0.22), -0.55, 0.55))
    h, w = ink.shape
    reach = int(np.ceil(abs(shear) * h)) + 1
    matrix = np.array([[1.0, -shear, reach / 2 + shear * h / 2], [0.0, 1.0, 0.0]])
    return np.asarray(cv2.warpAffine(ink, matrix, (w + reach, h), flags=cv2.INTER_LINEAR), np.uint8)


def photographed(ink: Ink, rng: np.random.Generator) -> Ink:
    """Out of focus, noisy, and with contrast taken back as the eye takes it (``model.segment.Place.ink``)."""
    margin = 4
    wide = np.pad(ink, margin).astype(np.float32) * rng.uniform(0.6, 1.0)
    near = cv2.dilate(np.asarray(wide > 24, np.uint8), np.ones((3, 3), np.uint8))
    if rng.random() < 0.5:
        wide += rng.normal(0.0, rng.uniform(2, 30), wide.shape).astype(np.float32)
    if rng.random() < 0.7:
        wide = np.asarray(cv2.GaussianBlur(wide, (0, 0), max(0.3, rng.uniform(0.0, 0.035) * ink.shape[0])), np.float32)
    if not np.any(wide[near > 0] > 24):
        return ink
    peak = float(np.percentile(wide[wide > 24], 90))
    low = rng.uniform(0.15, 0.35) * peak
    high = low + rng.uniform(0.05, 0.5) * peak
    return np.asarray(np.clip((wide - low) * 255 / (high - low), 0, 255) * near, np.uint8)


def _seen(
    seed: tuple[int, ...], sample_digits: SampleDigits, eye: CandidateExtractor
) -> Iterator[tuple[NDArray[np.uint8], int]]:
    rng = np.random.default_rng(seed)
    page = render_page(rng, tuple(name for name in mixed(rng) if name not in MISLEADING), sample_digits=sample_digits)
    grey = np.asarray(cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    ink = ink_of(*working_copy(grey, grey.shape[1]))
    ways = {_scaled(found.place.box, ink.scale): found.image for found in eye.ways(find_places(ink), ink)}
    for box, label in zip(page.boxes, page.labels, strict=True):
        share, best = max(((way.overlap(box), way) for way in ways), key=itemgetter(0), default=(0.0, box))
        if share >= ALIKE:
            yield ways[best], label


def _scaled(box: Box, scale: float) -> Box:
    return Box(*(round(side * scale) for side in (box.x, box.y, box.width, box.height)))
