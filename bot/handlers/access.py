"""Who may use the bot: everybody, or those who are listed or brought the invite word."""

from __future__ import annotations

import hmac
import logging

from telegram import Update, User
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.context import Context
from bot.messages.keyboards import ButtonAction
from bot.messages.texts import texts_for
from bot.services import Services
from storage import people
from storage.errors import StorageError

log = logging.getLogger(__name__)


class Access:
    """Stands before all other handlers and ends the handling of a stranger's update."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def check(self, update: Update, context: Context) -> None:
        """Raises ApplicationHandlerStop for those who are not let in, also where that cannot be told or looked up.

        PTB takes any other exception as an error of this handler alone, and lets the next group handle the update.
        """
        user = update.effective_user
        if user is None or self._is_open(update):
            return
        try:
            if await self._is_known(user.id):
                return
            await self._refuse(update, user)
        except (TelegramError, StorageError) as error:
            log.warning("a stranger's update %s was dropped: %s", update.update_id, error)
        raise ApplicationHandlerStop

    async def _refuse(self, update: Update, user: User) -> None:
        """Tell a stranger in private how to get in, or let them in for the word."""
        message, texts = update.message, texts_for(user.language_code)
        if message and message.text and self._is_invite(message.text):
            async with self._services.database.write() as session:
                await people.invite(session, user.id, user.full_name, user.language_code or "en")
            await message.reply_html(f"{texts.welcome_in}\n{texts.start}")
        elif message and message.chat.type == ChatType.PRIVATE:
            await message.reply_html(texts.not_allowed)
        elif update.callback_query:
            await update.callback_query.answer(texts.not_allowed)

    async def _is_known(self, person: int) -> bool:
        settings = self._services.settings
        if settings.open_to_all or person in settings.users or person in settings.admins:
            return True
        async with self._services.database.read() as session:
            return await people.is_invited(session, person)

    @staticmethod
    def _is_open(update: Update) -> bool:
        """What everybody may do: learn what is kept and end it, as somebody let in once must, and ask for their id."""
        if update.callback_query:
            return (update.callback_query.data or "").split(":")[0] in (ButtonAction.CONSENT, ButtonAction.FORGET)
        text = (update.message and update.message.text) or ""
        return text.split("@")[0].split()[:1] in (["/id"], ["/privacy"], ["/forget"])

    def _is_invite(self, text: str) -> bool:
        invite = self._services.settings.invite
        # A deep link brings the word as "/start word" (core.telegram.org/bots/features, deep linking).
        word = text.removeprefix("/start").strip()
        return invite is not None and hmac.compare_digest(word.encode(), invite.get_secret_value().encode())
