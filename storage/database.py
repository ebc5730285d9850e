"""The database: one SQLite file, opened with its key; many readers, one writer."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Self

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage import schema_version
from storage.engine import BUSY_SECONDS, NO_TRANSACTION, READ_ONLY, errors_translated, open_engine
from storage.errors import DatabaseDamaged, DatabaseFull, DatabaseReadOnly, StorageError, sqlite_finding
from storage.keyring import Keyring
from storage.sqlite_file import KEY_CHECK, require_key
from storage.tables import Setting
from storage.write_ahead_log import LogHolder, log_problem
from storage.write_lock import WriteLock

log = logging.getLogger(__name__)

# Writers wait while a scrub waits for readers, so it gives up soon and is tried again later.
SCRUB_WAIT_MS: Final = 500


class Database:
    """One SQLite file (``sqlite+aiosqlite:///PATH``) and the sessions on it.

    ``open`` makes what is missing (folder 0700, file 0600), brings the schema up to date and checks file and key.
    Everything raises ``StorageError`` (of the kinds in ``storage.errors``) where the file, its disk or its key fails,
    in ``open`` as well as later. Objects stay usable after their session: nothing expires on commit.
    """

    def __init__(self, url: str, keyring: Keyring) -> None:
        self.path: Final = _path(url)
        self._keyring = keyring
        self._engine: AsyncEngine | None = None
        self._log: LogHolder | None = None
        self._write_lock = WriteLock()

    async def open(self) -> Self:
        """Create or migrate the file and check it with the key. Raises ``StorageError``."""
        _make_file(self.path)
        try:
            await self._prepare()
        except BaseException:
            await self.close()
            raise
        self._engine = open_engine(self.path, self._keyring)
        return self

    async def close(self) -> None:
        """Close every connection; where no other process has the file open, all is then written into the file."""
        if self._engine is not None:
            await self._engine.dispose()
        if self._log is not None:
            self._log.release()
        self._engine = self._log = None

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def write(self, *, first: bool = False) -> AsyncIterator[AsyncSession]:
        """A session that holds the write lock from its start; committed at the end, rolled back on any exception.

        Keep it short: nothing slow (Telegram, a model) belongs inside. Raises ``StorageError``.
        """
        with errors_translated():
            async with (
                self._write_lock.turn(first=first),
                AsyncSession(self._opened, expire_on_commit=False) as session,
                session.begin(),
            ):
                # A session begins with its first statement; the lock is wanted now.
                await session.connection()
                yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session on one snapshot, never waiting for a writer; writing in it is an error. Raises ``StorageError``."""
        engine = self._opened.execution_options(**{READ_ONLY: True})
        with errors_translated():
            async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
                yield session

    async def scrub(self) -> bool:
        """Checkpoint and empty the journal: what was deleted is gone from both files (freed bytes are zeroed).

        Returns whether that is done. It is not while another connection reads, or where the disk is full: call it
        again later. A deletion is committed before, so a failure here undoes nothing, and is logged and not raised.
        """
        try:
            return await self._empty_journal()
        except StorageError as error:
            log.warning("traces of deleted rows are left in the database's files: %s", error)
            return False

    async def _empty_journal(self) -> bool:
        """Raises ``StorageError``."""
        raw = self._opened.execution_options(**{NO_TRANSACTION: True})
        async with self._write_lock.turn(), raw.connect() as connection:
            await connection.exec_driver_sql(f"PRAGMA busy_timeout = {SCRUB_WAIT_MS}")
            try:
                # One row: whether it was held up by another connection, frames in the journal, frames written back
                # (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint).
                held_up, *_ = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()
            finally:
                await connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        return not held_up

    @property
    def _opened(self) -> AsyncEngine:
        if self._engine is None:
            raise RuntimeError("the database is not open")
        return self._engine

    async def _prepare(self) -> None:
        complete = log_problem(self.path) is None
        await asyncio.to_thread(require_key, self.path, self._keyring)
        engine = open_engine(self.path, self._keyring, migrating=True)
        try:
            with errors_translated():
                async with AsyncSession(engine) as session, session.begin():
                    connection = await session.connection()
                    self._log = LogHolder(self.path, complete=complete)
                    await _check_file(session)
                    await connection.run_sync(schema_version.upgrade)
                    await connection.run_sync(schema_version.require_columns)
                    await _store_key_check(session)
        finally:
            await engine.dispose()


async def _check_file(session: AsyncSession) -> None:
    result = await session.scalar(text("PRAGMA quick_check(1)"))
    if result != "ok":
        raise DatabaseDamaged(sqlite_finding(str(result)))


async def _store_key_check(session: AsyncSession) -> None:
    """A new database takes the first key."""
    if await session.get(Setting, KEY_CHECK) is None:
        session.add(Setting(name=KEY_CHECK, value=KEY_CHECK))


def _path(url: str) -> Path:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StorageError("its address has to look like sqlite+aiosqlite:///PATH") from None
    if parsed.drivername != "sqlite+aiosqlite" or parsed.database in {None, "", ":memory:"}:
        raise StorageError("its address has to look like sqlite+aiosqlite:///PATH")
    return Path(str(parsed.database))


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
        raise (DatabaseFull if error.errno in {errno.ENOSPC, errno.EDQUOT} else DatabaseReadOnly) from error
