"""Helpers that several handlers use."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.commands import INVISIBLE
from bot.handlers._requests import MessageRequest
from bot.handlers.chat_migration import move_chat
from bot.identity import Right, Sender
from bot.messages.texts import Texts
from bot.periodic_tasks import cancel_all
from bot.services import Services
from bot.updates.completion import until_done
from bot.updates.dispatcher import DATABASE_ATTEMPTS
from storage import people, readings
from storage.database import Database
from storage.errors import DatabaseUnreachable, StorageError
from storage.people import PersonRecord
from storage.readings import ReadingRecord

log = logging.getLogger(__name__)

T = TypeVar("T")

# Signs between the digits of a number, a date or a sum, and at the end of a sentence (Hindi's danda), for a set of a
# regular expression.
DIGIT_SEPARATORS = r".,;:/|\\·_\-\u2010-\u2015\u0964"
CHAT_ACTION_DELAY_S = 1.0  # work that is done sooner shows none
CHAT_ACTION_INTERVAL_S = 4.5  # a chat action is shown for 5 s at most (Bot API sendChatAction)


def digits_in(text: str) -> str | None:
    """``"427 15"`` as ``"42715"``, from the digits of any script; None where there is anything else, or nothing.

    Marks that nobody sees do not count: chats and keyboards put them around what is copied.
    """
    joined = "".join(re.sub(f"[{INVISIBLE}]", "", text).split())
    return "".join(str(int(digit)) for digit in joined) if joined.isdecimal() else None


def digits_said(text: str, lead_in_words: Collection[str], trailing_words: Collection[str]) -> str | None:
    """The digits of a reply: ``"429"``, ``"it says 427 16"``, ``"12/05"``; None where it says anything else.

    Only ``lead_in_words`` may stand before them, ``trailing_words`` after them, and separators, which are ignored,
    among them. A lead-in word with a comma counts only where one stands behind it: "no, es 427", but not "no es 427".
    """
    visible = re.sub(f"[{INVISIBLE}]", "", text).replace("\u2019", "'")
    places = [place for place, sign in enumerate(visible) if sign.isdecimal()]
    if not places:
        return None
    first, end = places[0], places[-1] + 1
    before = visible[:first].lower().split()
    if not all(word in lead_in_words or word.strip(",:") in lead_in_words for word in before):
        return None
    after = re.sub(rf"[{DIGIT_SEPARATORS}!]", " ", visible[end:]).lower().split()
    if not all(word in trailing_words for word in after):
        return None
    return digits_in(re.sub(rf"[{DIGIT_SEPARATORS}]", "", visible[first:end]))


def digits_of_caption(caption: re.Match[str], texts: Texts) -> str | None:
    """The digits of a caption that ``commands.caption_pattern`` matched; None where the words beside them are others
    than ``digits_said`` allows."""
    if caption["command"]:
        return digits_said(caption["digits"], texts.lead_in_words, texts.trailing_words)
    return digits_in(caption["digits"])


async def person_of(session: AsyncSession, sender: Sender) -> PersonRecord:
    """The stored person of a sender, created where there is none; a group that is written for counts as one."""
    return await people.get_or_create(session, sender.id, sender.name, sender.language)


async def is_admin(services: Services, request: MessageRequest) -> bool:
    """Whether an admin sent the request, under their own name; whoever did not is told how to become one."""
    texts = request.texts
    if services.permissions.allows(request.sender, Right.ADMIN):
        return True
    if not request.sender.is_person:
        await request.say(texts.no_person)
    else:
        await request.say(texts.admins_only if services.settings.admins else texts.no_admins)
    return False


async def store_answer(database: Database, reading: ReadingRecord, answer: Message) -> None:
    """Store which message answered a reading: by it a reply to the answer is known to mean the reading, and a later
    start knows that the photo is answered. A restart of the database server is outlived; any other StorageError is only
    logged, as the person has their answer, and the first press of its buttons stores it again."""

    async def store() -> None:
        # A kill between sending and this doubles the answer: it does not wait behind other writes.
        async with database.write(first=True, about={answer.chat_id, reading.chat_id}) as session:
            if answer.chat_id != reading.chat_id:  # the group became a supergroup while the photo was read
                await move_chat(session, reading.chat_id, answer.chat_id)
            await readings.set_answer(session, reading.id, answer.message_id)

    what = f"the answer of reading {reading.id}"
    try:
        await until_done(what, store, passing=DatabaseUnreachable, most=DATABASE_ATTEMPTS)
    except StorageError as error:
        log.warning("%s could not be stored: %s", what, error)


@asynccontextmanager
async def showing_chat_action(message: Message, action: ChatAction = ChatAction.UPLOAD_PHOTO) -> AsyncIterator[None]:
    """Show "sending a photo ..." or another action for as long as work takes, but only where that is over a second."""

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
        await cancel_all([task])
