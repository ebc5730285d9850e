"""The contact sheet of /review: digit images, each with its number, what was read, and the label that was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from bot.pictures.cards import CARD_MARGIN, ENLARGEMENT, LINE_HEIGHT, draw_arrow, draw_cards, paste_digit
from bot.pictures.mark_styles import (
    NUMBER_STYLE,
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


@dataclass(frozen=True, slots=True, eq=False)
class ReviewCard:
    """A label to review: the digit image (28, 28) uint8, what the base model reads there, the label that was given, how
    odd that is, and whether training leaves it out."""

    image: DigitImage
    read_as: int
    label: int
    oddness: float
    is_doubtful: bool


def review_sheet(labels: Sequence[ReviewCard]) -> bytes:
    """The labels, numbered from 1, as PNG; what training leaves out has a dashed frame."""
    width = 28 * ENLARGEMENT + 2 * CARD_MARGIN
    height = 28 * ENLARGEMENT + 3 * CARD_MARGIN + LINE_HEIGHT
    return draw_cards(list(enumerate(labels, start=1)), width, height, _draw_card)


def _draw_card(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, card: Rectangle, numbered: tuple[int, ReviewCard]
) -> None:
    number, label = numbered
    if label.is_doubtful:
        draw_outline(draw, card.grown(-4), 3, UNSURE_STYLE)
    left, right = card.left + CARD_MARGIN, card.right - CARD_MARGIN
    paste_digit(sheet, label.image, left, card.top + CARD_MARGIN, ENLARGEMENT)
    top = card.bottom - CARD_MARGIN - LINE_HEIGHT
    middle = top + LINE_HEIGHT / 2
    width, _ = label_size(str(number), LINE_HEIGHT)
    draw_label(draw, Rectangle(left, top, left + width, top + LINE_HEIGHT), str(number), NUMBER_STYLE)
    start = left + width + 12
    write(draw, (start, middle), str(label.read_as), Lettering(LINE_HEIGHT - 6, anchor="lm"))
    draw_arrow(draw, start + 22, middle, 22)
    write(draw, (start + 50, middle), str(label.label), Lettering(LINE_HEIGHT - 6, anchor="lm"))
    write(draw, (right, middle), f"{label.oddness:.0f}", Lettering(20, palette.SOFT_INK, anchor="rm"))
