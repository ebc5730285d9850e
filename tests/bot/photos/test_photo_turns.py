"""How many photos of a person are under way; what is being read when a process dies is known to the next one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.photos.photo_turns import PhotoTurns
from model.reader import Reader
from storage import inbox
from storage.database import Database
from storage.inbox import IncomingUpdate
from storage.keyring import Keyring

HUNDRED, OTHER = 7, 8  # people


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/digitbot.db", Keyring.generate()) as database:
        async with database.write() as session:
            await inbox.receive(session, [IncomingUpdate(1, 7, 7, "{}")], "first")
        yield database


class _Crowd:
    """Photos that are under way until they are answered."""

    def __init__(self, database: Database) -> None:
        self._turns = PhotoTurns(database, Reader.base(threads=1), 1, "this")
        self.under_way: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def send(self, name: str, person: int, *, chat: int | None = None) -> asyncio.Event:
        """Send a photo; what it gives is set to answer it."""
        answered = asyncio.Event()

        async def handle() -> None:
            async with self._turns.under_way(person if chat is None else chat, person):
                self.under_way.append(name)
                try:
                    await answered.wait()
                finally:
                    self.under_way.remove(name)

        self.tasks[name] = asyncio.create_task(handle())
        await self.settled()
        return answered

    async def settled(self) -> None:
        """Let everything go on that can."""
        for _ in range(5):
            await asyncio.sleep(0)


@pytest.fixture
async def crowd(database: Database) -> AsyncIterator[_Crowd]:
    crowd = _Crowd(database)
    yield crowd
    for task in crowd.tasks.values():
        task.cancel()
    await asyncio.gather(*crowd.tasks.values(), return_exceptions=True)


async def _is_suspicious(database: Database, process: str, times: int = 1) -> bool:
    """What a process is told at the last of its turns for update 1."""
    turns = PhotoTurns(database, Reader.base(threads=1), 1, process)
    for _ in range(times):
        async with turns.turn(7, 1) as suspicious:
            pass
    return suspicious


async def test_a_photo_is_suspicious_once_two_processes_have_ended_while_it_was_under_way(database: Database) -> None:
    assert [await _is_suspicious(database, f"process {number}") for number in range(3)] == [False, False, True]


async def test_handling_an_update_again_in_one_process_is_no_death(database: Database) -> None:
    assert not await _is_suspicious(database, "this", times=5)
    assert not await _is_suspicious(database, "next")


async def test_of_a_hundred_photos_of_one_person_few_are_under_way_and_the_next_begins_when_one_is_answered(
    crowd: _Crowd,
) -> None:
    hundred = [await crowd.send(f"{number}", HUNDRED) for number in range(100)]
    assert crowd.under_way == ["0", "1"]
    hundred[1].set()
    await crowd.settled()
    assert crowd.under_way == ["0", "2"]


async def test_photos_that_wait_keep_no_place_from_another_person_nor_from_another_chat(crowd: _Crowd) -> None:
    for number in range(100):
        await crowd.send(f"{number}", HUNDRED)
    await crowd.send("another's", OTHER)
    await crowd.send("in a group", HUNDRED, chat=-5)
    assert crowd.under_way == ["0", "1", "another's", "in a group"]


async def test_a_photo_that_is_given_up_leaves_its_place(crowd: _Crowd) -> None:
    for number in range(4):
        await crowd.send(f"{number}", HUNDRED)
    for name in ("2", "0"):
        crowd.tasks[name].cancel()
    await crowd.settled()
    assert crowd.under_way == ["1", "3"]
