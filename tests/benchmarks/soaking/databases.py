"""The database of a soak: an SQLite file, or a PostgreSQL cluster of its own that can be disturbed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

import asyncpg

from tests.benchmarks.soaking.options import System
from tests.postgresql_server import PostgresqlServer

LEFT_S = 10.0  # for PostgreSQL to notice that its clients have gone

# Of the bot's processes; those of the soak itself end before it is counted.
_SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
_END_ONE = """
    SELECT count(pg_terminate_backend(pid)) FROM (
        SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        ORDER BY random() LIMIT 1
    ) AS chosen
"""


class DatabaseUnderTest(Protocol):
    """A database at ``url``; "" is the bot's own choice, in its state folder."""

    url: str
    has_server: bool

    async def restart(self) -> None:
        """Stop the server and start it again."""
        ...

    async def end_session(self) -> int:
        """End one session at random; returns how many were ended."""
        ...

    async def left_behind(self) -> int:
        """How many locks and sessions the server holds though no process uses it."""
        ...


class SqliteFile:
    """The file in the state folder; nothing but the bot touches it."""

    url = ""
    has_server = False

    async def restart(self) -> None:
        raise NotImplementedError

    async def end_session(self) -> int:
        raise NotImplementedError

    async def left_behind(self) -> int:
        return 0


class PostgresqlDatabase:
    """A database of a server that belongs to the soak alone."""

    has_server = True

    def __init__(self, server: PostgresqlServer, url: str) -> None:
        self.url = url
        self._server = server

    async def restart(self) -> None:
        await asyncio.to_thread(self._server.restart)

    async def end_session(self) -> int:
        return await self._number(_END_ONE)

    async def left_behind(self) -> int:
        for _ in range(int(LEFT_S * 10)):
            left = await self._number(f"SELECT ({_SESSIONS}) + ({_LOCKS})")
            if not left:
                break
            await asyncio.sleep(0.1)
        return left

    async def _number(self, query: str) -> int:
        connection = await asyncpg.connect(self.url.replace("+asyncpg", ""))
        try:
            return int(await connection.fetchval(query))
        finally:
            await connection.close()


@asynccontextmanager
async def database_of(system: System) -> AsyncIterator[DatabaseUnderTest]:
    """Raises ``LookupError`` with a sentence where there is no PostgreSQL."""
    if system is System.SQLITE:
        yield SqliteFile()
        return
    with PostgresqlServer() as server:
        async with server.database() as url:
            yield PostgresqlDatabase(server, url)


def leftover_files(state: Path, temporary: list[Path]) -> list[Path]:
    """Files that should have gone with the processes: all but the database, its key, and what is remembered of models
    and of notices. A database that was closed has no log beside it."""
    kept = {"digitbot.db", "encryption-key", "tried-models", "notices.json"}
    files = [path for path in state.rglob("*") if path.is_file() and path.name not in kept]
    return files + [path for folder in temporary for path in folder.rglob("*")]
