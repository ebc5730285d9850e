"""The answer to a photo, rendered from the stored reading, so that first answers and edits agree."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from telegram import InlineKeyboardMarkup, InputFile, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.context import Bot
from bot.handlers._requests import MessageRequest
from bot.messages.keyboards import Keyboards
from bot.messages.texts import Texts
from bot.photos.photo_reading import ReadPhoto
from bot.updates.telegram_errors import may_not_send_pictures
from model.reading import Reading, taught_from
from storage.readings import DigitRecord, ReadingRecord
from storage.tables import NOT_A_DIGIT

CONFIRMED_SUFFIX = " ✓"
NOT_A_DIGIT_SIGN = "–"  # on the button of a digit that was marked as none


@dataclass(frozen=True, slots=True)
class RenderedReading:
    """Telegram HTML and its keyboard, if it has one."""

    text: str
    keyboard: InlineKeyboardMarkup | None


def render(keyboards: Keyboards, reading: ReadingRecord) -> RenderedReading:
    """The answer after all corrections; a digit that the model was not sure of is asked about."""
    keyboard = _keyboard(keyboards, reading) if reading.digits and keyboards.pressable else None
    return RenderedReading(_text(keyboards.texts, reading), keyboard)


def _text(texts: Texts, reading: ReadingRecord) -> str:
    digits = reading.digits
    if not digits:
        return "\n".join([texts.nothing_found, *_left_out(texts, reading)])
    if reading.is_changed or (reading.asked and _is_confirmed(reading)):
        return texts.corrected(reading.corrected_text, before="" if reading.asked else reading.text)
    if reading.asked:
        return texts.is_this(reading.text)
    if _is_confirmed(reading):
        return _statement(texts, reading) + CONFIRMED_SUFFIX
    return "\n".join([_read(texts, reading), *_taught(texts, digits), *_left_out(texts, reading)])


def _read(texts: Texts, reading: ReadingRecord) -> str:
    """What was read, and what is not sure of it."""
    if reading.sure:
        return _statement(texts, reading)
    if len(reading.digits) == 1:
        return texts.one_unsure(*_likely(reading.digits[0]), unread=reading.unread)
    unsure = [(digit.position + 1, *_likely(digit)) for digit in reading.digits if not digit.sure]
    return texts.several_unsure(reading.text, unsure, unread=reading.unread)


def _left_out(texts: Texts, reading: ReadingRecord) -> list[str]:
    return [texts.left_out(reading.left_out)] if reading.left_out else []


def _taught(texts: Texts, digits: Sequence[DigitRecord]) -> list[str]:
    """Which digits are read otherwise than without the person's earlier corrections; empty where none is."""
    changed = [(digit, taught_from(digit.label, digit.unadapted)) for digit in digits if digit.corrected is None]
    taught = [(digit, else_read) for digit, else_read in changed if else_read is not None]
    if not taught:
        return []
    if len(digits) == 1:
        return [texts.taught_one(digits[0].label, taught[0][1])]
    return [texts.taught_several([(digit.position + 1, else_read) for digit, else_read in taught])]


def _is_confirmed(reading: ReadingRecord) -> bool:
    return all(digit.corrected is not None for digit in reading.digits)


def _statement(texts: Texts, reading: ReadingRecord) -> str:
    if len(reading.digits) == 1:
        return texts.one(reading.digits[0].label, reading.digits[0].confidence)
    return texts.several(reading.text)


def _keyboard(keyboards: Keyboards, reading: ReadingRecord) -> InlineKeyboardMarkup:
    if len(reading.digits) > 1:
        rows = [[(digit.position, button_label(digit)) for digit in row] for row in rows_of(reading.digits)]
        return keyboards.several_digits(reading.id, rows, labelled=_is_confirmed(reading))
    if reading.is_changed or _is_confirmed(reading) or reading.sure:
        return keyboards.one_digit(reading.id, labelled=_is_confirmed(reading))
    if reading.asked:
        return keyboards.possible_digit(reading.id)
    return keyboards.likely_labels(reading.id, _likely(reading.digits[0]))


