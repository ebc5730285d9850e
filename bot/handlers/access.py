"""Access control: everybody may use the bot, or only those who are listed or sent the invite word."""

from __future__ import annotations

import contextlib
import hmac
import logging

from telegram import Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.commands import command_in
from bot.context import Context
from bot.handlers.chat_migration import migration_in
from bot.identity import Right, Sender
from bot.messages.callback_data import PERSONAL_ACTIONS
from bot.messages.texts import Texts, texts_for
from bot.services import Services
from storage import people
from storage.errors import StorageError

log = logging.getLogger(__name__)


class Access:
    """Runs before all other handlers and ends the handling of updates from people without access."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def check(self, update: Update, context: Context) -> None:
        """Raises ApplicationHandlerStop for people without access, also where that cannot be looked up or told.

        PTB takes any other exception as an error of this handler alone, and lets the next group handle the update.
        """
        sender = Sender.of(update)
        if sender is None or self._needs_no_access(update):
            return
        texts = texts_for(context.language or sender.language)
        try:
            if await self._has_access(sender):
                return
            await self._refuse(update, sender, texts)
        except StorageError as error:
            await self._tell_trouble(update, texts, error)
        except TelegramError as error:
            log.warning("update %s of somebody without access was dropped: %s", update.update_id, error)
        except Exception as error:  # noqa: BLE001 - whatever fails, nobody gets in by it
            await context.application.process_error(update, error)
        raise ApplicationHandlerStop

    async def _refuse(self, update: Update, sender: Sender, texts: Texts) -> None:
        """Say in a private chat how to get access, or give it where the message is the invite word."""
        message = update.message
        may_be_invited = self._services.permissions.allows(sender, Right.CONSENT)
        if message and message.text and may_be_invited and self._is_invite(message.text):
            async with self._services.database.write() as session:
                await people.invite(session, sender.id, sender.name, sender.language)
            await message.reply_html(f"{texts.access_given}\n{texts.start}")
        elif message and message.chat.type == ChatType.PRIVATE:
            await message.reply_html(texts.not_allowed)
        elif update.callback_query:
            await update.callback_query.answer(texts.not_allowed)

    async def _has_access(self, sender: Sender) -> bool:
        if self._services.permissions.is_listed(sender):
            return True
        async with self._services.database.read() as session:
            return await people.is_invited(session, sender.id)

    async def _tell_trouble(self, update: Update, texts: Texts, error: StorageError) -> None:
        """Whether they have access is unknown: say so where they wait for an answer to them alone."""
        log.error("update %s was dropped, because access cannot be looked up: %s", update.update_id, error)
        text, message = texts.no_database, update.message
        with contextlib.suppress(TelegramError):
            if update.callback_query:
                await update.callback_query.answer(text, show_alert=True)
            elif message and message.chat.type == ChatType.PRIVATE:
                await message.reply_html(text)

    @staticmethod
    def _needs_no_access(update: Update) -> bool:
        """Whether everybody may do this: /id and /language; /privacy, /forget and their buttons too, for whoever has
        stored data; and what is nobody's wish, that a group becomes a supergroup."""
        if update.callback_query:
            return (update.callback_query.data or "").split(":")[0] in PERSONAL_ACTIONS
        if update.message and migration_in(update.message):
            return True
        command = command_in((update.message and update.message.text) or "")
        return command is not None and not command.needs_access

    def _is_invite(self, text: str) -> bool:
        invite = self._services.settings.invite
        # A deep link sends the word as "/start word" (core.telegram.org/bots/features, deep linking).
        word = text.removeprefix("/start").strip()
        given = word.encode(errors="replace")  # half of a UTF-16 pair cannot be encoded
        return invite is not None and hmac.compare_digest(given, invite.get_secret_value().encode())
