"""An admin's command menu is set when they first write: before that Telegram refuses it."""

from __future__ import annotations

from telegram import Update

from bot.context import Context
from bot.handlers._requests import MessageRequest
from bot.messages.command_menu import publish_to_chat
from bot.messages.texts import Texts


class AdminMenus:
    """Runs after the handler that answers; the menu is set once in each start of the bot, or language of the admin."""

    def __init__(self) -> None:
        self._shown: dict[int, Texts] = {}

    async def set_once(self, update: Update, context: Context) -> None:
        """Only for admins, in their private chats: the filters let nobody else pass."""
        request = MessageRequest.of(update, context)
        admin, texts = request.sender.id, request.texts
        if self._shown.get(admin) is not texts:
            self._shown[admin] = texts
            await publish_to_chat(request.bot, admin, texts, admin=True)
