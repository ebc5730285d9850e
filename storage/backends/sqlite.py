"""SQLite: one file on this machine, opened with its key; many readers, one writer."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage import schema_version
from storage.backends.key_check import require_key_check, store_key_check
from storage.backends.write_lock import WriteLock
from storage.engine import BUSY_SECONDS, NO_TRANSACTION, READ_ONLY, errors_translated, open_engine
from storage.errors import DatabaseDamaged, DatabaseReadOnly, from_os, sqlite_finding
from storage.keyring import Keyring
from storage.processes.file_membership import FileMembership
from storage.processes.membership import Role
from storage.sqlite_file import require_key
from storage.write_ahead_log import LogHolder, log_problem

# Writers wait while a scrub waits for readers, so it gives up soon and is tried again later.
SCRUB_WAIT_MS: Final = 500


class SqliteBackend:
    """The file at ``sqlite+aiosqlite:///PATH``; its folder gets mode 0700, the file 0600."""

    def __init__(self, url: URL, keyring: Keyring) -> None:
        self.path: Path = Path(str(url.database))
        self._keyring = keyring
        self._log: LogHolder | None = None
        self._write_lock = WriteLock()

    async def open(self, *, migrate: bool = True) -> AsyncEngine:
        if migrate:
            _make_file(self.path)
        await self._prepare(migrate=migrate)
        return open_engine(self.path, self._keyring)

    async def close(self) -> None:
        """Where no other process has the file open, all is now written into the file."""
        if self._log is not None:
            self._log.release()
        self._log = None

    def for_reading(self, engine: AsyncEngine) -> AsyncEngine:
        return engine.execution_options(**{READ_ONLY: True})

    def turn(self, *, first: bool = False, about: Collection[int] = ()) -> AbstractAsyncContextManager[None]:  # noqa: ARG002
        """SQLite has one writer, whatever it writes ``about``."""
        return self._write_lock.turn(first=first)

    async def lock_writes(self, session: AsyncSession, about: Collection[int] = ()) -> None:  # noqa: ARG002
        """A session begins with its first statement; the lock, that of BEGIN IMMEDIATE, is wanted now."""
        await session.connection()

    def errors_translated(self) -> AbstractContextManager[None]:
        return errors_translated()

    async def members(self, engine: AsyncEngine, role: Role | None = None) -> frozenset[str]:  # noqa: ARG002
        return await FileMembership(self.path, "").members(role)

    def membership(self, process: str) -> FileMembership:
        return FileMembership(self.path, process)

    async def scrub(self, engine: AsyncEngine) -> bool:
        """Checkpoint and empty the journal: what was deleted is gone from both files (freed bytes are zeroed)."""
        raw = engine.execution_options(**{NO_TRANSACTION: True})
        async with self._write_lock.turn(), raw.connect() as connection:
            await connection.exec_driver_sql(f"PRAGMA busy_timeout = {SCRUB_WAIT_MS}")
            try:
                # One row: whether it was held up by another connection, frames in the journal, frames written back
                # (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint).
                held_up, *_ = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()
            finally:
                await connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        return not held_up

    async def _prepare(self, *, migrate: bool) -> None:
        complete = log_problem(self.path) is None
        await asyncio.to_thread(require_key, self.path, self._keyring)
        engine = open_engine(self.path, self._keyring, migrating=True)
        try:
            with errors_translated():
                async with AsyncSession(engine) as session, session.begin():
                    connection = await session.connection()
                    self._log = LogHolder(self.path, complete=complete)
                    await _check_file(session)
                    await connection.run_sync(schema_version.upgrade if migrate else schema_version.require_current)
                    await connection.run_sync(schema_version.require_columns)
                    await (store_key_check if migrate else require_key_check)(session)
        finally:
            await engine.dispose()


async def _check_file(session: AsyncSession) -> None:
    result = await session.scalar(text("PRAGMA quick_check(1)"))
    if result != "ok":
        raise DatabaseDamaged(sqlite_finding(str(result)))


def _make_file(path: Path) -> None:
    """The folder (0700) and the empty file (0600), where they are missing; SQLite's journals take the file's mode."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except IsADirectoryError:
        raise DatabaseReadOnly(f"{path} is a folder") from None
    except (NotADirectoryError, FileExistsError):
        raise DatabaseReadOnly(f"{path.parent} is not a folder") from None
    except OSError as error:
        raise from_os(error) from error
