"""Who may use the bot: everybody, or those who are listed or brought the invite word."""

from __future__ import annotations

import hmac

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop

from bot.context import Context
from bot.house import House
from bot.texts import texts_for
from storage import people


class Access:
    """Stands before all other handlers and ends the handling of a stranger's update."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def check(self, update: Update, context: Context) -> None:
        """Raises ApplicationHandlerStop for those who are not let in; /id and /privacy stay open to everybody."""
        user = update.effective_user
        if user is None or await self._is_known(user.id) or self._is_open(update):
            return
        message = update.message
        texts = texts_for(user.language_code)
        if message and message.text and self._is_invite(message.text):
            async with self._house.database.write() as session:
                await people.invite(session, user.id, user.full_name, user.language_code or "en")
            await message.reply_html(f"{texts.welcome_in}\n{texts.start}")
        elif message and message.chat.type == ChatType.PRIVATE:
            await message.reply_html(texts.not_allowed)
        elif update.callback_query:
            await update.callback_query.answer(texts.not_allowed)
        raise ApplicationHandlerStop

    async def _is_known(self, person: int) -> bool:
        settings = self._house.settings
        if settings.open_to_all or person in settings.users or person in settings.admins:
            return True
        async with self._house.database.read() as session:
            return await people.is_invited(session, person)

    @staticmethod
    def _is_open(update: Update) -> bool:
        text = (update.message and update.message.text) or ""
        return text.split("@")[0].split()[:1] in (["/id"], ["/privacy"])

    def _is_invite(self, text: str) -> bool:
        invite = self._house.settings.invite
        # A deep link brings the word as "/start word" (core.telegram.org/bots/features, deep linking).
        word = text.removeprefix("/start").strip()
        return invite is not None and hmac.compare_digest(word.encode(), invite.get_secret_value().encode())
