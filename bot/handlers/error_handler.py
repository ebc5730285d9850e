"""PTB's error handler: what could not leave is sent later, anything unexpected gets an id, and the person is told."""

from __future__ import annotations

import contextlib
import logging
import secrets

from telegram import CallbackQuery, Message, ReplyParameters, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

from bot.context import Context
from bot.handlers._requests import topic_of
from bot.identity import Sender
from bot.messages.languages import Languages
from bot.messages.texts import Texts
from bot.monitoring.event_notices import EventNotices
from bot.monitoring.metrics import Metrics
from bot.retrying_request import did_not_leave
from bot.updates.dispatcher import DATABASE_ATTEMPTS, Dispatcher
from bot.updates.telegram_errors import may_not_send_pictures, may_not_write
from storage.errors import DatabaseUnreachable, RequestRefused, StorageError

log = logging.getLogger(__name__)


class ErrorHandler:
    """Nothing of an answer that surely did not leave is lost: its update is handled again, with growing pauses."""

    def __init__(self, dispatcher: Dispatcher, metrics: Metrics, events: EventNotices, languages: Languages) -> None:
        self._dispatcher = dispatcher
        self._metrics = metrics
        self._events = events
        self._languages = languages

    async def handle(self, update: object, context: Context) -> None:
        """Log the error first, so that it can be seen even if telling the person fails too."""
        error = context.error
        if _is_harmless(error):
            log.info("not delivered: %s", error)
            return
        if isinstance(update, Update) and did_not_leave(error) and self._dispatcher.postpone(update.update_id):
            log.warning("the answer to update %s could not be sent: %s", update.update_id, error)
            return
        if isinstance(update, Update) and self._lost_database(update, error):
            return
        if isinstance(update, Update) and may_not_send_pictures(error):
            log.info("a picture was not sent: %s", error)
            await self._tell(update, context, "")
            return
        identifier = secrets.token_hex(4)
        number = update.update_id if isinstance(update, Update) else None
        self._metrics.errors.inc()
        log.error("error %s in update %s", identifier, number, exc_info=error)
        # The chat of a guest message may share its id with another one of ours (Bot API, Message: guest_query_id).
        if isinstance(update, Update) and update.effective_chat is not None and update.guest_message is None:
            await self._tell(update, context, identifier)
        if not _is_network_trouble(error):  # Telegram's outages are told when they are over
            await self._events.unexpected_error(identifier, str(error) if _is_database_trouble(error) else "")

    def _lost_database(self, update: Update, error: Exception | None) -> bool:
        """Whether the database server was lost meanwhile, and the update is handled again: what it had stored is not
        stored twice."""
        is_lost = isinstance(error, DatabaseUnreachable)
        if is_lost and self._dispatcher.postpone(update.update_id, most=DATABASE_ATTEMPTS):
            log.warning("update %s lost the database: %s", update.update_id, error)
            return True
        return False

    async def _tell(self, update: Update, context: Context, identifier: str) -> None:
        """One sentence in reply to what was asked; where even that cannot leave, it is all done again later."""
        sender, message, shown = Sender.of(update), update.message, update.effective_message
        texts = await self._languages.of_sender(sender)
        chat = update.effective_chat.id if update.effective_chat else 0
        quoted = ReplyParameters(message.message_id, allow_sending_without_reply=True) if message else None
        try:
            if update.callback_query and await _answer_press(update.callback_query, texts, context.error):
                return
            await context.bot.send_message(
                chat,
                _sentence(texts, context.error, identifier),
                ParseMode.HTML,
                reply_parameters=quoted,
                message_thread_id=topic_of(shown) if isinstance(shown, Message) else None,
            )
        except TelegramError as unsent:
            log.warning("the person was not told of error %s: %s", identifier, unsent)
            if did_not_leave(unsent):
                self._dispatcher.postpone(update.update_id)


async def _answer_press(query: CallbackQuery, texts: Texts, error: Exception | None) -> bool:
    """Answer the callback query, so that the button does not wait; returns whether that says all.

    Handlers answer a query only after what they store is stored, so a StorageError finds it unanswered.
    """
    tells = _is_database_trouble(error)
    with contextlib.suppress(TelegramError):
        return await query.answer(texts.no_database if tells else None, show_alert=tells) and tells
    return False


def _is_database_trouble(error: Exception | None) -> bool:
    return isinstance(error, StorageError) and not isinstance(error, RequestRefused)


def _sentence(texts: Texts, error: Exception | None, identifier: str) -> str:
    if _is_database_trouble(error):
        return texts.database_trouble(identifier)
    if may_not_send_pictures(error):
        return texts.no_photo_rights
    if _is_network_trouble(error):
        return texts.network_trouble
    return texts.error(identifier)


def _is_network_trouble(error: Exception | None) -> bool:
    """PTB derives BadRequest, a call that was wrong, from NetworkError."""
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)


def _is_harmless(error: Exception | None) -> bool:
    """Whether a person has blocked the bot, a group has, or an edit changed nothing (Bot API, editMessageText)."""
    if may_not_send_pictures(error):
        return False
    return (
        may_not_write(error)
        or isinstance(error, Forbidden)
        or (isinstance(error, BadRequest) and "not modified" in error.message)
    )
