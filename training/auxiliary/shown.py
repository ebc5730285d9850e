"""Training set of the objectness network: candidates extracted from synthetic pages, single digits and other glyphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.cuts import slices
from model.found import Found, Judged
from model.ink import Ink, ink_of, working_copy
from model.interpret import first_look, interpret
from model.model_bundle import ModelBundle
from model.normalization import normalize_digit
from model.overlays import Overlays
from model.reading import Box
from model.segment import Place, find_places
from training.synthesis import negatives, pages
from training.synthesis.conditions import CONDITIONS
from training.synthesis.glyphs import DIGIT_FORMS
from training.synthesis.pens import PENS
from training.synthesis.writers import PenWriter, SampleDigits

Images = NDArray[np.uint8]
NO_DIGIT_LABEL = 10  # beside the labels 0 to 9
_ROTATION_SHARES = (0.76, 0.08, 0.08, 0.08)  # of letters and figures, rotated by 0 to 3 quarter turns
# Conditions with much clutter beside the digits are oversampled.
_CLUTTERED_CONDITIONS = [
    *["touching", "overlapping"] * 4,
    "broken-strokes",
    "wrinkles",
    "window-light",
    "table-edge",
    "perspective",
    "fingers",
    "second-sheet",
    "hard-shadow",
    "squared-paper",
    "screen-photo",
    "webcam-noise",
]
# Subjects of pages without letters, for some look like digits when rotated, as an M like a 3.
_ROTATABLE_SUBJECTS = {f"no-digit:{subject}" for subject in ("figures", "scribbles", "curls", "texture", "face")}


@dataclass(frozen=True, slots=True, eq=False)
class ObjectnessExamples:
    """``images`` (n, 28, 28) uint8 and ``labels`` (n,) uint8: 0 to 9 or ``NO_DIGIT_LABEL``."""

    images: Images
    labels: NDArray[np.uint8]

    def __add__(self, other: ObjectnessExamples) -> ObjectnessExamples:
        return ObjectnessExamples(
            np.concatenate([self.images, other.images]), np.concatenate([self.labels, other.labels])
        )


def from_pages(seed: int, count: int, sample_digits: SampleDigits) -> ObjectnessExamples:
    """Candidates of ``count`` synthetic pages, a third of them without digits."""
    rng, extractor = np.random.default_rng(seed), CandidateExtractor()
    return _stacked(
        [each for number in range(count) for each in extractor.labelled(_page(seed + number, rng, sample_digits), rng)]
    )


def from_glyphs(seed: int, count: int) -> ObjectnessExamples:
    """Single letters, figures and scribbles, each by another pen, every fourth rotated: a rotated page of letters has
    no digits either."""
    rng = np.random.default_rng(seed)
    return _stacked([(normalize_digit(_glyph(rng)), NO_DIGIT_LABEL) for _ in range(count)])


def from_writers(seed: int, count: int) -> ObjectnessExamples:
    """Single digits in all written forms and pens, upright or slightly rotated as in slanted rows; every third is a 1
    or a 7, which are most easily taken for something else."""
    rng = np.random.default_rng(seed)
    return _stacked([_pen_written(int(rng.choice((1, 1, 7) if i % 3 == 0 else range(10))), rng) for i in range(count)])


def from_collection(images: Images, labels: NDArray[np.uint8], seed: int, count: int = 16_000) -> ObjectnessExamples:
    """``count`` digits of a collection; and, labelled as no digit, rotated ones that then look like none."""
    rng = np.random.default_rng(seed)
    upright = rng.permutation(len(images))[:count]
    sideways = rng.permutation(np.flatnonzero(np.isin(labels, (2, 3, 4, 5, 7))))[:3000]
    upside_down = rng.permutation(np.flatnonzero(np.isin(labels, (3, 4, 7))))[:1500]
    rotated = [np.rot90(images[i], 1 + 2 * int(rng.integers(2))) for i in sideways] + [
        np.rot90(images[i], 2) for i in upside_down
    ]
    return ObjectnessExamples(images[upright], labels[upright]) + _stacked(
        [(image, NO_DIGIT_LABEL) for image in rotated]
    )


def _glyph(rng: np.random.Generator) -> Images:
    height = int(rng.integers(40, 110))
    ink = np.rot90(np.pad(negatives.random_glyph(rng, height), height // 10), int(rng.choice(4, p=_ROTATION_SHARES)))
    wider = int(rng.integers(1, height // 6)) if rng.random() < 0.4 else 1
    pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wider, wider))
    return np.asarray(cv2.dilate(np.ascontiguousarray(ink), pen), np.uint8)


def _pen_written(label: int, rng: np.random.Generator) -> tuple[Images, int]:
    pen = PENS[str(rng.choice(list(PENS)))]
    writer = PenWriter(pen, rng, forms={label: tuple(DIGIT_FORMS[label])}, breaks=0.1)
    ink = np.pad(writer.ink(str(label), int(rng.integers(30, 110))), 24)
    lean = cv2.getRotationMatrix2D((ink.shape[1] / 2, ink.shape[0] / 2), float(rng.normal(0, 6)), 1.0)
    rotated = np.asarray(cv2.warpAffine(ink, lean, ink.shape[::-1]), np.uint8)
    blurred = cv2.GaussianBlur(rotated, (0, 0), float(rng.uniform(0.3, 0.03 * ink.shape[0])))
    return normalize_digit(np.asarray(cv2.convertScaleAbs(blurred, alpha=255 / blurred.max()), np.uint8)), label


def _page(seed: int, rng: np.random.Generator, sample_digits: SampleDigits) -> pages.Page:
    """A page with upright digits or without digits."""
    share = rng.random()
    if share < 0.35:
        return negatives.render_negative_page(seed)
    upright = [name for name in CONDITIONS if not name.startswith("turned")]
    names = [*_CLUTTERED_CONDITIONS, *upright] if share < 0.65 else upright
    chosen = [str(name) for name in rng.permutation(names)[:1]]
    return pages.render_page(seed, chosen if share < 0.85 else (), sample_digits=sample_digits)


def uninformative_scorer(images: Images) -> Judged:
    """A scorer that prefers nothing, so that every way to cut and join is tried."""
    return Judged(np.full((len(images), 10), 0.1, np.float32), np.full(len(images), 0.5, np.float32))


class CandidateExtractor:
    """Extracts from pages whatever recognition would consider as a digit."""

    def __init__(self) -> None:
        self._overlays = Overlays(ModelBundle.packaged("overlays"))

    def labelled(self, page: pages.Page, rng: np.random.Generator) -> Iterator[tuple[Images, int]]:
        """Digit images (28, 28) uint8 and labels: the digit whose box a candidate fills, or ``NO_DIGIT_LABEL``."""
        grey, scale = working_copy(
            np.asarray(cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY), np.uint8), page.pixels.shape[1]
        )
        boxes = [
            Box(round(b.x / scale), round(b.y / scale), round(b.width / scale), round(b.height / scale))
            for b in page.boxes
        ]
        ink = ink_of(grey)
        yield from self._of_ink(ink, boxes, page.labels, 14, rng)
        if page.labels:
            return
        # Recognition reads a picture without digits again, for light ink and rotated.
        yield from self._of_ink(ink_of(grey, dark=not ink.dark), (), (), 8, rng)
        if page.conditions[0] in _ROTATABLE_SUBJECTS:
            rotated = np.ascontiguousarray(np.rot90(grey, int(rng.integers(1, 4))))
            yield from self._of_ink(ink_of(rotated, dark=ink.dark), (), (), 8, rng)

    def _of_ink(
        self, ink: Ink, boxes: Sequence[Box], labels: Sequence[int], max_others: int, rng: np.random.Generator
    ) -> Iterator[tuple[Images, int]]:
        """All digits and at most ``max_others`` other candidates."""
        candidates = self.candidates(find_places(ink)[:80], ink)
        others = 0
        for index in rng.permutation(len(candidates)):
            label = _label(candidates[index], boxes, labels)
            others += label == NO_DIGIT_LABEL
            if label is not None and (label != NO_DIGIT_LABEL or others <= max_others):
                yield candidates[index].image, label

    def candidates(self, places: Sequence[Place], ink: Ink) -> list[Found]:
        """All candidates of these places: joined, separated into overlays, and cut."""
        found = first_look(places, ink, uninformative_scorer)
        split = [interpret(found, ink, uninformative_scorer, split=way).weighed for way in (self._overlays, slices)]
        return list({id(each): each for weighed in split for each in weighed}.values())


def _label(found: Found, boxes: Sequence[Box], labels: Sequence[int]) -> int | None:
    """The digit whose box it fills, ``NO_DIGIT_LABEL`` where it fills none or holds two, None for doubtful ones."""
    # A pair may nearly fill the box of one of the two.
    if sum(found.place.box.shared(box) > 0.6 * box.width * box.height for box in boxes) > 1:
        return NO_DIGIT_LABEL
    shares = [found.place.box.overlap(box) for box in boxes]
    best = int(np.argmax(shares)) if shares else -1
    if shares and shares[best] > 0.75:
        return labels[best]
    # An upright stroke looks like a 1, digit or not: only its context tells, which this network has not.
    stroke = (found.image > 60).any(axis=0).sum() <= 8 and (found.image > 60).any(axis=1).sum() >= 14
    return None if stroke or (shares and shares[best] >= 0.6) else NO_DIGIT_LABEL


def _stacked(examples: Sequence[tuple[Images, int]]) -> ObjectnessExamples:
    return ObjectnessExamples(
        np.stack([image for image, _ in examples]), np.array([label for _, label in examples], np.uint8)
    )
