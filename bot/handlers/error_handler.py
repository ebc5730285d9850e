"""PTB's error handler: an unexpected error gets an id, which the person is told and the log has too."""

from __future__ import annotations

import logging
import secrets

from telegram import Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError

from bot.context import Context
from bot.messages.texts import Texts, texts_for
from storage.errors import RequestRefused, StorageError

log = logging.getLogger(__name__)


async def answer(update: object, context: Context) -> None:
    """Log the error first, so that it can be seen even if telling the person fails too."""
    error = context.error
    if _is_harmless(error):
        log.info("not delivered: %s", error)
        return
    identifier = secrets.token_hex(4)
    number = update.update_id if isinstance(update, Update) else None
    log.error("error %s in update %s", identifier, number, exc_info=error)
    if not isinstance(update, Update) or update.effective_chat is None:
        return
    user = update.effective_user
    texts = texts_for(user.language_code if user else None)
    sentence = _sentence(texts, error, identifier)
    try:
        await context.bot.send_message(update.effective_chat.id, sentence, parse_mode=ParseMode.HTML)
    except TelegramError as unsent:
        log.warning("the person was not told of error %s: %s", identifier, unsent)


def _sentence(texts: Texts, error: Exception | None, identifier: str) -> str:
    if isinstance(error, StorageError) and not isinstance(error, RequestRefused):
        return texts.database_trouble(identifier)
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):  # PTB derives the one from the other
        return texts.network_trouble
    return texts.error(identifier)


def _is_harmless(error: Exception | None) -> bool:
    """Whether a person has blocked the bot, or an edit changed nothing (Bot API, editMessageText)."""
    return isinstance(error, Forbidden) or (isinstance(error, BadRequest) and "not modified" in error.message)
