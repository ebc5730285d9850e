"""What an answer says, and its buttons: always from the stored reading, so that edits and first answers agree."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from telegram import InlineKeyboardMarkup, InputFile, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.context import Bot
from bot.handlers._requests import MessageRequest
from bot.messages import keyboards
from bot.messages.texts import Texts
from bot.photos.photo_reading import ReadPhoto
from storage.readings import DigitRecord, ReadingRecord
from storage.tables import NOT_A_DIGIT

CONFIRMED = " ✓"
NO_DIGIT = "–"  # on the button of what turned out to be no digit


@dataclass(frozen=True, slots=True)
class RenderedReading:
    """Telegram HTML and its keyboard, if it has one."""

    text: str
    keyboard: InlineKeyboardMarkup | None


def render(texts: Texts, reading: ReadingRecord) -> RenderedReading:
    """The answer after all corrections; a digit that the model was not sure of is asked about."""
    digits = reading.digits
    if not digits:
        return RenderedReading(texts.nothing_found, None)
    if reading.is_changed:
        return RenderedReading(texts.corrected(reading.corrected_text, before=reading.text), _keyboard(texts, reading))
    confirmed = all(digit.corrected is not None for digit in digits)
    if confirmed or reading.sure:
        return RenderedReading(_told(texts, reading) + (CONFIRMED if confirmed else ""), _keyboard(texts, reading))
    if len(digits) == 1:
        likely = _likely(digits[0])
        return RenderedReading(texts.one_unsure(*likely), keyboards.this_or_that(texts, reading.id, likely))
    # None of them may be doubtful in itself, and the page as a whole still be.
    places = [(digit.position + 1, *_likely(digit)) for digit in digits if not digit.sure]
    return RenderedReading(texts.several_unsure(reading.text, places), _keyboard(texts, reading))


def _told(texts: Texts, reading: ReadingRecord) -> str:
    if len(reading.digits) == 1:
        return texts.one(reading.digits[0].label, reading.digits[0].confidence)
    return texts.several(reading.text)


def _keyboard(texts: Texts, reading: ReadingRecord) -> InlineKeyboardMarkup:
    if len(reading.digits) == 1:
        return keyboards.one_digit(texts, reading.id)
    rows = [[(digit.position, button_label(digit)) for digit in row] for row in rows_of(reading.digits)]
    return keyboards.several_digits(texts, reading.id, rows)


def button_label(digit: DigitRecord) -> str:
    """What stands on a digit's button."""
    return NO_DIGIT if digit.final == NOT_A_DIGIT else str(digit.final)


def rows_of(digits: Sequence[DigitRecord]) -> list[list[DigitRecord]]:
    """The digits of a reading, in reading order, as its rows."""
    return [list(row) for _, row in groupby(digits, key=lambda digit: digit.row)]


def _likely(digit: DigitRecord) -> tuple[int, int]:
    """The two likeliest labels, the likelier one first."""
    order = sorted(range(10), key=digit.probabilities.__getitem__, reverse=True)
    return order[0], order[1]


async def send_answer(request: MessageRequest, seen: ReadPhoto, kept: ReadingRecord, *, head: str = "") -> Message:
    """Answer a message: the picture with its boxes where there are digits, words alone where there are none."""
    told = render(request.texts, kept)
    # The question may have been deleted meanwhile: then answer without quoting it.
    quoted = ReplyParameters(request.message.message_id, allow_sending_without_reply=True)
    if seen.drawing is None:
        return await request.bot.send_message(
            request.chat, head + told.text, ParseMode.HTML, reply_parameters=quoted, reply_markup=told.keyboard
        )
    return await request.bot.send_photo(
        request.chat,
        InputFile(seen.drawing, "reading.jpg"),
        caption=head + told.text,
        parse_mode=ParseMode.HTML,
        reply_parameters=quoted,
        reply_markup=told.keyboard,
        has_spoiler=seen.attachment.hidden,
    )


async def edit_answer(bot: Bot, texts: Texts, reading: ReadingRecord) -> None:
    """Edit the answer so that it tells the reading as it stands; one that is gone, or tells it already, is left."""
    if reading.answer_message is None:
        return
    told = render(texts, reading)
    with contextlib.suppress(BadRequest):
        if reading.digits:
            await bot.edit_message_caption(
                reading.chat_id,
                reading.answer_message,
                caption=told.text,
                parse_mode=ParseMode.HTML,
                reply_markup=told.keyboard,
            )
        else:
            await bot.edit_message_text(told.text, reading.chat_id, reading.answer_message, parse_mode=ParseMode.HTML)
