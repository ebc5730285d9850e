"""An admin's command menu is set when they first write: before that Telegram refuses it."""

from __future__ import annotations

from telegram import Update

from bot.context import Context
from bot.handlers._requests import MessageRequest
from bot.messages.command_menu import publish_to_chat
from bot.messages.texts import Texts
from bot.services import Services


class AdminMenus:
    """Runs after the handler that answers; the menu is set once in each start of the bot, and language of the admin."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._shown: dict[int, Texts] = {}

    async def set_once(self, update: Update, context: Context) -> None:
        """Only for admins, in their private chats: the filters let nobody else pass."""
        request = MessageRequest.of(update, context)
        # Looked up anew: what was handled just now may have been /language.
        texts = await self._services.languages.of_sender(request.sender)
        if self._shown.get(request.sender.id) is not texts:
            self._shown[request.sender.id] = texts
            await publish_to_chat(request.bot, request.chat, texts, admin=True)
