"""Helpers that several handlers use."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Message
from telegram.constants import ChatAction
from telegram.error import TelegramError

CHAT_ACTION_DELAY_S = 1.0  # work that is done sooner shows none
CHAT_ACTION_INTERVAL_S = 4.5  # a chat action is shown for 5 s at most (Bot API sendChatAction)


def digits_in(text: str) -> str | None:
    """``"427 15"`` as ``"42715"``, from the digits of any script; None where there is anything else, or nothing."""
    joined = "".join(text.split())
    return "".join(str(int(digit)) for digit in joined) if joined.isdecimal() else None


@asynccontextmanager
async def showing_chat_action(message: Message, action: ChatAction = ChatAction.UPLOAD_PHOTO) -> AsyncIterator[None]:
    """Show "sending a photo ..." for as long as the work takes, but only where that is over a second."""

    async def show() -> None:
        await asyncio.sleep(CHAT_ACTION_DELAY_S)
        while True:
            with contextlib.suppress(TelegramError):
                await message.reply_chat_action(action)
            await asyncio.sleep(CHAT_ACTION_INTERVAL_S)

    task = asyncio.create_task(show())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
