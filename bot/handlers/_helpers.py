"""Small parts that several handlers use."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Message
from telegram.constants import ChatAction
from telegram.error import TelegramError

PATIENCE = 1.0  # seconds after which a person wants to see that something happens
REPEAT = 4.5  # a chat action is shown for 5 s at most (Bot API sendChatAction)


def digits_in(words: str) -> str | None:
    """``"427 15"`` as ``"42715"``, whatever script's digits they are; None where there is anything else, or nothing."""
    joined = "".join(words.split())
    return "".join(str(int(sign)) for sign in joined) if joined.isdecimal() else None


@asynccontextmanager
async def showing_chat_action(message: Message, action: ChatAction = ChatAction.UPLOAD_PHOTO) -> AsyncIterator[None]:
    """Show "sending a photo ..." for as long as the work takes, but only if that is over a second."""

    async def show() -> None:
        await asyncio.sleep(PATIENCE)
        while True:
            with contextlib.suppress(TelegramError):
                await message.reply_chat_action(action)
            await asyncio.sleep(REPEAT)

    showing = asyncio.create_task(show())
    try:
        yield
    finally:
        showing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await showing
