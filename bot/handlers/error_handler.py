"""PTB's error handler: what could not leave is sent later, anything unexpected gets an id, and the person is told."""

from __future__ import annotations

import contextlib
import logging
import secrets

from telegram import CallbackQuery, ReplyParameters, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.context import Context
from bot.identity import Sender
from bot.languages import Languages
from bot.messages.texts import Texts
from bot.monitoring.event_notices import EventNotices
from bot.monitoring.metrics import Metrics
from bot.retrying_request import was_not_sent
from bot.updates.dispatcher import Dispatcher
from storage.errors import RequestRefused, StorageError

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
        if isinstance(update, Update) and _did_not_leave(error) and self._dispatcher.postpone(update.update_id):
            log.warning("the answer to update %s could not be sent: %s", update.update_id, error)
            return
        identifier = secrets.token_hex(4)
        number = update.update_id if isinstance(update, Update) else None
        self._metrics.errors.inc()
        log.error("error %s in update %s", identifier, number, exc_info=error)
        if isinstance(update, Update) and update.effective_chat is not None:
            await self._tell(update, context, identifier)
        if not _is_network_trouble(error):  # Telegram's outages are told when they are over
            await self._events.unexpected_error(identifier, str(error) if _is_database_trouble(error) else "")

    async def _tell(self, update: Update, context: Context, identifier: str) -> None:
        """One sentence in reply to what was asked; where even that cannot leave, it is all done again later."""
        sender, message = Sender.of(update), update.message
        texts = await self._languages.of_sender(sender)
        chat = update.effective_chat.id if update.effective_chat else 0
        quoted = ReplyParameters(message.message_id, allow_sending_without_reply=True) if message else None
        try:
            if update.callback_query and await _answer_press(update.callback_query, texts, context.error):
                return
            await context.bot.send_message(
                chat, _sentence(texts, context.error, identifier), ParseMode.HTML, reply_parameters=quoted
            )
        except TelegramError as unsent:
            log.warning("the person was not told of error %s: %s", identifier, unsent)
            if _did_not_leave(unsent):
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
    if _is_network_trouble(error):
        return texts.network_trouble
    return texts.error(identifier)


def _is_network_trouble(error: Exception | None) -> bool:
    """PTB derives BadRequest, a call that was wrong, from NetworkError."""
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)


def _did_not_leave(error: Exception | None) -> bool:
    """Whether the call surely was not carried out: it was never sent, or Telegram asked for patience once too often."""
    return isinstance(error, RetryAfter) or (isinstance(error, NetworkError) and was_not_sent(error))


def _is_harmless(error: Exception | None) -> bool:
    """Whether a person has blocked the bot, or an edit changed nothing (Bot API, editMessageText)."""
    return isinstance(error, Forbidden) or (isinstance(error, BadRequest) and "not modified" in error.message)
