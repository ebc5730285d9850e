"""The contact sheet of /review: digit images, each with its number, what was read, and the label that was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import ImageDraw

from bot.pictures.cards import LINE_HEIGHT, draw_arrow, draw_numbered_cards
from bot.pictures.mark_styles import UNSURE_STYLE, Lettering, Rectangle, draw_outline, write
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
    return draw_numbered_cards([(label.image, label) for label in labels], _draw_line)


def _draw_line(draw: ImageDraw.ImageDraw, card: Rectangle, line: Rectangle, label: ReviewCard) -> None:
    if label.is_doubtful:
        draw_outline(draw, card.grown(-4), 3, UNSURE_STYLE)
    start, middle = line.left + 12, (line.top + line.bottom) / 2
    write(draw, (start, middle), str(label.read_as), Lettering(LINE_HEIGHT - 6, anchor="lm"))
    draw_arrow(draw, start + 22, middle, 22)
    write(draw, (start + 50, middle), str(label.label), Lettering(LINE_HEIGHT - 6, anchor="lm"))
    write(draw, (line.right, middle), f"{label.oddness:.0f}", Lettering(20, palette.SOFT_INK, anchor="rm"))
