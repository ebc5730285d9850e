"""/correct and /undo: a person puts a reading of theirs right in words."""

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
    """Found by the message replied to (the photo or its answer), else the sender's latest reading in the chat."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._consent = ConsentDialog(services)

    async def command(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        words = " ".join(context.args or [])
        given = digits_in(words)
        if given is None:
            await request.say(request.texts.not_digits(words) if words else request.texts.correct_how)
            return
        reading, is_own = await self._meant(request)
        if reading is None:
            await request.say(self._why_none(request))
        elif not is_own:
            await request.say(request.texts.foreign_reading)
        else:
            await self._put_right(request, reading, given)

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

    async def _meant(self, request: MessageRequest) -> tuple[ReadingRecord | None, bool]:
        """The reading that is meant, and whether it is the asker's."""
        replied = _replied(request.message)
        async with self._services.database.read() as session:
            person = await people.by_telegram_id(session, request.user.id)
            if replied:
                reading = await readings.by_message(session, request.chat, replied.message_id)
            else:
                reading = await readings.latest(session, request.chat, person.id) if person else None
        return reading, bool(person and reading and person.id == reading.person_id)

    def _why_none(self, request: MessageRequest) -> str:
        """A reply to a picture or to an answer means a reading that was purged; anything else means none at all."""
        replied = _replied(request.message)
        answered = replied and replied.from_user and replied.from_user.id == request.bot.id
        if replied and (replied.photo or replied.document or replied.sticker or answered):
            return request.texts.reading_gone(self._services.settings.keep_days)
        return request.texts.nothing_to_correct

    async def _put_right(self, request: MessageRequest, reading: ReadingRecord, given: str) -> None:
        places, seen = _places(reading, len(given)), None
        if places is None:
            seen = await self._read_again(request, reading, len(given))
            if seen is None:
                await request.say(request.texts.other_count(len(reading.digits), len(given)))
                return
            places = list(range(len(given)))
        try:
            kept, asks = await self._store(request, reading, dict(zip(places, map(int, given), strict=True)), seen)
        except CorrectionError:  # purged or forgotten between the look and the store
            await request.say(request.texts.reading_gone(self._services.settings.keep_days))
            return
        answered = await self._tell(request, kept, seen)
        if asks:  # also where the words only confirm: they were given as a label
            await self._consent.ask(answered, request.texts, kept.id)

    async def _read_again(self, request: MessageRequest, reading: ReadingRecord, count: int) -> ReadPhoto | None:
        """The photo fetched once more and read as exactly ``count`` digits; None where that cannot be done."""
        if reading.photo_file is None:
            return None
        try:
            async with showing_chat_action(request.message):
                seen = await read_photo(self._services, request.bot, Attachment(reading.photo_file, None), count)
        except (PhotoError, DownloadFailed):
            return None
        return seen if len(seen.reading.digits) == count else None

    async def _store(
        self, request: MessageRequest, reading: ReadingRecord, labels: dict[int, int], seen: ReadPhoto | None
    ) -> tuple[ReadingRecord, bool]:
        """New findings, if there are any, and labels in one transaction; also whether consent is to be asked for."""
        async with self._services.database.write() as session:
            asks = await self._consent.is_due(session, request.user.id)
            if seen is not None:
                await readings.replace_digits(session, reading.id, to_new_reading(seen.reading))
            kept = await corrections.correct(
                session, reading.id, reading.person_id, labels, update_id=request.update_id
            )
        return kept, asks

    async def _tell(self, request: MessageRequest, kept: ReadingRecord, seen: ReadPhoto | None) -> Message:
        """Edit the answer; where other digits were found, send a new one with another picture in its place."""
        if seen is None:
            await edit_answer(request.bot, request.texts, kept)
            return await request.say(request.texts.put_right(kept.corrected_text))
        if kept.answer_message is not None:  # its buttons would mean the digits of the first look
            with contextlib.suppress(TelegramError):
                await request.bot.edit_message_reply_markup(request.chat, kept.answer_message)
        head = request.texts.looking_again(len(kept.digits)) + "\n"
        sent = await send_answer(request, seen, kept, head=head)
        async with self._services.database.write() as session:
            await readings.set_answer(session, kept.id, sent.message_id)
        return sent


def _replied(message: Message) -> Message | None:
    """The message that was replied to; in a forum's topic that is not the topic's own first message."""
    replied = message.reply_to_message
    return None if replied is None or replied.forum_topic_created else replied


def _places(reading: ReadingRecord, count: int) -> list[int] | None:
    """Where ``count`` labels go: to all digits, or to all but those marked as none; None if neither fits."""
    everything = [digit.position for digit in reading.digits]
    real = [digit.position for digit in reading.digits if digit.final != NOT_A_DIGIT]
    return next((places for places in (everything, real) if len(places) == count), None)
