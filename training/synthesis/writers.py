"""Page writers: one draws strokes with a pen, one writes with the digit images of a collection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.errors import MissingSampleDigit
from training.synthesis.pens import Ink, Pen, draw, enlarge, roughen
from training.synthesis.strokes import Stroke, Strokes, Writer


class PenWriter:
    """Writes with one pen. ``forms``: names of forms to write some digits in; ``breaks``: share of digits with gaps."""

    def __init__(
        self,
        pen: Pen,
        rng: np.random.Generator,
        *,
        forms: Mapping[int, tuple[str, ...]] | None = None,
        breaks: float = 0.0,
    ) -> None:
        self._pen, self._rng, self._forms, self._breaks = pen, rng, forms or {}, breaks
        self._writer = Writer(rng)
        self._width = float(rng.uniform(*pen.width))

    def ink(self, character: str, height: int) -> Ink:
        strokes = self._with_breaks(self._strokes(character))
        # A line much thinner than a pixel would be illegible.
        drawn = draw(strokes, height, max(self._width, 1.5 / height), self._pen)
        return roughen(drawn, self._pen.grain, self._rng)

    def _strokes(self, character: str) -> Strokes:
        if not character.isascii() or not character.isdigit():
            return self._writer.letter(character)
        label = int(character)
        names = self._forms.get(label, ())
        return self._writer.digit(label, str(self._rng.choice(names)) if names else None)

    def _with_breaks(self, strokes: Strokes) -> Strokes:
        """Some digits with gaps in their strokes, as a dry pen leaves them: one gap a stroke, or dashes all along."""
        if self._rng.random() >= self._breaks:
            return strokes
        if self._rng.random() < 0.25:
            return tuple(piece for stroke in strokes for piece in _dashed(stroke, self._width, self._rng))
        return tuple(piece for stroke in strokes for piece in self._with_gap(stroke))

    def _with_gap(self, stroke: Stroke) -> Strokes:
        length = _length(stroke)
        if length < 0.6:
            return (stroke,)
        # The ends of the strokes are round, so that a gap must be longer than the line is wide to be visible.
        gap = self._width + self._rng.uniform(0.02, 0.05)
        cut = self._rng.uniform(0.2 * length, 0.8 * length - gap)
        return _piece(stroke, 0, cut), _piece(stroke, cut + gap, length)


def _dashed(stroke: Stroke, width: float, rng: np.random.Generator) -> Strokes:
    """Dashes of about twice the line's width with gaps about as wide as the line."""
    length, pieces, start = _length(stroke), [], 0.0
    while start < max(0.01, length - width):
        stop = start + width * rng.uniform(1.4, 2.6)
        pieces.append(_piece(stroke, start, stop))
        # The ends are round: they take the line's width of every gap.
        start = stop + width * rng.uniform(1.6, 2.2)
    return tuple(pieces)


def _piece(stroke: Stroke, start: float, stop: float) -> Stroke:
    """The stroke from one distance along it to another, both in digit heights; points lie closer in bends."""
    along = np.r_[0, np.cumsum(np.hypot(*np.diff(stroke.points, axis=0).T))]
    at = np.linspace(start, min(stop, along[-1]), max(2, round(100 * (stop - start))))
    points = np.stack([np.interp(at, along, axis) for axis in stroke.points.T], axis=1)
    return Stroke(points, np.interp(at, along, stroke.pressure))


def _length(stroke: Stroke) -> float:
    return max(0.01, float(np.hypot(*np.diff(stroke.points, axis=0).T).sum()))


@dataclass(frozen=True, slots=True, eq=False)
class SampleDigits:
    """Digit images of a collection: ``images`` (n, 28, 28) uint8, white ink on black, ``labels`` (n,) 0..9."""

    images: NDArray[np.uint8]
    labels: NDArray[np.integer]

    def of(self, label: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        """One image of that digit, (28, 28) uint8. Raises ``MissingSampleDigit``."""
        which = np.flatnonzero(self.labels == label)
        if not len(which):
            raise MissingSampleDigit(f"The sample digits hold no {label}: name a collection of all ten.")
        return np.asarray(self.images[rng.choice(which)])


class SampleWriter:
    """Writes with a collection's digit images, enlarged smoothly, strokes dilated or eroded towards the pen's width."""

    def __init__(self, sample_digits: SampleDigits, pen: Pen, rng: np.random.Generator) -> None:
        self._sample_digits, self._pen, self._rng = sample_digits, pen, rng
        self._swell = float(np.clip(np.mean(pen.width) - 0.1, -0.02, 0.04)) + float(rng.uniform(-0.01, 0.01))

    def ink(self, character: str, height: int) -> Ink:
        grown = enlarge(self._sample_digits.of(int(character), self._rng), height)
        reach = round(abs(self._swell) * height)
        if reach:
            kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * (reach // 2) + 1,) * 2)
            change = cv2.dilate if self._swell > 0 else cv2.erode
            changed = np.asarray(change(np.pad(grown, reach), kernel), np.uint8)
            # Erosion would erase a line thinner than the pen: such a digit stays as it is.
            grown = changed if changed.sum(dtype=np.int64) > 0.5 * grown.sum(dtype=np.int64) else grown
        return roughen(grown, self._pen.grain, self._rng)
