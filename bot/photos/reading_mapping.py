"""Between a model's reading and the records of the database."""

from __future__ import annotations

import numpy as np

from bot.pictures.digit_sheet import DigitCard
from model.reading import Box, Digit, DigitImage, Reading
from storage.readings import DigitRecord, NewDigit, NewReading, ReadingRecord
from storage.tables import NOT_A_DIGIT


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
        left_out=len(reading.left_out),
        asked=reading.is_question,
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
        unadapted=digit.unadapted,
        hypothesis_features=digit.hypothesis_features,
    )


def to_digit_image(digit: DigitRecord) -> DigitImage:
    """The (28, 28) uint8 array that was classified."""
    return np.frombuffer(digit.image, np.uint8).reshape(28, 28)


def to_digit_card(digit: DigitRecord) -> DigitCard:
    """What the network was given and made of it, and what its person says it is."""
    corrected = None if digit.final == NOT_A_DIGIT else digit.final
    image, probabilities = to_digit_image(digit), digit.probabilities
    return DigitCard(image, probabilities, digit.label, digit.confidence, digit.sure, corrected)


def to_reading(record: ReadingRecord) -> Reading:
    """A stored reading as it is after all corrections: without what is no digit, and sure where a person gave the
    label. ``seconds`` is 0: it was not measured."""
    digits = tuple(_digit(digit) for digit in record.digits if digit.final != NOT_A_DIGIT)
    return Reading(digits, record.model, record.width, record.height, seconds=0.0)


def _digit(digit: DigitRecord) -> Digit:
    sure = digit.sure or digit.corrected is not None
    box, image = Box(*digit.box), to_digit_image(digit)
    return Digit(digit.final, digit.confidence, digit.probabilities, box, image, digit.row, sure, digit.unadapted)
