"""What every picture is drawn with: how sure, unsure and unread marks look, their labels, and the font.

There is no word in any picture: Pillow's font (Aileron) has ASCII alone, no Cyrillic, no Devanagari, not even an "é".
Captions say what has to be said (``bot.messages.texts``).
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from PIL import Image, ImageDraw, ImageFont

from model import palette

UNREAD_LABEL: Final = "?"
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Rectangle(NamedTuple):
    """Edges in pixels of the picture; right and bottom lie outside."""

    left: int
    top: int
    right: int
    bottom: int

    def grown(self, by: int) -> Rectangle:
        return Rectangle(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def edges(self, width: int) -> tuple[Rectangle, ...]:
        """The four strips of so many pixels along the inside of its edges."""
        left, top, right, bottom = self
        return (
            Rectangle(left, top, right, top + width),
            Rectangle(left, bottom - width, right, bottom),
            Rectangle(left, top, left + width, bottom),
            Rectangle(right - width, top, right, bottom),
        )

    def moved(self, x: int, y: int) -> Rectangle:
        return Rectangle(self.left + x, self.top + y, self.right + x, self.bottom + y)


class Dash(NamedTuple):
    """The drawn part of a line and its period, in line widths; ``thickness`` too."""

    drawn: float
    period: float
    thickness: float = 1.0


@dataclass(frozen=True, slots=True)
class MarkStyle:
    """``colour`` of outline and label; ``contrast``: of what is written on it, and of the rim that sets the outline off
    from paper of its own colour; ``dash`` is None for an unbroken outline; ``sign`` follows the label."""

    colour: str
    contrast: str
    dash: Dash | None = None
    sign: str = ""


SURE_STYLE: Final = MarkStyle(palette.SURE, palette.PAPER)
UNSURE_STYLE: Final = MarkStyle(palette.UNSURE, palette.INK, Dash(4.5, 7.5), sign="?")
UNREAD_STYLE: Final = MarkStyle(palette.UNREAD, palette.PAPER, Dash(1.8, 4, 1.8))
NUMBER_STYLE: Final = MarkStyle(palette.INK, palette.PAPER)


def draw_outline(draw: ImageDraw.ImageDraw, inside: Rectangle, line: int, style: MarkStyle) -> None:
    """A line of so many pixels round ``inside``, all of it outside, with a rim on either side."""
    rim = max(1, line // 3)
    strokes = [inside.grown(line)] if style.dash is None else list(_dashes(inside.grown(line), line, style.dash))
    if style.dash is None:
        _ring(draw, inside.grown(line + rim), line + 2 * rim, style.contrast)
        _ring(draw, inside.grown(line), line, style.colour)
        return
    for stroke in strokes:
        _fill(draw, stroke.grown(rim), style.contrast)
    for stroke in strokes:
        _fill(draw, stroke, style.colour)


def _dashes(outer: Rectangle, line: int, dash: Dash) -> Iterator[Rectangle]:
    """The dashes along the four edges; one stands at each corner, so that a box keeps its shape."""
    thick = round(line * dash.thickness)
    for start, end, across in ((outer.left, outer.right, False), (outer.top, outer.bottom, True)):
        length, drawn = end - start, round(line * dash.drawn)
        gaps = max(1, round((length - drawn) / (line * dash.period)))
        for number in range(gaps + 1):
            first = start + round(number * (length - drawn) / gaps)
            for edge in (outer.left, outer.right - thick) if across else (outer.top, outer.bottom - thick):
                along, beside = (first, first + drawn), (edge, edge + thick)
                (left, right), (top, bottom) = (beside, along) if across else (along, beside)
                yield Rectangle(left, top, right, bottom)


@lru_cache(maxsize=256)
def label_size(text: str, height: int) -> tuple[int, int]:
    """Width and height in pixels of a label ``height`` pixels high."""
    return max(height, math.ceil(font_of(_font_height(height)).getlength(text)) + height // 2), height


def draw_label(draw: ImageDraw.ImageDraw, place: Rectangle, text: str, style: MarkStyle) -> None:
    """A filled label, rimmed like its outline; a label that ends in a sign has the outline's dash below it."""
    rim = max(1, (place.bottom - place.top) // 16)
    _fill(draw, place, style.contrast)
    _fill(draw, place.grown(-rim), style.colour)
    write(draw, _middle(place), text, Lettering(_font_height(place.bottom - place.top), style.contrast))


def _font_height(label_height: int) -> int:
    return max(8, round(label_height * 0.86))


def _middle(place: Rectangle) -> tuple[float, float]:
    return (place.left + place.right) / 2, (place.top + place.bottom) / 2


def _ring(draw: ImageDraw.ImageDraw, outer: Rectangle, width: int, colour: str) -> None:
    draw.rectangle((outer.left, outer.top, outer.right - 1, outer.bottom - 1), outline=colour, width=width)


def _fill(draw: ImageDraw.ImageDraw, place: Rectangle, colour: str) -> None:
    draw.rectangle((place.left, place.top, place.right - 1, place.bottom - 1), fill=colour)


class Lettering(NamedTuple):
    """Height in pixels, colour, and which point of the text is placed, as Pillow has it: "mm" is its middle."""

    height: int
    colour: str = palette.INK
    anchor: str = "mm"


def write(draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, lettering: Lettering) -> None:
    """Write ASCII text."""
    draw.text(place, text, lettering.colour, font_of(lettering.height), anchor=lettering.anchor)


@lru_cache(maxsize=64)
def font_of(size: int) -> Font:
    """Pillow's own font in so many pixels."""
    return ImageFont.load_default(size)


def png(picture: Image.Image) -> bytes:
    """The file of a picture."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