def words_alone(texts: Texts, reading: Reading) -> str:
    """A reading that is not stored, in an answer without picture and buttons."""
    if not reading.digits:
        return texts.nothing_found
    if reading.is_question or not reading.sure:
        return texts.unsure_in_words(reading.text)
    if len(reading.digits) == 1:
        return texts.one(reading.digits[0].label, reading.digits[0].confidence)
    return texts.several(reading.text)


def spoiler(html: str) -> str:
    """Words about a photo that was hidden by a spoiler, hidden as it was."""
    return f"<tg-spoiler>{html}</tg-spoiler>"


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


def render_choice(keyboards: Keyboards, reading: ReadingRecord, position: int) -> RenderedReading:
    """The answer while the label of its digit at ``position`` is chosen."""
    digit = reading.digits[position]
    number = position + 1 if len(reading.digits) > 1 else None
    text = keyboards.texts.which_label(number, digit.label, digit.final)
    return RenderedReading(text, keyboards.labels(reading.id, position))


async def send_answer(
    request: MessageRequest, keyboards: Keyboards, photo: ReadPhoto, reading: ReadingRecord, *, head: str = ""
) -> Message:
    """Answer a photo: the picture with its boxes where there are digits, text alone where there are none or where the
    bot may not send pictures.

    ``head`` is HTML to put first. Raises TelegramError.
    """
    try:
        return await _send_answer(request, keyboards, photo, reading, head)
    except (BadRequest, Forbidden) as refused:
        if not may_not_send_pictures(refused):
            raise
    head += request.texts.no_photo_rights + "\n"
    return await _send_answer(request, keyboards, replace(photo, drawing=None), reading, head)


async def _send_answer(
    request: MessageRequest, keyboards: Keyboards, photo: ReadPhoto, reading: ReadingRecord, head: str
) -> Message:
    rendered = render(keyboards, reading)
    # The photo's message may have been deleted meanwhile: then the answer is sent without quoting it.
    quoted = ReplyParameters(request.message.message_id, allow_sending_without_reply=True)
    if photo.drawing is None:
        is_hidden = photo.attachment.hidden and bool(reading.digits)
        return await request.bot.send_message(
            request.chat,
            head + (spoiler(rendered.text) if is_hidden else rendered.text),
            ParseMode.HTML,
            reply_parameters=quoted,
            reply_markup=rendered.keyboard,
            message_thread_id=request.topic,
        )
    return await request.bot.send_photo(
        request.chat,
        InputFile(photo.drawing, "reading.jpg"),
        caption=head + rendered.text,
        parse_mode=ParseMode.HTML,
        reply_parameters=quoted,
        reply_markup=rendered.keyboard,
        has_spoiler=photo.attachment.hidden,
        message_thread_id=request.topic,
    )


async def edit_answer(bot: Bot, keyboards: Keyboards, reading: ReadingRecord) -> Message | None:
    """Edit the answer to show the reading as it is now; one that is gone, or shows it already, is left as it is.

    Returns the edited picture, where there was one to edit. Raises TelegramError for other failures than a refused
    edit.
    """
    if reading.answer_message is None or reading.answer_message < 0:  # in the group that became a supergroup
        return None
    rendered = render(keyboards, reading)
    chat, answer = reading.chat_id, reading.answer_message
    if reading.digits:
        try:
            edited = await bot.edit_message_caption(
                chat, answer, caption=rendered.text, parse_mode=ParseMode.HTML, reply_markup=rendered.keyboard
            )
            return edited if isinstance(edited, Message) else None
        except BadRequest as refused:
            if "no caption" not in refused.message:  # else it is an answer in words
                return None
    with contextlib.suppress(BadRequest, ChatMigrated):
        await bot.edit_message_text(
            rendered.text, chat, answer, parse_mode=ParseMode.HTML, reply_markup=rendered.keyboard
        )
    return None
