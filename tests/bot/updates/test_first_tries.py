"""The first try of an update is told from later ones, and its end is noted before anything else is written."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot, Update

from bot.messages.languages import Languages
from bot.updates.albums import Albums
from bot.updates.dispatcher import Dispatcher
from storage import inbox
from storage.database import Database
from storage.inbox import InboxRecord, IncomingUpdate
from storage.keyring import Keyring


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/digitbot.db", Keyring.generate()) as database:
        yield database


def record(number: int, starts: int = 0) -> InboxRecord:
    message = {"message_id": number, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "hello"}
    return InboxRecord(number, json.dumps({"update_id": number, "message": message}), starts)


class Handled:
    """A dispatcher whose handler notes whether it was told that this is the first try."""

    def __init__(self, database: Database) -> None:
        self.first_tries: list[bool] = []
        self.updates: list[Update] = []
        self.dispatcher = Dispatcher(Bot("1:x"), self._process, database, Albums(database, Languages(database)))

    async def _process(self, update: Update) -> None:
        self.updates.append(update)
        self.first_tries.append(self.dispatcher.is_first_try(update.update_id))
        if len(self.first_tries) == 1:
            self.dispatcher.hold(update.update_id, 0.0)

    async def all(self) -> None:
        async with asyncio.timeout(10):
            while self.dispatcher._tasks:
                await asyncio.sleep(0.01)


async def test_only_the_first_try_of_the_first_process_is_one(database: Database) -> None:
    handled = Handled(database)
    handled.dispatcher.dispatch(record(1))
    await handled.all()
    handled.dispatcher.dispatch(record(2, starts=1))
    await handled.all()
    handled.dispatcher.dispatch(record(3))
    await handled.all()
    assert handled.first_tries == [True, False, False, True]
    assert not handled.dispatcher.is_first_try(3)  # it is answered


async def test_an_update_that_is_at_hand_is_not_parsed_again(database: Database) -> None:
    handled, given = Handled(database), record(1)
    update = Update.de_json(json.loads(given.payload), None)
    handled.dispatcher.dispatch(given, update)
    await handled.all()
    assert handled.updates[0] is update


async def test_an_answer_is_noted_before_others_who_wait_to_write(database: Database) -> None:
    handled, written = Handled(database), asyncio.Event()
    async with database.write() as session:
        await inbox.receive(session, [IncomingUpdate(1, 7, 7, "{}")], "this")

    async def write() -> None:
        async with database.write() as session:
            assert await inbox.waiting(session) == 0  # what was answered is out of the inbox by now
        written.set()

    async with database.write():
        waiting = asyncio.create_task(write())
        await asyncio.sleep(0)
        handled.dispatcher.dispatch(record(1))
        await asyncio.sleep(0.2)
    await asyncio.wait_for(waiting, 10)
    await handled.all()
    assert written.is_set()
