"""The processes that use a PostgreSQL database: each has a session of its own, in which it holds a lock and listens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from types import TracebackType
from typing import Any, Final, Self

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.backends.postgresql_errors import errors_translated
from storage.errors import DatabaseBusy, DatabaseUnreachable, StorageError
from storage.processes.advisory_locks import AdvisoryLock, group_of, process_lock, process_name
from storage.processes.membership import Role, Topic

log = logging.getLogger(__name__)

ANSWER_S: Final = 5.0  # for a statement that takes a millisecond
CHECK_S: Final = 5.0  # between two checks that the session still lives
RECONNECT_S: Final = 1.0
# objsubid 2: locks that are named by two numbers (https://www.postgresql.org/docs/current/view-pg-locks.html).
_MEMBERS: Final = """
    SELECT objid::bigint FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND classid = $1 AND datname = current_database()
"""


class SessionMembership:
    """``Membership`` by a session that is made anew whenever it is lost. ``connection``: for ``asyncpg.connect``."""

    missing = timedelta(seconds=10)  # for CHECK_S a loss may go unnoticed, then joining again takes a second

    def __init__(self, process: str, connection: Mapping[str, Any]) -> None:
        self.process = process
        self._arguments = {**connection, "command_timeout": ANSWER_S}
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._roles: set[Role] = set()
        self._turn = asyncio.Lock()
        self._keeper: asyncio.Task[None] | None = None
        self._events = {topic: asyncio.Event() for topic in Topic}

    async def __aenter__(self) -> Self:
        await self._join()
        self._keeper = asyncio.create_task(self._keep(), name="keeping the session of this process")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await self._leave()

    async def members(self, role: Role | None = None) -> frozenset[str]:
        async with self._session() as connection:
            rows = await connection.fetch(_MEMBERS, group_of(role))
        return frozenset(process_name(row[0]) for row in rows)

    async def take(self, role: Role) -> None:
        async with self._session() as connection:
            await _take_lock(connection, process_lock(self.process, role))
            self._roles.add(role)

    async def give_up(self, role: Role) -> None:
        self._roles.discard(role)  # also where the session is lost
        lock = process_lock(self.process, role)
        async with self._session() as connection:
            await connection.execute("SELECT pg_advisory_unlock($1, $2)", lock.group, lock.key)

    def changed(self, topic: Topic) -> asyncio.Event:
        return self._events[topic]

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
        """The connection, which carries out one statement at a time. Raises ``StorageError``."""
        with errors_translated():
            async with self._turn:
                if self._connection is None:
                    raise DatabaseUnreachable("the session of this process was lost and is being made anew")
                yield self._connection

    async def _join(self) -> None:
        """Connect, take the locks, listen. Raises ``StorageError``."""
        with errors_translated():
            async with self._turn:  # a role that is given up meanwhile is unlocked afterwards
                connection = await asyncpg.connect(**self._arguments)
                try:
                    for role in (None, *self._roles):
                        await _take_lock(connection, process_lock(self.process, role))
                    for topic in Topic:
                        await connection.add_listener(topic.value, self._notified)
                except BaseException:
                    connection.terminate()
                    raise
                self._connection = connection

    async def _leave(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                await connection.close(timeout=ANSWER_S)

    async def _keep(self) -> None:
        """See every few seconds that the session lives; where it does not, join again, and have everybody look."""
        while True:
            await asyncio.sleep(CHECK_S if self._connection else RECONNECT_S)
            try:
                if self._connection is None:
                    await self._join()
                    self._wake_all()
                    log.info("the session with PostgreSQL is there again")
                else:
                    await self.members()
            except StorageError as error:
                if self._connection is not None:
                    log.warning("the session with PostgreSQL was lost: %s", error)
                    self._connection.terminate()
                    self._connection = None

    def _notified(self, connection: object, process_id: int, channel: str, payload: object) -> None:  # noqa: ARG002
        self._events[Topic(channel)].set()

    def _wake_all(self) -> None:
        for each in self._events.values():
            each.set()


async def _take_lock(connection: asyncpg.Connection[asyncpg.Record], lock: AdvisoryLock) -> None:
    """Raises ``DatabaseBusy`` while the server has not noticed that this process's session of before is gone."""
    taken = await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", lock.group, lock.key)
    if not taken:
        raise DatabaseBusy


async def living_processes(connection: AsyncConnection, group: int) -> frozenset[str]:
    """The names of the processes that hold a lock of this group, asked in any session of the same database."""
    keys = (await connection.exec_driver_sql(_MEMBERS, (group,))).scalars()
    return frozenset(process_name(key) for key in keys)
