"""Synthetic digit images for training: written by pen models, degraded from a collection's, and cut out of rendered
pages by recognition itself; all formatted by ``model.normalization``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from model.datasets import Samples, Split
from model.model_bundle import ModelBundle
from model.networks import ModelNetworks, Networks
from model.normalization import normalize_digit
from training.calibration.page_hypotheses import judge_page
from training.synthesis.conditions import mixed
from training.synthesis.glyphs import DIGIT_FORMS
from training.synthesis.pages import render_page
from training.synthesis.pens import PENS, Ink, enlarge
from training.synthesis.writers import PenWriter, SampleDigits

# Ones, fours and sevens more often: writers differ most in them.
WRITTEN_LABELS = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 4, 7, 1)
# Pages on which a candidate need not be one whole upright digit.
EXCLUDED_CONDITIONS = {"turned-90", "turned-180", "turned-270", "cut-by-edge"}
_TRAIN_SEED, _HOLDOUT_SEED = 0, 1  # different, so that training and validation digits are


@dataclass(frozen=True, slots=True)
class SyntheticCounts:
    """How many digits to make: ``written`` by pens, ``degraded`` from the collection's, and about four cut out of each
    of ``pages``; for validation ``holdout`` written ones and those of ``holdout_pages``."""

    written: int = 22_000
    degraded: int = 14_000
    pages: int = 1_600
    holdout: int = 2_500
    holdout_pages: int = 600


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticDigits:
    """Synthetic digits to train on beside those of a collection, and a ``holdout`` to validate on."""

    train: Samples
    holdout: Samples

    @classmethod
    def make(cls, data: Split, seed: int, counts: SyntheticCounts | None = None) -> Self:
        """Make them from ``seed`` and the training digits of ``data``, the holdout from its validation digits. Takes
        minutes for the default counts. Raises ``MissingSampleDigit`` where ``data`` lack a digit."""
        counts = counts or SyntheticCounts()
        seeds = (seed, _TRAIN_SEED)
        train = pen_written(counts.written, seeds).joined(degraded(data.train, counts.degraded, seeds))
        train = train.joined(cut_from_pages(counts.pages, seeds, data.train))
        seeds = (seed, _HOLDOUT_SEED)
        holdout = pen_written(counts.holdout, seeds)
        return cls(train, holdout.joined(cut_from_pages(counts.holdout_pages, seeds, data.validation)))


def pen_written(count: int, seed: tuple[int, ...]) -> Samples:
    """``count`` digits, each by a new writer and pen, each form of a digit equally often."""
    labels = np.resize(WRITTEN_LABELS, count).astype(np.uint8)
    images = [_pen_written_digit(int(label), np.random.default_rng((*seed, 1, at))) for at, label in enumerate(labels)]
    return _samples(images, labels)


def degraded(samples: Samples, count: int, seed: tuple[int, ...]) -> Samples:
    """``count`` digits of a collection, enlarged, degraded as by a bad photo, and formatted again."""
    which = np.random.default_rng((*seed, 2)).choice(len(samples), count, replace=count > len(samples))
    images = [
        _degraded_digit(samples.images[index], np.random.default_rng((*seed, 2, at))) for at, index in enumerate(which)
    ]
    return _samples(images, samples.labels[which])


def cut_from_pages(pages: int, seed: tuple[int, ...], samples: Samples) -> Samples:
    """Digits cut out of rendered pages as recognition cuts them out; half of the pages are written with
    ``samples``. Digits that no candidate matches (missed, in pieces, merged) are left out.

    Raises ``ModelLoadError``.
    """
    sample_digits = SampleDigits(samples.images, samples.labels)
    networks = ModelNetworks(ModelBundle.base(), Networks.packaged())
    found = [_page_digits((*seed, 3, at), sample_digits, networks) for at in range(pages)]
    labels = np.concatenate([labels for _, labels in found]).astype(np.uint8)
    return _samples([image for images, _ in found for image in images], labels)


def _samples(images: list[NDArray[np.uint8]], labels: NDArray[np.uint8]) -> Samples:
    """Samples without blank images: degradation may erase a hair line."""
    stacked = np.array(images, np.uint8).reshape(-1, 28, 28)
    inked = stacked.any(axis=(1, 2))
    return Samples(stacked[inked], labels[inked])


def _pen_written_digit(label: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    form = str(rng.choice(list(DIGIT_FORMS[label])))
    pen = PENS[str(rng.choice(list(PENS)))]
    writer = PenWriter(pen, rng, forms={label: (form,)}, breaks=0.08)
    return normalize_digit(degrade(_sheared(writer.ink(str(label), _height(rng)), rng), rng))


def _degraded_digit(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    return normalize_digit(degrade(enlarge(image, _height(rng)), rng))


def _height(rng: np.random.Generator) -> int:
    """Height of a digit in recognition's working copy, in pixels; taller ones are reduced to this before formatting."""
    return int(np.exp(rng.uniform(np.log(22), np.log(120))))


def _sheared(ink: Ink, rng: np.random.Generator) -> Ink:
    """A shear stronger than writers usually have, as of paper at an angle or of writing in a hurry."""
    shear = float(np.clip(rng.normal(0.0, 0.22), -0.55, 0.55))
    h, w = ink.shape
    reach = int(np.ceil(abs(shear) * h)) + 1
    matrix = np.array([[1.0, -shear, reach / 2 + shear * h / 2], [0.0, 1.0, 0.0]])
    return np.asarray(cv2.warpAffine(ink, matrix, (w + reach, h), flags=cv2.INTER_LINEAR), np.uint8)


def degrade(ink: Ink, rng: np.random.Generator) -> Ink:
    """Degrade ink as a bad photo does: blur, noise, and the contrast stretch of ``model.detection.cutout``."""
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


def _page_digits(
    seed: tuple[int, ...], sample_digits: SampleDigits, networks: ModelNetworks
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The images (n, 28, 28) and labels (n,) of the digits that are found on a page."""
    rng = np.random.default_rng(seed)
    page = render_page(
        rng, tuple(name for name in mixed(rng) if name not in EXCLUDED_CONDITIONS), sample_digits=sample_digits
    )
    judged = judge_page(page, networks)
    return judged.found.images[judged.labels >= 0], judged.labels[judged.labels >= 0]
