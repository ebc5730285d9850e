"""Between a model's reading and the records of the database."""

from __future__ import annotations

import numpy as np

from model.reading import Digit, DigitImage, Reading
from storage.readings import DigitRecord, NewDigit, NewReading


def to_new_reading(reading: Reading, *, forced: bool = False) -> NewReading:
    """A reading as a record to store; it does not hold the photo. ``forced`` as in ``NewReading``."""
    return NewReading(
        digits=tuple(_new_digit(digit) for digit in reading.digits),
        model=reading.model,
        sure=reading.sure,
        width=reading.width,
        height=reading.height,
        forced=forced,
        unread=len(reading.unread),
    )


def _new_digit(digit: Digit) -> NewDigit:
    box = digit.box
    return NewDigit(
        row=digit.row,
        label=digit.label,
        confidence=digit.confidence,
        sure=digit.sure,
        probabilities=digit.probabilities,
        box=(box.x, box.y, box.width, box.height),
        image=digit.image.tobytes(),
    )


def to_digit_image(digit: DigitRecord) -> DigitImage:
    """The (28, 28) uint8 array that was classified."""
    return np.frombuffer(digit.image, np.uint8).reshape(28, 28)
