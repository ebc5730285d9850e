"""The database: many readers, one writer, the same on each of the database systems in ``storage.backends``."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Self

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage.backends import backend_for
from storage.errors import StorageError
from storage.keyring import Keyring
from storage.processes.membership import Membership, Role

log = logging.getLogger(__name__)


class Database:
    """One database (``sqlite+aiosqlite:///PATH``, ``postgresql+asyncpg://USER:PASSWORD@HOST/NAME``) and its sessions.

    ``open`` makes what is missing, brings the schema up to date and checks the key. Everything raises ``StorageError``
    (of the kinds in ``storage.errors``) where the database, its disk, its server or its key fails, in ``open`` as well
    as later. Objects stay usable after their session: nothing expires on commit.
    """

    def __init__(self, url: str, keyring: Keyring, *, migrate: bool = True) -> None:
        """Raises ``StorageError`` for an address of another form. Without ``migrate`` only a database that is there and
        up to date is opened: ``DatabaseMissing``, ``DatabaseOutdated``."""
        self._backend = backend_for(url, keyring)
        self._migrate = migrate
        self._engine: AsyncEngine | None = None

    @property
    def path(self) -> Path | None:
        """The database file; None where a server keeps the database."""
        return self._backend.path

    async def open(self) -> Self:
        """Create or migrate the database and check it with the key. Raises ``StorageError``."""
        try:
            self._engine = await self._backend.open(migrate=self._migrate)
        except BaseException:
            await self.close()
            raise
        return self

    async def close(self) -> None:
        """Close every connection."""
        if self._engine is not None:
            await self._engine.dispose()
        await self._backend.close()
        self._engine = None

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def write(self, *, first: bool = False, about: Collection[int] = ()) -> AsyncIterator[AsyncSession]:
        """A session that holds the write lock from its start; committed at the end, rolled back on any exception.

        ``first``: before the other writers of this process that wait. ``about``: the Telegram ids of the chats and
        people whose rows alone are read and written here, updates and readings among them; then PostgreSQL lets others
        write meanwhile, about other ids. Keep it short: nothing slow (Telegram, a model) belongs inside. Raises
        ``StorageError``.
        """
        async with AsyncExitStack() as held:
            with self._backend.errors_translated():
                await held.enter_async_context(self._backend.turn(first=first, about=about))
                session = await _begun(held, self._opened)
                await self._backend.lock_writes(session, about)
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session on one snapshot, never waiting for a writer; writing in it is an error. Raises ``StorageError``."""
        async with AsyncExitStack() as held:
            with self._backend.errors_translated():
                session = await _begun(held, self._backend.for_reading(self._opened))
                await session.connection()
            yield session

    async def scrub(self) -> bool:
        """Remove what deleted rows left in the database's files.

        Returns whether that is done. It is not while another connection reads, or where the disk is full: call it
        again later. A deletion is committed before, so a failure here undoes nothing, and is logged and not raised.
        """
        try:
            with self._backend.errors_translated():
                return await self._backend.scrub(self._opened)
        except StorageError as error:
            log.warning("traces of deleted rows are left in the database's files: %s", error)
            return False

    async def members(self, role: Role | None = None) -> frozenset[str]:
        """The names of the processes that use this database, or of those with a role, without joining them. Raises
        ``StorageError``."""
        with self._backend.errors_translated():
            return await self._backend.members(self._opened, role)

    def membership(self, process: str) -> Membership:
        """The processes that use this database; entering it makes ``process`` one of them."""
        return self._backend.membership(process)

    @property
    def _opened(self) -> AsyncEngine:
        if self._engine is None:
            raise RuntimeError("the database is not open")
        return self._engine


async def _begun(held: AsyncExitStack, engine: AsyncEngine) -> AsyncSession:
    """A session in a transaction that is committed when ``held`` is closed, or rolled back on any exception.

    Its later errors, that of the commit among them, are translated by the engine's events.
    """
    session = await held.enter_async_context(AsyncSession(engine, expire_on_commit=False))
    await held.enter_async_context(session.begin())
    return session
