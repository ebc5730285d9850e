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


async def test_a_statement_goes_to_the_thread_of_its_connection_once(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits: list[object] = []
    execute = aiosqlite.Connection._execute

    async def counted(connection: aiosqlite.Connection, *arguments: object, **named: object) -> object:
        visits.append(arguments)
        return await execute(connection, *arguments, **named)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    async with sqlite.read() as session:
        await session.scalar(select(func.count()).select_from(Person))
        before = len(visits)
        assert (await session.execute(text("SELECT 1 UNION SELECT 2"))).scalars().all() == [1, 2]
        assert len(visits) == before + 1
    visits.clear()
    async with sqlite.read() as session:
        await session.scalar(select(func.count()).select_from(Person))
    assert len(visits) == 3  # BEGIN, the statement, COMMIT
