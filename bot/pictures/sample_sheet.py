"""A person's own samples: digit images, each with its number and the label that they gave it."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from bot.pictures.cards import CARD_MARGIN, ENLARGEMENT, LINE_HEIGHT, draw_cards, draw_no_digit, paste_digit
from bot.pictures.mark_styles import NUMBER_STYLE, Lettering, Rectangle, draw_label, label_size, write
from model.reading import DigitImage

LabelledImage = tuple[DigitImage, int | None]


def sample_sheet(samples: Sequence[LabelledImage]) -> bytes:
    """The samples, at least one, numbered from 1, as PNG: a digit image (28, 28) uint8 and its label each, None for no
    digit."""
    width = 28 * ENLARGEMENT + 2 * CARD_MARGIN
    height = 28 * ENLARGEMENT + 3 * CARD_MARGIN + LINE_HEIGHT
    return draw_cards(list(enumerate(samples, start=1)), width, height, _draw_card)


def _draw_card(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, card: Rectangle, numbered: tuple[int, LabelledImage]
) -> None:
    number, (image, label) = numbered
    left = card.left + CARD_MARGIN
    paste_digit(sheet, image, left, card.top + CARD_MARGIN, ENLARGEMENT)
    top = card.bottom - CARD_MARGIN - LINE_HEIGHT
    middle, right = top + LINE_HEIGHT / 2, card.right - CARD_MARGIN
    width, _ = label_size(str(number), LINE_HEIGHT)
    draw_label(draw, Rectangle(left, top, left + width, top + LINE_HEIGHT), str(number), NUMBER_STYLE)
    if label is None:
        draw_no_digit(draw, right - LINE_HEIGHT / 2, middle, LINE_HEIGHT)
    else:
        write(draw, (right, middle), str(label), Lettering(LINE_HEIGHT - 6, anchor="rm"))
