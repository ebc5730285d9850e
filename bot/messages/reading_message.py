"""The answer to a photo, rendered from the stored reading, so that first answers and edits agree."""

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

CONFIRMED_SUFFIX = " ✓"
NOT_A_DIGIT_SIGN = "–"  # on the button of a digit that was marked as none


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
        return RenderedReading(
            _statement(texts, reading) + (CONFIRMED_SUFFIX if confirmed else ""), _keyboard(texts, reading)
        )
    if len(digits) == 1:
        likely = _likely(digits[0])
        return RenderedReading(texts.one_unsure(*likely), keyboards.likely_labels(texts, reading.id, likely))
    unsure = [(digit.position + 1, *_likely(digit)) for digit in digits if not digit.sure]
    return RenderedReading(texts.several_unsure(reading.text, unsure), _keyboard(texts, reading))


def _statement(texts: Texts, reading: ReadingRecord) -> str:
    if len(reading.digits) == 1:
        return texts.one(reading.digits[0].label, reading.digits[0].confidence)
    return texts.several(reading.text)


def _keyboard(texts: Texts, reading: ReadingRecord) -> InlineKeyboardMarkup:
    if len(reading.digits) == 1:
        return keyboards.one_digit(texts, reading.id)
    rows = [[(digit.position, button_label(digit)) for digit in row] for row in rows_of(reading.digits)]
    return keyboards.several_digits(texts, reading.id, rows)


def button_label(digit: DigitRecord) -> str:
    """The text of a digit's button."""
    return NOT_A_DIGIT_SIGN if digit.final == NOT_A_DIGIT else str(digit.final)


def rows_of(digits: Sequence[DigitRecord]) -> list[list[DigitRecord]]:
    """The digits of a reading, in reading order, as its rows."""
    return [list(row) for _, row in groupby(digits, key=lambda digit: digit.row)]


def _likely(digit: DigitRecord) -> tuple[int, int]:
    """The two likeliest labels, the likelier one first."""
    order = sorted(range(10), key=digit.probabilities.__getitem__, reverse=True)
    return order[0], order[1]


async def send_answer(request: MessageRequest, photo: ReadPhoto, reading: ReadingRecord, *, head: str = "") -> Message:
    """Answer a photo: the picture with its boxes where there are digits, text alone where there are none.

    ``head`` is HTML to put first. Raises TelegramError.
    """
    rendered = render(request.texts, reading)
    # The photo's message may have been deleted meanwhile: then the answer is sent without quoting it.
    quoted = ReplyParameters(request.message.message_id, allow_sending_without_reply=True)
    if photo.drawing is None:
        return await request.bot.send_message(
            request.chat, head + rendered.text, ParseMode.HTML, reply_parameters=quoted, reply_markup=rendered.keyboard
        )
    return await request.bot.send_photo(
        request.chat,
        InputFile(photo.drawing, "reading.jpg"),
        caption=head + rendered.text,
        parse_mode=ParseMode.HTML,
        reply_parameters=quoted,
        reply_markup=rendered.keyboard,
        has_spoiler=photo.attachment.hidden,
    )


async def edit_answer(bot: Bot, texts: Texts, reading: ReadingRecord) -> None:
    """Edit the answer to show the reading as it is now; an answer that is gone or shows it already is left.

    Raises TelegramError for other failures than a refused edit.
    """
    if reading.answer_message is None:
        return
    rendered = render(texts, reading)
    with contextlib.suppress(BadRequest):
        if reading.digits:
            await bot.edit_message_caption(
                reading.chat_id,
                reading.answer_message,
                caption=rendered.text,
                parse_mode=ParseMode.HTML,
                reply_markup=rendered.keyboard,
            )
        else:
            await bot.edit_message_text(
                rendered.text, reading.chat_id, reading.answer_message, parse_mode=ParseMode.HTML
            )
