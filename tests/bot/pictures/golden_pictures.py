"""The golden images of the bot's pictures: own drawings, so that a change of how they look is seen in a review.

.venv/bin/python -P -m tests.bot.pictures.golden_pictures     writes them anew; look at each before you commit it
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bot.pictures.annotated_photo import annotated
from bot.pictures.digit_sheet import DigitCard, digit_sheet
from bot.pictures.mark_styles import png
from bot.pictures.review_sheet import ReviewCard, review_sheet
from bot.pictures.statistics_picture import draw_statistics
from model.reading import Box, Digit, Reading
from storage.statistics import Confused, DayStatistics, Statistics
from storage.tables import NOT_A_DIGIT

FOLDER = Path(__file__).parent / "golden"
ROWS = ((4, 2, 7), (1, 5, 0))


def digit_image(label: int) -> NDArray[np.uint8]:
    """A digit image drawn with OpenCV's strokes."""
    image = np.zeros((28, 28), np.uint8)
    cv2.putText(image, str(label), (5, 23), cv2.FONT_HERSHEY_SIMPLEX, 0.85, 255, 2)
    return image


def photo(paper: int, pen: int) -> bytes:
    """Two rows of digits, some sure, some not, and a mark that nobody can read."""
    pixels = np.full((480, 640, 3), paper, np.uint8)
    digits = []
    for row, labels in enumerate(ROWS):
        for column, label in enumerate(labels):
            x, y = 90 + 130 * column, 190 + 170 * row
            cv2.putText(pixels, str(label), (x, y), cv2.FONT_HERSHEY_SIMPLEX, 3.5, (pen,) * 3, 7)
            box = Box(x - 2, y - 80, 74, 85)
            digits.append(Digit(label, 0.9, (0.1,) * 10, box, digit_image(label), row, sure=label not in {2, 5}))
    cv2.ellipse(pixels, (530, 330), (40, 22), 20, 0, 300, (pen,) * 3, 7)
    reading = Reading(tuple(digits), "base", 640, 480, 0.01, unread=(Box(482, 290, 96, 80),))
    return png(annotated(pixels, reading))


def saw() -> bytes:
    """Four digits: sure, unsure, corrected, and corrected to none."""
    cards = []
    for place, label in enumerate((7, 4, 9, 1)):
        shares = np.full(10, 0.02)
        shares[label], shares[(label + 5) % 10] = 0.6, 0.24
        corrected = (7, 4, 5, None)[place]
        cards.append(DigitCard(digit_image(label), tuple(shares), label, 0.6, sure=place != 1, corrected=corrected))
    return digit_sheet(cards)


def review() -> bytes:
    """Five labels, the first of them doubtful."""
    labels = ((1, 7, 180.0), (4, 9, 33.0), (5, 5, 2.0), (3, 8, 1.0), (0, 0, 0.0))
    return review_sheet([ReviewCard(digit_image(a), a, b, odd, is_doubtful=odd > 100) for a, b, odd in labels])


def statistics() -> bytes:
    """A fortnight."""
    first = date(2026, 11, 1)
    days = [DayStatistics(first + timedelta(days=n), 3 + n * 7 % 11, n * 5 % 9, n * 3 % 4) for n in range(14)]
    confused = (Confused(1, 7, 12), Confused(4, 9, 5), Confused(5, NOT_A_DIGIT, 1))
    return draw_statistics(Statistics(1, 60, 200, tuple(days), confused))


PICTURES: dict[str, Callable[[], bytes]] = {
    "photo-white": lambda: photo(250, 30),
    "photo-dark": lambda: photo(25, 235),
    "what-you-saw": saw,
    "review": review,
    "statistics": statistics,
}


def reduced(content: bytes) -> Image.Image:
    """A picture as a phone shows it: 390 pixels wide."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    return picture.resize((390, round(picture.height * 390 / picture.width)), Image.Resampling.BOX)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        reduced(draw()).quantize(64, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)
