"""What the network was given, digit by digit, with the probabilities of its ten classes as bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PIL import Image, ImageDraw

from bot.messages.texts.localized_texts import percentage
from bot.pictures.cards import draw_arrow, draw_cards, draw_no_digit, paste_digit
from bot.pictures.mark_styles import (
    SURE_STYLE,
    UNSURE_STYLE,
    Lettering,
    Rectangle,
    draw_label,
    draw_outline,
    label_size,
    write,
)
from model import palette
from model.reading import DigitImage

MAX_CARDS: Final = 40  # on one sheet: with more, Telegram would reduce it until nothing can be read
ENLARGEMENTS: Final = ((2, 12), (6, 8), (15, 6), (MAX_CARDS, 4))  # of the digit image, for up to so many digits


@dataclass(frozen=True, slots=True, eq=False)
class DigitCard:
    """A digit as it was read: its image (28, 28) uint8, its ten probabilities (sum 1), its label and the confidence in
    that, and whether it was sure. ``corrected``: another label that a person gave, None for no digit at all; the same
    label where there was no correction."""

    image: DigitImage
    probabilities: tuple[float, ...]
    label: int
    confidence: float
    sure: bool
    corrected: int | None

    @property
    def is_corrected(self) -> bool:
        return self.corrected != self.label


def digit_sheet(digits: Sequence[DigitCard]) -> bytes:
    """A card for each of the first ``MAX_CARDS`` digits, as PNG: its label and confidence or its correction, its image,
    and a bar for each class, as high as its probability.

    The frame of a digit that the bot asked about is dashed, and its label has a "?", as on the photo.
    """
    digits = digits[:MAX_CARDS]
    scale = next(scale for most, scale in ENLARGEMENTS if len(digits) <= most)
    side = 28 * scale
    return draw_cards(digits, side + 4 * scale, 2 * side - 3 * scale, partial(_draw_card, scale))


def _draw_card(scale: int, sheet: Image.Image, draw: ImageDraw.ImageDraw, card: Rectangle, digit: DigitCard) -> None:
    style = SURE_STYLE if digit.sure else UNSURE_STYLE
    draw_outline(draw, card.grown(-max(3, scale // 2)), max(2, scale // 3), style)
    left, top, side = card.left + 2 * scale, card.top + 2 * scale, 28 * scale
    _draw_heading(draw, Rectangle(left, top, left + side, top + 6 * scale), digit)
    paste_digit(sheet, digit.image, left, top + 7 * scale, scale)
    _draw_bars(draw, Rectangle(left, top + 36 * scale, left + side, card.bottom - 6 * scale), digit, scale)


def _draw_heading(draw: ImageDraw.ImageDraw, place: Rectangle, digit: DigitCard) -> None:
    """The label with its confidence; a corrected label never stands beside that."""
    style = SURE_STYLE if digit.sure else UNSURE_STYLE
    height, middle = place.bottom - place.top, (place.top + place.bottom) / 2
    text = f"{digit.label}{style.sign}"
    width, _ = label_size(text, height)
    draw_label(draw, Rectangle(place.left, place.top, place.left + width, place.bottom), text, style)
    after = place.left + width + height // 2
    if not digit.is_corrected:
        write(
            draw,
            (place.right, middle),
            f"{percentage(digit.confidence)} %",
            Lettering(height - height // 4, anchor="rm"),
        )
        return
    draw_arrow(draw, after, middle, height)
    if digit.corrected is None:
        draw_no_digit(draw, after + 2 * height, middle, height)
    else:
        label = Rectangle(after + height * 3 // 2, place.top, after + height * 5 // 2, place.bottom)
        draw_label(draw, label, str(digit.corrected), SURE_STYLE)


def _draw_bars(draw: ImageDraw.ImageDraw, place: Rectangle, digit: DigitCard, scale: int) -> None:
    """A bar for each class on a base line, its digit below; a faint line marks a probability of 1."""
    step, high = (place.right - place.left) / 10, place.bottom - place.top
    draw.line((place.left, place.top, place.right - 1, place.top), palette.GRID)
    draw.line((place.left, place.bottom, place.right - 1, place.bottom), palette.SOFT_INK)
    for label, share in enumerate(digit.probabilities):
        left = place.left + label * step
        if share * high >= 0.5:
            top = place.bottom - max(1, round(share * high))
            draw.rectangle((left + step * 0.15, top, left + step * 0.85 - 1, place.bottom - 1), palette.QUANTITY)
        colour = palette.INK if label == digit.label else palette.SOFT_INK
        lettering = Lettering(max(10, round(3.2 * scale)), colour)
        write(draw, (left + step / 2, place.bottom + 2.5 * scale), str(label), lettering)
