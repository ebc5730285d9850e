"""The dispatcher: one task an update, which another process may take away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from telegram import Update

from bot.updates.albums import Albums
from bot.updates.dispatcher import Dispatcher
from storage import inbox
from storage.database import Database
from storage.inbox import InboxRecord, IncomingUpdate
from storage.keyring import Keyring

ANN = {"id": 7, "type": "private", "first_name": "Ann"}
PHOTO = [{"file_id": "p", "file_unique_id": "u", "width": 320, "height": 240}]


@dataclass
class Handlers:
    """Stand for the application: which updates were begun and done, once ``go_on`` is set."""

    begun: list[int] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def process(self, update: Update) -> None:
        self.begun.append(update.update_id)
        await self.go_on.wait()
        self.done.append(update.update_id)


@dataclass
class Line:
    """A dispatcher on an inbox."""

    database: Database
    handlers: Handlers
    albums: Albums
    dispatcher: Dispatcher

    async def arrives(self, *numbers: int, **content: object) -> tuple[InboxRecord, ...]:
        """Messages of one chat, stored and dispatched; returns when the first of them is being handled."""
        updates = [IncomingUpdate(number, 7, 7, payload(number, content)) for number in numbers]
        async with self.database.write() as session:
            records = await inbox.receive(session, updates, "this")
        for record in records:
            self.dispatcher.dispatch(record)
        await until(lambda: bool(self.handlers.begun))
        return records

    async def left(self) -> set[int]:
        async with self.database.read() as session:
            return set(await inbox.claims(session))


def payload(number: int, content: dict[str, object]) -> str:
    message = {"message_id": number, "date": 1, "chat": ANN, "from": {**ANN, "is_bot": False}, **content}
    return json.dumps({"update_id": number, "message": message})


async def until(condition: Any) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'digitbot.db'}", Keyring.generate()) as database:
        stand_in: Any = None
        handlers, albums = Handlers(), Albums(database, stand_in)
        yield Line(database, handlers, albums, Dispatcher(stand_in, handlers.process, database, albums))


async def test_an_update_that_is_being_handled_is_not_begun_again(line: Line) -> None:
    (record,) = await line.arrives(1, text="hello")
    line.dispatcher.dispatch(record)
    line.handlers.go_on.set()
    await until(lambda: not line.dispatcher.waiting)
    assert line.handlers.begun == [1]
    assert await line.left() == set()


async def test_what_another_process_has_taken_over_is_dropped_and_stays_in_the_inbox(line: Line) -> None:
    await line.arrives(1, 2, text="hello")
    line.dispatcher.drop({1, 99})
    line.handlers.go_on.set()
    await until(lambda: not line.dispatcher.waiting)
    assert line.handlers.done == [2]
    assert await line.left() == {1}


async def test_what_is_stored_when_the_bot_has_stopped_stays_in_the_inbox(line: Line) -> None:
    """As by a delivery whose storing takes longer than the stop: Telegram can no longer be reached."""
    line.handlers.go_on.set()
    await line.arrives(1)
    await line.dispatcher.stop(5)
    async with line.database.write() as session:
        (late,) = await inbox.receive(session, [IncomingUpdate(2, 7, 7, payload(2, {"text": "late"}))], "this")
    assert not line.dispatcher.dispatch(late)
    await asyncio.sleep(0.05)
    assert line.handlers.done == [1]
    assert await line.left() == {2}


async def test_an_answer_is_noted_though_the_bot_is_stopped_meanwhile(line: Line) -> None:
    await line.arrives(1, text="hello")
    async with line.database.write():  # the note waits for its turn
        line.handlers.go_on.set()
        await until(lambda: line.handlers.done == [1])
        stopping = asyncio.create_task(line.dispatcher.stop(0.05))
        await asyncio.sleep(0.2)
    await asyncio.wait_for(stopping, 5)
    assert await line.left() == set()


async def test_what_is_still_being_dropped_is_not_taken_again_until_it_has_ended(line: Line) -> None:
    (record,) = await line.arrives(1, text="hello")
    line.dispatcher.drop({1})
    assert not line.dispatcher.dispatch(record)
    await until(lambda: not line.dispatcher.waiting)
    assert line.dispatcher.dispatch(record)
    line.handlers.go_on.set()
    await until(lambda: not line.dispatcher.waiting)
    assert line.handlers.done == [1]


async def test_what_was_dropped_while_it_was_being_postponed_is_answered_once_when_it_comes_back(line: Line) -> None:
    (record,) = await line.arrives(1, text="hello")
    assert line.dispatcher.postpone(1)  # as the error handler does, in the middle of handling it
    line.dispatcher.drop({1})
    await until(lambda: not line.dispatcher.waiting)
    line.dispatcher.dispatch(record)
    line.handlers.go_on.set()
    await until(lambda: not line.dispatcher.waiting)
    assert line.handlers.done == [1]


async def test_a_dropped_album_may_come_back(line: Line) -> None:
    records = await line.arrives(1, 2, photo=PHOTO, media_group_id="a")
    line.dispatcher.drop({1, 2})
    await until(lambda: not line.dispatcher.waiting)
    message = Update.de_json(json.loads(records[0].payload), None).message
    assert message
    assert line.albums.companions(message) == ()
