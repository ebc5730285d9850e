"""/correct, replies of digits and /undo: corrections in words. Those by button are in ``callback_queries``."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message, ReplyParameters, Update
from telegram.constants import ParseMode

from bot.context import Context
from bot.handlers._helpers import digits_said
from bot.handlers._pressed_buttons import callback_data_of
from bot.handlers._requests import MessageRequest
from bot.handlers.group_admins import is_group_admin
from bot.handlers.labelling import Labelling
from bot.handlers.redrawing import redraw
from bot.identity import Right, Sender
from bot.messages.callback_data import READING_ACTIONS
from bot.messages.reading_message import edit_answer
from bot.monitoring.metrics import CorrectionSource
from bot.photos.photo_download import attachment_in
from bot.services import Services
from storage import corrections, inbox, people, readings
from storage.readings import ReadingRecord
from storage.tables import utc_now


class CorrectionCommands:
    """The reading is that of the message replied to (photo or answer), else the person's latest one in the chat."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._labelling = Labelling(services)

    async def correct(self, update: Update, context: Context) -> None:
        request = MessageRequest.of(update, context)
        if not await self._may_correct(request):
            return
        arguments, texts = " ".join(context.args or []), request.texts
        labels = digits_said(arguments, texts.lead_in_words, texts.trailing_words)
        if labels is None:
            await request.say(texts.not_digits(arguments) if arguments else texts.correct_usage)
            return
        if request.message.external_reply is not None:
            await request.say(request.texts.reply_elsewhere)
            return
        reading = await self._find_reading(request)
        if reading is None:
            await request.say(self._why_not_found(request))
        elif (for_owner := await self._for_owner(request, reading)) is None:
            await request.say(request.texts.foreign_reading)
        else:
            await self._labelling.label(for_owner, reading, labels)

    async def correct_by_reply(self, update: Update, context: Context) -> None:
        """A reply of digits to an answer of the bot or to one's own photo corrects; any other text gets the hint."""
        request = MessageRequest.of(update, context)
        texts = request.texts
        labels = digits_said(request.message.text or "", texts.lead_in_words, texts.trailing_words)
        if labels is None or not self._services.permissions.allows(request.sender, Right.CORRECT):
            await request.say(request.texts.text_hint)
            return
        if request.message.external_reply is not None:
            await request.say(request.texts.reply_elsewhere)
            return
        reading = await self._find_reading(request) if _replied(request.message) else None
        for_owner = await self._for_owner(request, reading) if reading else None
        if reading is not None and for_owner is not None:
            await self._labelling.label(for_owner, reading, labels)
        else:
            await request.say(self._why_no_correction(request, is_foreign=reading is not None))

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
        self._services.note_correction(request.sender.id, CorrectionSource.UNDO)
        keyboards = self._services.keyboards(request.texts, request.sender)
        answer = await edit_answer(request.bot, keyboards, reading)
        await self._say_undone(request, reading)
        await redraw(self._services, request, keyboards, reading, answer)

    async def _say_undone(self, request: MessageRequest, reading: ReadingRecord) -> None:
        """In reply to the reading's answer, which shows the photo that is meant."""
        shown = reading.answer_message or reading.question_message
        quoted = ReplyParameters(shown, allow_sending_without_reply=True) if shown > 0 else None
        text = request.texts.undone(reading.corrected_text)
        await request.bot.send_message(
            request.chat, text, ParseMode.HTML, reply_parameters=quoted, message_thread_id=request.topic
        )

    async def _may_correct(self, request: MessageRequest) -> bool:
        """Whether the sender may correct; where not, that is said."""
        if self._services.permissions.allows(request.sender, Right.CORRECT):
            return True
        await request.say(request.texts.no_person)
        return False

    async def _for_owner(self, request: MessageRequest, reading: ReadingRecord) -> MessageRequest | None:
        """The request as that of the reading's owner: it is theirs, or a group's admin makes it on their behalf; None
        where neither is so."""
        async with self._services.database.read() as session:
            person = await people.by_id(session, reading.person_id)
        if person is None:
            return None
        if person.telegram_id == request.sender.id:
            return request
        if not await is_group_admin(request.bot, self._services.permissions, request.sender, request.chat):
            return None
        return replace(request, sender=Sender.stored(person, request.chat), on_behalf=True)

    async def _find_reading(self, request: MessageRequest) -> ReadingRecord | None:
        """The reading that is meant, whosever it is."""
        replied = _replied(request.message)
        async with self._services.database.read() as session:
            if replied is not None:
                reading = await readings.by_message(session, request.chat, replied.message_id)
                if found := reading or await self._reading_of_buttons(session, request, replied):
                    return found
            person = await people.by_telegram_id(session, request.sender.id)
            latest = await readings.latest(session, request.chat, person.id) if person else None
        return latest if latest and (replied is None or _is_photo_of(replied, latest)) else None

    async def _reading_of_buttons(
        self, session: AsyncSession, request: MessageRequest, answer: Message
    ) -> ReadingRecord | None:
        """The reading that an answer's buttons are about: a kill may have doubled it, and the copy is stored."""
        signer = self._services.callback_signer
        for signed in callback_data_of(answer):
            if signer.is_for(signed, request.sender.id):
                data = signer.parse(signed)
                reading = await readings.by_id(session, data.target) if data.action in READING_ACTIONS else None
                if reading is not None and reading.chat_id == request.chat:
                    return reading
        return None

    def _why_no_correction(self, request: MessageRequest, *, is_foreign: bool) -> str:
        """To a reply of digits: whose reading it is, or that it is gone; the hint where nobody can have meant one."""
        replied = _replied(request.message)
        if is_foreign:
            return request.texts.foreign_reading
        if replied and (replied.photo or replied.document or replied.sticker):
            return self._why_not_found(request)
        return request.texts.text_hint

    def _why_not_found(self, request: MessageRequest) -> str:
        """In reply to a photo or to the bot, the reading was purged, or it never was stored or was deleted, or what was
        replied to shows none; otherwise there is none at all."""
        replied, keep_days, texts = _replied(request.message), self._services.settings.keep_days, request.texts
        is_ours = bool(replied and replied.from_user and replied.from_user.id == request.bot.id)
        if replied is None or not (replied.photo or replied.document or replied.sticker or is_ours):
            return texts.nothing_to_correct
        if utc_now() - replied.date >= timedelta(days=keep_days):
            return texts.reading_gone(keep_days)
        if not is_ours:
            return texts.reading_missing
        return texts.reading_deleted if _is_answer(replied) else texts.reading_unknown


def _is_photo_of(message: Message, reading: ReadingRecord) -> bool:
    """Whether a message has the photo of a reading that another message asked for (/read)."""
    attachment = attachment_in(message)
    return attachment is not None and attachment.file == reading.photo_file


def _is_answer(message: Message) -> bool:
    """Whether a message of the bot's has buttons of a reading; an answer that another one replaced has none."""
    return any(signed[:1] in READING_ACTIONS for signed in callback_data_of(message))


def _replied(message: Message) -> Message | None:
    """The message that was replied to; in a forum's topic that is not the topic's own first message."""
    replied = message.reply_to_message
    return None if replied is None or replied.forum_topic_created else replied
