"""What is under way when a process dies is known to the next one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.photos.photo_turns import PhotoTurns
from model.reader import Reader
from storage import inbox
from storage.database import Database
from storage.inbox import IncomingUpdate
from storage.keyring import Keyring


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/digitbot.db", Keyring.generate()) as database:
        async with database.write() as session:
            await inbox.receive(session, [IncomingUpdate(1, 7, 7, "{}")], "first")
        yield database


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
