"""What a database system has to do for ``storage.database.Database``."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from storage.processes.membership import Membership, Role


class Backend(Protocol):
    """One database system at one address. Everything raises ``StorageError`` where it fails."""

    @property
    def path(self) -> Path | None:
        """That of the database file; None where a server keeps the database."""
        ...

    async def open(self, *, migrate: bool = True) -> AsyncEngine:
        """Make what is missing, bring the schema up to date, check the key; returns an engine for sessions.

        Without ``migrate`` nothing is made or changed: raises ``DatabaseMissing`` and ``DatabaseOutdated``.
        """
        ...

    async def close(self) -> None:
        """Release what ``open`` took, after the engine's connections are closed."""
        ...

    def for_reading(self, engine: AsyncEngine) -> AsyncEngine:
        """The same engine with transactions that see one snapshot and refuse to write."""
        ...

    def turn(self, *, first: bool = False, about: Collection[int] = ()) -> AbstractAsyncContextManager[None]:
        """The turn of one writer among those of this process that wait; parameters as of ``Database.write``."""
        ...

    async def lock_writes(self, session: AsyncSession, about: Collection[int] = ()) -> None:
        """Begin the transaction of a session, as the only one that writes until it ends, or the only one that writes
        about these ids."""
        ...

    def errors_translated(self) -> AbstractContextManager[None]:
        """What the driver raises within the block, and SQLAlchemy does not hand to the engine's events, as
        ``StorageError``."""
        ...

    async def scrub(self, engine: AsyncEngine) -> bool:
        """Remove what deleted rows left; False where other connections held that up: call it again later."""
        ...

    async def members(self, engine: AsyncEngine, role: Role | None = None) -> frozenset[str]:
        """The names of the processes that use this database now, or of those with a role."""
        ...

    def membership(self, process: str) -> Membership:
        """The processes that use this database, of which ``process`` is to become one."""
        ...
