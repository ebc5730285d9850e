"""What the network of digits and others is shown: what the eye weighs on generated pages, single digits and letters."""

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
from training.synthesis.glyphs import DIGITS
from training.synthesis.pens import PENS
from training.synthesis.writers import PenWriter, SampleDigits

Images = NDArray[np.uint8]
NONE = 10  # the label of what is no digit
_WAYS_UP = (0.76, 0.08, 0.08, 0.08)  # how often letters and figures are turned by so many quarters
# Conditions that leave much beside the digits; they are shown more often.
_HARD = [
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
# Pages with no letters that look like digits once they are turned, as an M like a 3.
_NONE_ANY_WAY_UP = {f"no-digit:{subject}" for subject in ("figures", "scribbles", "curls", "texture", "face")}


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """``images`` (n, 28, 28) uint8 and ``labels`` (n,) uint8: 0 to 9, or NONE."""

    images: Images
    labels: NDArray[np.uint8]

    def __add__(self, other: Shown) -> Shown:
        return Shown(np.concatenate([self.images, other.images]), np.concatenate([self.labels, other.labels]))


def of_pages(seed: int, count: int, sample_digits: SampleDigits) -> Shown:
    """What the eye weighs on ``count`` generated pages, a third of them without digits."""
    rng, eye = np.random.default_rng(seed), CandidateExtractor()
    return _stacked(
        [each for number in range(count) for each in eye.weighed(_page(seed + number, rng, sample_digits), rng)]
    )


def of_glyphs(seed: int, count: int) -> Shown:
    """Single letters, figures and scribbles, each with a pen of its own, every fourth lying on its side or upside
    down: there is no digit in a page of letters held wrongly either."""
    rng = np.random.default_rng(seed)
    return _stacked([(normalize_digit(_glyph(rng)), NONE) for _ in range(count)])


def of_hands(seed: int, count: int) -> Shown:
    """Single digits in all written forms and pens, upright or leaning as in slanted rows; every third a 1 or a 7, for
    a stroke with a flag or a bar is the easiest to take for something else."""
    rng = np.random.default_rng(seed)
    return _stacked([_written(int(rng.choice((1, 1, 7) if i % 3 == 0 else range(10))), rng) for i in range(count)])


def of_collection(images: Images, labels: NDArray[np.uint8], seed: int, count: int = 16_000) -> Shown:
    """``count`` digits as they are; and, as none, digits turned that look like no other when they are."""
    rng = np.random.default_rng(seed)
    upright = rng.permutation(len(images))[:count]
    sideways = rng.permutation(np.flatnonzero(np.isin(labels, (2, 3, 4, 5, 7))))[:3000]
    over = rng.permutation(np.flatnonzero(np.isin(labels, (3, 4, 7))))[:1500]
    turned = [np.rot90(images[i], 1 + 2 * int(rng.integers(2))) for i in sideways] + [
        np.rot90(images[i], 2) for i in over
    ]
    return Shown(images[upright], labels[upright]) + _stacked([(image, NONE) for image in turned])


def _glyph(rng: np.random.Generator) -> Images:
    height = int(rng.integers(40, 110))
    ink = np.rot90(np.pad(negatives.glyph(rng, height), height // 10), int(rng.choice(4, p=_WAYS_UP)))
    wider = int(rng.integers(1, height // 6)) if rng.random() < 0.4 else 1
    pen = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wider, wider))
    return np.asarray(cv2.dilate(np.ascontiguousarray(ink), pen), np.uint8)


def _written(label: int, rng: np.random.Generator) -> tuple[Images, int]:
    pen = PENS[str(rng.choice(list(PENS)))]
    hand = PenWriter(pen, rng, forms={label: tuple(DIGITS[label])}, breaks=0.1)
    ink = np.pad(hand.ink(str(label), int(rng.integers(30, 110))), 24)
    lean = cv2.getRotationMatrix2D((ink.shape[1] / 2, ink.shape[0] / 2), float(rng.normal(0, 6)), 1.0)
    turned = np.asarray(cv2.warpAffine(ink, lean, ink.shape[::-1]), np.uint8)
    blurred = cv2.GaussianBlur(turned, (0, 0), float(rng.uniform(0.3, 0.03 * ink.shape[0])))
    return normalize_digit(np.asarray(cv2.convertScaleAbs(blurred, alpha=255 / blurred.max()), np.uint8)), label


def _page(seed: int, rng: np.random.Generator, sample_digits: SampleDigits) -> pages.Page:
    """A page with digits the right way up, or without any."""
    share = rng.random()
    if share < 0.35:
        return negatives.generate(seed)
    upright = [name for name in CONDITIONS if not name.startswith("turned")]
    names = [*_HARD, *upright] if share < 0.65 else upright
    chosen = [str(name) for name in rng.permutation(names)[:1]]
    return pages.generate(seed, chosen if share < 0.85 else (), sample_digits=sample_digits)


def undecided(images: Images) -> Judged:
    """A judge who thinks everything possible, so that every way to cut and join is tried and shown."""
    return Judged(np.full((len(images), 10), 0.1, np.float32), np.full(len(images), 0.5, np.float32))


class CandidateExtractor:
    """Looks at pages as the reader does, and weighs everything that might be a digit."""

    def __init__(self) -> None:
        self._overlays = Overlays(ModelBundle.packaged("overlays"))

    def weighed(self, page: pages.Page, rng: np.random.Generator) -> Iterator[tuple[Images, int]]:
        """Digit images and labels: the digit whose box it fills, or NONE."""
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
        # The eye looks at a picture in which it finds nothing again, for light ink; and turned.
        yield from self._of_ink(ink_of(grey, dark=not ink.dark), (), (), 8, rng)
        if page.conditions[0] in _NONE_ANY_WAY_UP:
            turned = np.ascontiguousarray(np.rot90(grey, int(rng.integers(1, 4))))
            yield from self._of_ink(ink_of(turned, dark=ink.dark), (), (), 8, rng)

    def _of_ink(
        self, ink: Ink, boxes: Sequence[Box], labels: Sequence[int], most: int, rng: np.random.Generator
    ) -> Iterator[tuple[Images, int]]:
        """All digits and at most so many others."""
        ways = self.ways(find_places(ink)[:80], ink)
        strangers = 0
        for index in rng.permutation(len(ways)):
            label = _label(ways[index], boxes, labels)
            strangers += label == NONE
            if label is not None and (label != NONE or strangers <= most):
                yield ways[index].image, label

    def ways(self, places: Sequence[Place], ink: Ink) -> list[Found]:
        """Everything that may be made of places: put together; wide ones by their overlays, and cut."""
        found = first_look(places, ink, undecided)
        split = [interpret(found, ink, undecided, split=way).weighed for way in (self._overlays, slices)]
        return list({id(each): each for weighed in split for each in weighed}.values())


def _label(found: Found, boxes: Sequence[Box], labels: Sequence[int]) -> int | None:
    """The digit whose box it fills, NONE where it fills none or holds two, None where that is hard to say."""
    # A pair may fill the box of one of the two very well.
    if sum(found.place.box.shared(box) > 0.6 * box.width * box.height for box in boxes) > 1:
        return NONE
    shares = [found.place.box.overlap(box) for box in boxes]
    best = int(np.argmax(shares)) if shares else -1
    if shares and shares[best] > 0.75:
        return labels[best]
    # No picture tells an upright stroke that is none from a 1: what stands around it must.
    stroke = (found.image > 60).any(axis=0).sum() <= 8 and (found.image > 60).any(axis=1).sum() >= 14
    return None if stroke or (shares and shares[best] >= 0.6) else NONE


def _stacked(shown: Sequence[tuple[Images, int]]) -> Shown:
    return Shown(np.stack([image for image, _ in shown]), np.array([label for _, label in shown], np.uint8))
