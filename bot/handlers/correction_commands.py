"""/correct and /undo: corrections in words. Corrections by button are in ``callback_queries``."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message, Update
from telegram.error import TelegramError

from bot.context import Context
from bot.handlers._helpers import digits_in, showing_chat_action, store_answer
from bot.handlers._pressed_buttons import callback_data_of
from bot.handlers._requests import MessageRequest
from bot.handlers.consent_dialog import ConsentDialog
from bot.identity import Right
from bot.messages.reading_message import edit_answer, send_answer
from bot.photos.photo_download import Attachment, DownloadFailed
from bot.photos.photo_reading import ReadPhoto, ReadRequest, read_photo
from bot.photos.reading_mapping import to_new_reading
from bot.services import Services
from model.image_decoding import PhotoError
from storage import corrections, inbox, people, readings
from storage.errors import CorrectionError
from storage.readings import ReadingRecord
from storage.tables import NOT_A_DIGIT, utc_now


class CorrectionCommands:
    """The reading is that of the message replied to (photo or answer), else the person's latest one in the chat."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._consent = ConsentDialog(services)

    async def correct(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not await self._may_correct(request):
            return
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
        if not await self._may_correct(request):
            return
        async with self._services.database.write() as session:
            person = await people.by_telegram_id(session, request.sender.id)
            if person is None:
                reading = None
            elif await inbox.apply_once(session, request.update_id):
                reading = await corrections.undo_last(session, request.chat, person.id)
            else:  # undone before the bot was stopped: only the answer is missing
                reading = await readings.latest(session, request.chat, person.id)
        if reading is None:
            await request.say(request.texts.nothing_to_undo)
            return
        await edit_answer(request.bot, self._services.keyboards(request.texts, request.sender), reading)
        await request.say(request.texts.undone(reading.corrected_text))

    async def _may_correct(self, request: MessageRequest) -> bool:
        """Whether the sender may correct; where not, that is said."""
        if self._services.permissions.allows(request.sender, Right.CORRECT):
            return True
        await request.say(request.texts.no_person)
        return False

    async def _find_reading(self, request: MessageRequest) -> tuple[ReadingRecord | None, bool]:
        """The reading to correct, and whether it is the person's own."""
        replied = _replied(request.message)
        async with self._services.database.read() as session:
            person = await people.by_telegram_id(session, request.sender.id)
            if replied:
                reading = await readings.by_message(session, request.chat, replied.message_id)
                reading = reading or await self._reading_of_buttons(session, request, replied)
            else:
                reading = await readings.latest(session, request.chat, person.id) if person else None
        return reading, bool(person and reading and person.id == reading.person_id)

    async def _reading_of_buttons(
        self, session: AsyncSession, request: MessageRequest, answer: Message
    ) -> ReadingRecord | None:
        """The reading that an answer's buttons are about: a kill may have doubled it, and the copy is stored."""
        signer = self._services.callback_signer
        for signed in callback_data_of(answer):
            if signer.is_for(signed, request.sender.id):
                reading = await readings.by_id(session, signer.parse(signed).target)
                if reading is not None and reading.chat_id == request.chat:
                    return reading
        return None

    def _why_not_found(self, request: MessageRequest) -> str:
        """In reply to a photo or to an answer, the reading was purged, or it never was stored or was deleted; otherwise
        there is none at all."""
        replied, keep_days = _replied(request.message), self._services.settings.keep_days
        is_answer = replied and replied.from_user and replied.from_user.id == request.bot.id
        if replied is None or not (replied.photo or replied.document or replied.sticker or is_answer):
            return request.texts.nothing_to_correct
        if utc_now() - replied.date < timedelta(days=keep_days):
            return request.texts.reading_deleted if is_answer else request.texts.reading_missing
        return request.texts.reading_gone(keep_days)

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
            await request.say(request.texts.reading_deleted)
            return
        answer = await self._show(request, corrected, photo)
        if asks:  # also where the labels only confirm: they were given as labels
            await self._consent.ask(answer, request.texts, request.sender)

    async def _read_again(self, request: MessageRequest, reading: ReadingRecord, count: int) -> ReadPhoto | None:
        """The photo downloaded once more and read as exactly ``count`` digits; None where that is not possible."""
        if reading.photo_file is None:
            return None
        try:
            async with showing_chat_action(request.message):
                wanted = ReadRequest(request.sender.id, request.update_id, count)
                photo = await read_photo(self._services, request.bot, Attachment(reading.photo_file, None), wanted)
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
            asks = await self._consent.is_due(session, request.sender)
            if photo is not None:
                await readings.replace_digits(session, reading.id, to_new_reading(photo.reading))
            corrected = await corrections.correct(
                session, reading.id, reading.person_id, labels, update_id=request.update_id
            )
        return corrected, asks

    async def _show(self, request: MessageRequest, reading: ReadingRecord, photo: ReadPhoto | None) -> Message:
        """Edit the answer; where the photo was read again, send a new answer in its place. Returns what was sent."""
        keyboards = self._services.keyboards(request.texts, request.sender)
        if photo is None:
            await edit_answer(request.bot, keyboards, reading)
            return await request.say(request.texts.correction_done(reading.corrected_text))
        if reading.answer_message is not None:  # its buttons would mean the digits of the first reading
            with contextlib.suppress(TelegramError):
                await request.bot.edit_message_reply_markup(request.chat, reading.answer_message)
        head = request.texts.read_again(len(reading.digits)) + "\n"
        answer = await send_answer(request, keyboards, photo, reading, head=head)
        await store_answer(self._services.database, reading, answer)
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
