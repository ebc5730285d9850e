"""Guest messages: somebody mentions the bot in a chat that it is no member of, and gets one message in return.

Telegram sends the mention with the message it replies to, and takes text in return (Bot API 10.0, answerGuestQuery).
"""

from __future__ import annotations

import logging

from telegram import InlineQueryResultArticle, InputTextMessageContent, Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.context import Bot, Context
from bot.identity import Sender
from bot.messages.reading_message import spoiler, words_alone
from bot.messages.texts import Texts, texts_for
from bot.monitoring.metrics import PhotoOutcome
from bot.photos.photo_download import Attachment, DownloadFailed, attachment_in
from bot.photos.photo_reading import ReadRequest, read_photo
from bot.services import Services
from model.image_decoding import PhotoError

log = logging.getLogger(__name__)

NO_CHAT = 0  # a guest's chat is none of ours: what a person taught is used in their private chat alone


class GuestMessages:
    """Reads the picture that is meant; nothing is stored, as nothing can be corrected there."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def answer(self, update: Update, context: Context) -> None:
        message, sender = update.guest_message, Sender.of(update)
        if message is None or sender is None:
            return
        texts, attachment = texts_for(context.language or sender.language), _attachment(message)
        if attachment is None:
            html = texts.guest_usage
        else:
            request = ReadRequest(sender.id, NO_CHAT, update.update_id)
            html = await self._read(context.bot, attachment, request, texts)
        content = InputTextMessageContent(html, ParseMode.HTML)
        try:
            await message.answer_guest_query(InlineQueryResultArticle("reading", context.bot.first_name, content))
        except BadRequest as refused:  # answered before a kill, or too late
            log.info("a guest query was not answered: %s", refused)

    async def _read(self, bot: Bot, attachment: Attachment, request: ReadRequest, texts: Texts) -> str:
        with self._services.photo_log.photo() as observed:
            try:
                photo = await read_photo(self._services, bot, attachment, request)
            except PhotoError as error:
                observed.outcome = PhotoOutcome.REFUSED
                return texts.photo_problem(error.problem)
            except DownloadFailed:
                observed.outcome = PhotoOutcome.NOT_DOWNLOADED
                return texts.download_failed
            observed.note(photo.reading)
        html = words_alone(texts, photo.reading)
        return spoiler(html) if attachment.hidden else html


def _attachment(message: Message) -> Attachment | None:
    """The picture that is meant: the message's own, else that of the message it replies to."""
    replied = message.reply_to_message
    return attachment_in(message) or (attachment_in(replied) if replied else None)
