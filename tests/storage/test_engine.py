"""How often a statement on SQLite goes to its connection's thread."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiosqlite
import pytest
from sqlalchemy import func, select, text

from storage.database import Database
from storage.keyring import Keyring
from storage.tables import Person


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(f"sqlite+aiosqlite:///{tmp_path}/digitbot.db", Keyring.generate()) as database:
        yield database


@pytest.fixture
def visits(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What is handed to the threads of connections from now on."""
    visits: list[object] = []
    execute = aiosqlite.Connection._execute

    async def counted(connection: aiosqlite.Connection, *arguments: object, **named: object) -> object:
        visits.append(arguments)
        return await execute(connection, *arguments, **named)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    return visits


async def test_a_statement_goes_to_the_thread_of_its_connection_once(sqlite: Database, visits: list[object]) -> None:
    async with sqlite.read() as session:
        await session.scalar(select(func.count()).select_from(Person))
        before = len(visits)
        assert (await session.execute(text("SELECT 1 UNION SELECT 2"))).scalars().all() == [1, 2]
        assert len(visits) == before + 1
    visits.clear()
    async with sqlite.read() as session:
        await session.scalar(select(func.count()).select_from(Person))
    assert len(visits) == 3  # BEGIN, the statement, COMMIT


async def test_a_transaction_that_writes_begins_at_once_after_one_that_reads(
    sqlite: Database, visits: list[object]
) -> None:
    async with sqlite.read() as session:
        await session.scalar(text("SELECT 1"))
    for begun, reads in ((sqlite.write(), False), (sqlite.read(), True)):
        visits.clear()
        async with begun as session:
            assert await session.scalar(text("PRAGMA query_only")) == reads
        assert len(visits) == 3
