"""The database: one SQLite file, opened with its key; many readers, one writer."""

from __future__ import annotations

import asyncio
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
from storage.engine import NO_TRANSACTION, READ_ONLY, open_engine
from storage.errors import DatabaseDamaged, DatabaseReadOnly, DecryptionFailed, StorageError, WrongKey
from storage.keyring import Keyring
from storage.sqlite_file import KEY_CHECK
from storage.tables import Setting


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
        self._write_lock = asyncio.Lock()

    async def open(self) -> Self:
        """Create or migrate the file and check it with the key. Raises ``StorageError``."""
        _make_file(self.path)
        await self._prepare()
        self._engine = open_engine(self.path, self._keyring)
        return self

    async def close(self) -> None:
        """Close every connection; SQLite then writes its journal back into the file."""
        if self._engine is not None:
            await self._engine.dispose()
        self._engine = None

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session that holds the write lock from its start; committed at the end, rolled back on any exception.

        Keep it short: nothing slow (Telegram, a model) belongs inside. Raises ``StorageError``.
        """
        async with self._write_lock, AsyncSession(self._opened, expire_on_commit=False) as session, session.begin():
            # A session begins with its first statement; the lock is wanted now.
            await session.connection()
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session on one snapshot, never waiting for a writer; writing in it is an error. Raises ``StorageError``."""
        engine = self._opened.execution_options(**{READ_ONLY: True})
        async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
            yield session

    async def scrub(self) -> None:
        """Checkpoint and empty the journal: what was deleted is gone from both files (freed bytes are zeroed).

        Raises ``StorageError``.
        """
        async with self._write_lock, self._opened.execution_options(**{NO_TRANSACTION: True}).connect() as connection:
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def _opened(self) -> AsyncEngine:
        if self._engine is None:
            raise RuntimeError("the database is not open")
        return self._engine

    async def _prepare(self) -> None:
        engine = open_engine(self.path, self._keyring, migrating=True)
        try:
            async with AsyncSession(engine) as session, session.begin():
                connection = await session.connection()
                await _check_file(session)
                await connection.run_sync(schema_version.upgrade)
                await _check_key(session)
        finally:
            await engine.dispose()


async def _check_file(session: AsyncSession) -> None:
    result = await session.scalar(text("PRAGMA quick_check(1)"))
    if result != "ok":
        raise DatabaseDamaged(str(result))


async def _check_key(session: AsyncSession) -> None:
    """Compare the key with the one that the database was made with; a new database takes the first key.

    Raises ``WrongKey``.
    """
    try:
        known = await session.get(Setting, KEY_CHECK)
    except DecryptionFailed:
        raise WrongKey from None
    if known is None:
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
    except OSError as error:
        raise DatabaseReadOnly from error
