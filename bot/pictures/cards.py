"""Digit images on cards, in rows on one sheet that fits a phone's screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from PIL import Image, ImageDraw

from bot.pictures.mark_styles import NUMBER_STYLE, Rectangle, draw_label, label_size, png
from model import palette
from model.reading import DigitImage

GAP: Final = 10  # pixels between cards, and round the sheet
UPRIGHT: Final = 1.25  # height of a sheet by its width that is aimed at: a phone is higher than wide
# Of a card with a sample's image and one line below it.
ENLARGEMENT: Final = 6  # of the digit image
CARD_MARGIN: Final = 8  # pixels, inside a card
LINE_HEIGHT: Final = 34  # pixels of the text below the image
NO_DIGIT_RADIUS: Final = 0.36  # of the height of the text beside it

Item = TypeVar("Item")
DrawCard = Callable[[Image.Image, ImageDraw.ImageDraw, Rectangle, Item], None]
DrawLine = Callable[[ImageDraw.ImageDraw, Rectangle, Rectangle, Item], None]


def draw_cards(items: Sequence[Item], width: int, height: int, draw_card: DrawCard[Item]) -> bytes:
    """A sheet, as PNG, with a white card of so many pixels for each item, at least one; ``draw_card`` fills it."""
    columns = _columns(len(items), width, height)
    rows = math.ceil(len(items) / columns)
    size = columns * (width + GAP) + GAP, rows * (height + GAP) + GAP
    sheet = Image.new("RGB", size, palette.GROUND)
    draw = ImageDraw.Draw(sheet)
    for number, item in enumerate(items):
        left, top = GAP + number % columns * (width + GAP), GAP + number // columns * (height + GAP)
        card = Rectangle(left, top, left + width, top + height)
        draw.rectangle((left, top, card.right - 1, card.bottom - 1), palette.PAPER, palette.GRID)
        draw_card(sheet, draw, card, item)
    return png(sheet)


def draw_numbered_cards(items: Sequence[tuple[DigitImage, Item]], draw_line: DrawLine[Item]) -> bytes:
    """A sheet, as PNG, of at least one digit image (28, 28) uint8, numbered from 1 below it; ``draw_line`` is given the
    card and what is left of the line beside the number."""

    def draw_card(
        sheet: Image.Image, draw: ImageDraw.ImageDraw, card: Rectangle, numbered: tuple[int, tuple[DigitImage, Item]]
    ) -> None:
        number, (image, item) = numbered
        left, bottom = card.left + CARD_MARGIN, card.bottom - CARD_MARGIN
        paste_digit(sheet, image, left, card.top + CARD_MARGIN, ENLARGEMENT)
        width, _ = label_size(str(number), LINE_HEIGHT)
        draw_label(draw, Rectangle(left, bottom - LINE_HEIGHT, left + width, bottom), str(number), NUMBER_STYLE)
        draw_line(draw, card, Rectangle(left + width, bottom - LINE_HEIGHT, card.right - CARD_MARGIN, bottom), item)

    width = 28 * ENLARGEMENT + 2 * CARD_MARGIN
    height = 28 * ENLARGEMENT + 3 * CARD_MARGIN + LINE_HEIGHT
    return draw_cards(list(enumerate(items, start=1)), width, height, draw_card)


def _columns(count: int, width: int, height: int) -> int:
    """How many columns make the sheet smallest, seen upright."""

    def extent(columns: int) -> float:
        return max(columns * width * UPRIGHT, math.ceil(count / columns) * height)

    return min(range(1, count + 1), key=extent)


def paste_digit(sheet: Image.Image, image: DigitImage, left: int, top: int, enlargement: int) -> None:
    """A digit image, (28, 28) uint8, enlarged without smoothing, so that each of its pixels shows."""
    side = image.shape[0] * enlargement
    sheet.paste(Image.fromarray(image).resize((side, side), Image.Resampling.NEAREST), (left, top))


def draw_arrow(draw: ImageDraw.ImageDraw, left: float, middle: float, height: int) -> None:
    """An arrow to the right, as long as ``height``: from what was read to the label that was given."""
    tip, head = left + height, height * 0.3
    line = max(2, height // 9)
    draw.line((left, middle, tip - line, middle), palette.INK, line)
    draw.line((tip - head, middle - head, tip, middle, tip - head, middle + head), palette.INK, line, joint="curve")


def draw_no_digit(draw: ImageDraw.ImageDraw, centre: float, middle: float, height: int) -> None:
    """The sign for "not a digit": a struck circle."""
    radius, line = height * NO_DIGIT_RADIUS, max(2, height // 9)
    draw.ellipse((centre - radius, middle - radius, centre + radius, middle + radius), None, palette.INK, line)
    draw.line((centre - radius, middle + radius, centre + radius, middle - radius), palette.INK, line)
