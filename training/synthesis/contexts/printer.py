"""Print on a page: captions, words and digits in a font, as marks."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from training.synthesis.contexts.marks import DraftMark, Stamped
from training.synthesis.pens import Colour, Ink, trim
from training.synthesis.printed_text import outline_fonts

# The height at which text is measured, in pixels.
_MEASURE = 48


class Printer:
    """One font in one colour."""

    def __init__(self, colour: Colour, rng: np.random.Generator) -> None:
        self.colour = colour
        fonts = outline_fonts(latin=True)
        self._font = fonts[rng.integers(len(fonts))] if fonts else None

    def words(self, text: str, size: float = 1.0) -> tuple[DraftMark, ...]:
        """Text from (0, 0) to the right, one mark a word; capitals and digits ``size`` high."""
        row: list[DraftMark] = []
        x = 0.0
        for word in text.split():
            mark = self._mark(word, "word" if len(word) > 1 else "letter", word)
            row.append(mark.scaled(size).moved(x, 0))
            x += (mark.width + 0.4) * size
        return tuple(row)

    def width(self, text: str, size: float = 1.0) -> float:
        """How far words reach, with a space behind."""
        return sum(self._mark(word, "word", word).width + 0.4 for word in text.split()) * size

    def digits(self, text: str, size: float = 1.0) -> tuple[DraftMark, ...]:
        """Printed digits and signs, one mark each: digits that are read, as in a sudoku."""
        row: list[DraftMark] = []
        x = 0.0
        for character in text:
            mark = self._mark(character, "" if character.isdigit() else "letter", character)
            row.append(mark.scaled(size).moved(x, 0))
            x += (mark.width + 0.16) * size
        return tuple(row)

    def barcode(self, rng: np.random.Generator, size: float = 1.0) -> DraftMark:
        """Upright bars, ``size`` high and about twice as wide."""
        bars = np.repeat(rng.integers(0, 2, 60) * 255, rng.integers(1, 4, 60)).astype(np.uint8)
        ratio = float(rng.uniform(1.2, 3))

        def ink(pixels: int) -> Ink:
            shape = (max(8, round(ratio * pixels)), max(1, pixels))
            return np.asarray(cv2.resize(bars[None], shape, interpolation=cv2.INTER_AREA), np.uint8)

        return Stamped("", "barcode", ink, self.colour, 0.0, 0.0, ratio, 1.0).scaled(size)

    def _mark(self, character: str, label: str, text: str) -> Stamped:
        # Few fonts have other signs than ASCII's.
        font = self._font if text.isascii() else next(iter(outline_fonts()), None)
        left, top, right, bottom = _extent(font, text)
        scale = 1 / _cap_height(font)
        width, height = (right - left) * scale, (bottom - top) * scale
        # The line that text stands on is one unit down.
        y = 1 + top * scale
        return Stamped(character, label, lambda pixels: typeset(font, text, pixels), self.colour, 0.0, y, width, height)


@lru_cache(maxsize=512)
def _face(font: Path | None, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.truetype(str(font), size) if font else ImageFont.load_default(size)


@lru_cache(maxsize=4096)
def _extent(font: Path | None, text: str) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the ink at ``_MEASURE``, from the start of the line it stands on."""
    face = _face(font, _MEASURE)
    if isinstance(face, ImageFont.FreeTypeFont):
        left, top, right, bottom = face.getbbox(text, anchor="ls")
        return float(left), float(top), float(max(right, left + 1)), float(max(bottom, top + 1))
    left, top, right, bottom = face.getbbox(text)
    return float(left), float(top - bottom), float(right), 0.0


@lru_cache(maxsize=64)
def _cap_height(font: Path | None) -> float:
    _, top, _, bottom = _extent(font, "8")
    return bottom - top


def typeset(font: Path | None, text: str, height: int) -> Ink:
    """The text as ink exactly ``height`` pixels high, without a border."""
    left, top, right, bottom = _extent(font, text)
    face = _face(font, max(6, round(_MEASURE * height / (bottom - top))))
    box = face.getbbox(text)
    canvas = Image.new("L", (max(1, round(box[2] - box[0]) + 4), max(1, round(box[3] - box[1]) + 4)))
    ImageDraw.Draw(canvas).text((2 - box[0], 2 - box[1]), text, fill=255, font=face)
    ink = trim(np.asarray(canvas, np.uint8))[1:-1, 1:-1]
    width = max(1, round(height * (right - left) / (bottom - top)))
    if not ink.size:
        return np.zeros((max(1, height), width), np.uint8)
    return np.asarray(cv2.resize(ink, (width, max(1, height)), interpolation=cv2.INTER_AREA), np.uint8)
