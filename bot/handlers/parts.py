"""Small parts that several handlers use."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Message, Update, User
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.texts import Texts, texts_for

PATIENCE = 1.0  # seconds after which a person wants to see that something happens
REPEAT = 4.5  # a chat action is shown for 5 s at most (Bot API sendChatAction)


def message_of(update: Update) -> Message:
    """The new message of an update whose filter promised one."""
    if update.message is None:
        raise TypeError("a handler for messages was given another update")
    return update.message


def user_of(update: Update) -> User:
    """Who sent it; a channel's or an anonymous admin's message has a stand-in user (Bot API Message.from)."""
    if update.effective_user is None:
        raise TypeError("this update comes from nobody")
    return update.effective_user


def texts_of(update: Update) -> Texts:
    return texts_for(update.effective_user.language_code if update.effective_user else None)


def digits_in(words: str) -> str | None:
    """``"427 15"`` as ``"42715"``, whatever script's digits they are; None where there is anything else, or nothing."""
    joined = "".join(words.split())
    return "".join(str(int(sign)) for sign in joined) if joined.isdecimal() else None


@asynccontextmanager
async def shown_as_busy(message: Message, action: ChatAction) -> AsyncIterator[None]:
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
