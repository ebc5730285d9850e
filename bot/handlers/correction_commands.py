"""/correct and /undo: corrections in words. Corrections by button are in ``callback_queries``."""

from __future__ import annotations

import contextlib

from telegram import Message, Update
from telegram.error import TelegramError

from bot.context import Context
from bot.handlers._helpers import digits_in, showing_chat_action
from bot.handlers._requests import MessageRequest
from bot.handlers.consent_dialog import ConsentDialog
from bot.messages.reading_message import edit_answer, send_answer
from bot.photos.photo_download import Attachment, DownloadFailed
from bot.photos.photo_reading import ReadPhoto, read_photo
from bot.photos.reading_mapping import to_new_reading
from bot.services import Services
from model.image_decoding import PhotoError
from storage import corrections, people, readings
from storage.errors import CorrectionError
from storage.readings import ReadingRecord
from storage.tables import NOT_A_DIGIT


class CorrectionCommands:
    """The reading is that of the message replied to (photo or answer), else the person's latest one in the chat."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._consent = ConsentDialog(services)

    async def correct(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        arguments = " ".join(context.args or [])
        labels = digits_in(arguments)
        if labels is None:
            await request.say(request.texts.not_digits(arguments) if arguments else request.texts.correct_usage)
            return
        reading, is_own = await self._find_reading(request)
        if reading is None:
            await request.say(self._why_not_found(request))
        elif not is_own:
            await request.say(request.texts.foreign_reading)
        else:
            await self._correct(request, reading, labels)

    async def undo(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        async with self._services.database.write() as session:
            person = await people.by_telegram_id(session, request.user.id)
            reading = await corrections.undo_last(session, request.chat, person.id) if person else None
        if reading is None:
            await request.say(request.texts.nothing_to_undo)
            return
        await edit_answer(request.bot, request.texts, reading)
        await request.say(request.texts.undone(reading.corrected_text))

    async def _find_reading(self, request: MessageRequest) -> tuple[ReadingRecord | None, bool]:
        """The reading to correct, and whether it is the person's own."""
        replied = _replied(request.message)
        async with self._services.database.read() as session:
            person = await people.by_telegram_id(session, request.user.id)
            if replied:
                reading = await readings.by_message(session, request.chat, replied.message_id)
            else:
                reading = await readings.latest(session, request.chat, person.id) if person else None
        return reading, bool(person and reading and person.id == reading.person_id)

    def _why_not_found(self, request: MessageRequest) -> str:
        """In reply to a photo or to an answer, the reading was purged; otherwise there is none at all."""
        replied = _replied(request.message)
        is_answer = replied and replied.from_user and replied.from_user.id == request.bot.id
        if replied and (replied.photo or replied.document or replied.sticker or is_answer):
            return request.texts.reading_gone(self._services.settings.keep_days)
        return request.texts.nothing_to_correct

    async def _correct(self, request: MessageRequest, reading: ReadingRecord, labels: str) -> None:
        """Label the digits; where their number is another one, read the photo again for as many digits as labels."""
        positions, photo = _positions(reading, len(labels)), None
        if positions is None:
            photo = await self._read_again(request, reading, len(labels))
            if photo is None:
                await request.say(request.texts.other_count(len(reading.digits), len(labels)))
                return
            positions = list(range(len(labels)))
        by_position = dict(zip(positions, map(int, labels), strict=True))
        try:
            corrected, asks = await self._store(request, reading, by_position, photo)
        except CorrectionError:  # purged or deleted since it was found
            await request.say(request.texts.reading_gone(self._services.settings.keep_days))
            return
        answer = await self._show(request, corrected, photo)
        if asks:  # also where the labels only confirm: they were given as labels
            await self._consent.ask(answer, request.texts, corrected.id)

    async def _read_again(self, request: MessageRequest, reading: ReadingRecord, count: int) -> ReadPhoto | None:
        """The photo downloaded once more and read as exactly ``count`` digits; None where that is not possible."""
        if reading.photo_file is None:
            return None
        try:
            async with showing_chat_action(request.message):
                photo = await read_photo(self._services, request.bot, Attachment(reading.photo_file, None), count)
        except (PhotoError, DownloadFailed):
            return None
        return photo if len(photo.reading.digits) == count else None

    async def _store(
        self, request: MessageRequest, reading: ReadingRecord, labels: dict[int, int], photo: ReadPhoto | None
    ) -> tuple[ReadingRecord, bool]:
        """Store the new digits, if there are any, and the labels in one transaction.

        Returns the reading as it is now, and whether consent is to be asked for.
        """
        async with self._services.database.write() as session:
            asks = await self._consent.is_due(session, request.user.id)
            if photo is not None:
                await readings.replace_digits(session, reading.id, to_new_reading(photo.reading))
            corrected = await corrections.correct(
                session, reading.id, reading.person_id, labels, update_id=request.update_id
            )
        return corrected, asks

    async def _show(self, request: MessageRequest, reading: ReadingRecord, photo: ReadPhoto | None) -> Message:
        """Edit the answer; where the photo was read again, send a new answer in its place. Returns what was sent."""
        if photo is None:
            await edit_answer(request.bot, request.texts, reading)
            return await request.say(request.texts.correction_done(reading.corrected_text))
        if reading.answer_message is not None:  # its buttons would mean the digits of the first reading
            with contextlib.suppress(TelegramError):
                await request.bot.edit_message_reply_markup(request.chat, reading.answer_message)
        head = request.texts.read_again(len(reading.digits)) + "\n"
        answer = await send_answer(request, photo, reading, head=head)
        async with self._services.database.write() as session:
            await readings.set_answer(session, reading.id, answer.message_id)
        return answer


def _replied(message: Message) -> Message | None:
    """The message that was replied to; in a forum's topic that is not the topic's own first message."""
    replied = message.reply_to_message
    return None if replied is None or replied.forum_topic_created else replied


def _positions(reading: ReadingRecord, count: int) -> list[int] | None:
    """The positions for ``count`` labels: all digits, or all but those marked as none; None if neither fits."""
    everything = [digit.position for digit in reading.digits]
    digits = [digit.position for digit in reading.digits if digit.final != NOT_A_DIGIT]
    return next((positions for positions in (everything, digits) if len(positions) == count), None)
