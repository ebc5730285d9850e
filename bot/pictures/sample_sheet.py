"""A person's own samples: digit images, each with its number and the label that they gave it."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import ImageDraw

from bot.pictures.cards import LINE_HEIGHT, draw_no_digit, draw_numbered_cards
from bot.pictures.mark_styles import Lettering, Rectangle, write
from model.reading import DigitImage

LabelledImage = tuple[DigitImage, int | None]


def sample_sheet(samples: Sequence[LabelledImage]) -> bytes:
    """The samples, at least one, numbered from 1, as PNG: a digit image (28, 28) uint8 and its label each, None for no
    digit."""
    return draw_numbered_cards(samples, _draw_line)


def _draw_line(draw: ImageDraw.ImageDraw, _: Rectangle, line: Rectangle, label: int | None) -> None:
    middle = (line.top + line.bottom) / 2
    if label is None:
        draw_no_digit(draw, line.right - LINE_HEIGHT / 2, middle, LINE_HEIGHT)
    else:
        write(draw, (line.right, middle), str(label), Lettering(LINE_HEIGHT - 6, anchor="rm"))
