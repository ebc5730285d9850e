"""The digits of a reply in words, chat actions that end with their work, and answers that are noted for certain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Chat, Message

from bot.handlers import _helpers
from bot.handlers._helpers import digits_said, showing_chat_action, store_answer
from bot.messages.texts import texts_for
from bot.updates import completion
from storage import people, readings
from storage.database import Database
from storage.errors import DatabaseUnreachable
from storage.keyring import Keyring
from storage.readings import NewReading, SourceMessage

ENGLISH, SPANISH = texts_for("en"), texts_for("es")


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("429", "429"),
        ("it says 427 16", "42716"),
        ("No, it\u2019s 12/05/2026.", "12052026"),
        ("4.2 \u2013 9", "429"),
        ("\u2066٤٢٧\u2069", "427"),
        ("the digits\n4 | 2", "42"),
        ("427, please!", "427"),
        ("427 is wrong", None),
        ("427 no", None),
        ("", None),
        ("it says", None),
        ("-7", None),
        ("is it 7?", None),
        ("I sent 3", None),
        ("the 4 is a 9", None),
        ("7 \U0001f600", None),
    ],
)
def test_a_reply_is_digits_with_nothing_else_to_say(text: str, digits: str | None) -> None:
    assert digits_said(text, ENGLISH.lead_in_words, ENGLISH.trailing_words) == digits


@pytest.mark.parametrize(("text", "digits"), [("no, es 427", "427"), ("es 427 por favor", "427"), ("no es 427", None)])
def test_what_denies_the_digits_behind_it_needs_a_comma(text: str, digits: str | None) -> None:
    assert digits_said(text, SPANISH.lead_in_words, SPANISH.trailing_words) == digits


class SlowlyCancelled:
    """A message whose chat action takes a moment to end, as a request does whose connection is closed."""

    def __init__(self) -> None:
        self.begun, self.ending, self.may_end = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def reply_chat_action(self, action: str) -> None:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ending.set()
            await self.may_end.wait()


async def test_a_stop_in_the_moment_in_which_a_chat_action_ends_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_helpers, "CHAT_ACTION_DELAY_S", 0)
    message: Any = SlowlyCancelled()

    async def work() -> None:
        async with showing_chat_action(message):
            await message.begun.wait()

    task = asyncio.create_task(work())
    async with asyncio.timeout(5):
        await message.ending.wait()
        task.cancel()
        await asyncio.sleep(0)
        message.may_end.set()
        with suppress(asyncio.CancelledError):
            await task
    assert task.cancelled()


async def test_an_answer_is_noted_though_the_database_server_is_lost_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(completion, "RETRY_FIRST_S", 0.01)
    answer = Message(message_id=12, date=datetime.now(UTC), chat=Chat(5, "private"))
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/digitbot.db", Keyring.generate()) as database:
        async with database.write() as session:
            person = await people.get_or_create(session, 5, "Ann", "en")
            new = NewReading(digits=(), model="base-2", sure=True, width=100, height=100)
            reading = await readings.add(session, person.id, SourceMessage(5, 11), new)
        write, losses = database.write, [DatabaseUnreachable, DatabaseUnreachable]

        @asynccontextmanager
        async def write_and_lose_the_server(**options: Any) -> AsyncIterator[AsyncSession]:
            async with write(**options) as session:
                yield session
                if losses:
                    raise losses.pop()

        monkeypatch.setattr(database, "write", write_and_lose_the_server)
        await store_answer(database, reading, answer)
        async with database.read() as session:
            stored = await readings.by_source(session, 5, 11)
    assert stored is not None
    assert stored.answer_message == 12
