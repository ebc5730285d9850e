"""What an answer says, and its buttons: always from the stored reading, so that edits and first answers agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from telegram import InlineKeyboardMarkup

from bot import keyboards
from bot.keyboards import NOT_A_DIGIT
from bot.texts import Texts
from storage.readings import DigitRecord, ReadingRecord

CONFIRMED = " ✓"
NO_DIGIT = "–"  # on the button of what turned out to be no digit


@dataclass(frozen=True, slots=True)
class Answer:
    """Telegram HTML and its keyboard, if it has one."""

    text: str
    keyboard: InlineKeyboardMarkup | None


def answer(texts: Texts, reading: ReadingRecord, threshold: float) -> Answer:
    """The answer as it stands after all corrections; below the confidence ``threshold`` a digit is asked about, not told."""
    digits = reading.digits
    if not digits:
        return Answer(texts.nothing_found, None)
    if any(digit.final != digit.label for digit in digits):
        return Answer(texts.corrected(reading.corrected_text, before=reading.text), _keyboard(texts, reading))
    doubtful = [] if reading.sure else [digit for digit in digits if digit.confidence < threshold]
    confirmed = all(digit.corrected is not None for digit in digits)
    if confirmed or not doubtful:
        return Answer(_told(texts, reading) + (CONFIRMED if confirmed else ""), _keyboard(texts, reading))
    if len(digits) == 1:
        likely = _likely(digits[0])
        return Answer(texts.one_unsure(*likely), keyboards.this_or_that(texts, reading.id, likely))
    places = [(digit.position + 1, *_likely(digit)) for digit in doubtful]
    return Answer(texts.several_unsure(reading.text, places), _keyboard(texts, reading))


def _told(texts: Texts, reading: ReadingRecord) -> str:
    if len(reading.digits) == 1:
        return texts.one(reading.digits[0].label, reading.digits[0].confidence)
    return texts.several(reading.text)


def _keyboard(texts: Texts, reading: ReadingRecord) -> InlineKeyboardMarkup:
    if len(reading.digits) == 1:
        return keyboards.one_digit(texts, reading.id)
    rows = [[(digit.position, face(digit)) for digit in row] for row in rows_of(reading.digits)]
    return keyboards.several_digits(texts, reading.id, rows)


def face(digit: DigitRecord) -> str:
    """What stands on a digit's button."""
    return NO_DIGIT if digit.final == NOT_A_DIGIT else str(digit.final)


def rows_of(digits: Sequence[DigitRecord]) -> list[list[DigitRecord]]:
    """The digits of a reading, in reading order, as its rows."""
    return [list(row) for _, row in groupby(digits, key=lambda digit: digit.row)]


def _likely(digit: DigitRecord) -> tuple[int, int]:
    """The two likeliest labels, the likelier one first."""
    order = sorted(range(10), key=digit.probabilities.__getitem__, reverse=True)
    return order[0], order[1]
