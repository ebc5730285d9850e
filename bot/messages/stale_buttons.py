"""Buttons that no longer mean anything are taken away, in the background and slowly: edits share the chats' limits."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from typing import Final, TypeAlias

from telegram.error import TelegramError

from bot.context import Bot
from bot.identity import is_private

MAX_STALE: Final = 2_000  # messages; a press takes the buttons away of those that are left out
PRIVATE_PAUSE_S: Final = 0.2
GROUP_PAUSE_S: Final = 6.0  # a group takes 20 messages a minute (Telegram's FAQ for bots), and answers need some

MessageKey: TypeAlias = tuple[int, int]
"""The ids of a chat and of a message in it."""


class StaleButtons:
    """The messages whose buttons are to go. What waits when the process ends is left to presses."""

    def __init__(self) -> None:
        self._messages: asyncio.Queue[MessageKey] = asyncio.Queue(MAX_STALE)

    def add(self, messages: Iterable[MessageKey]) -> None:
        """Take the buttons of these messages away soon, the first ones first."""
        with contextlib.suppress(asyncio.QueueFull):
            for message in messages:
                self._messages.put_nowait(message)

    async def run(self, bot: Bot) -> None:
        """Does it for ever; a message that is gone, or has no buttons, is passed over."""
        while True:
            chat, message = await self._messages.get()
            with contextlib.suppress(TelegramError):
                await bot.edit_message_reply_markup(chat, message)
            await asyncio.sleep(PRIVATE_PAUSE_S if is_private(chat) else GROUP_PAUSE_S)
