"""PostgreSQL: a server that several processes share; many readers, one writer at a time among all of them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection
from contextlib import AbstractAsyncContextManager, AbstractContextManager, nullcontext
from typing import Any, Final

from sqlalchemy import URL, Connection, Dialect, event, func, select, text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.util import await_only

from storage import schema_version
from storage.backends.key_check import require_key_check, store_key_check
from storage.backends.postgresql_errors import errors_translated, is_restarting, translate
from storage.backends.write_lock import WriteLock
from storage.columns import attach_keyring
from storage.engine import BUSY_SECONDS
from storage.errors import StorageError
from storage.keyring import Keyring
from storage.processes.advisory_locks import ROWS, WRITE_LOCK, group_of, row_lock
from storage.processes.membership import Role
from storage.processes.session_membership import SessionMembership, living_processes

log = logging.getLogger(__name__)

CONNECT_S: Final = 5.0  # until a server counts as out of reach
RESTART_S: Final = 5.0  # a server that is restarted is waited for; measured: 0.3 s for an idle one
RETRY_S: Final = 0.1
STATEMENT_S: Final = 30.0  # the longest is to store a model of 100 MB
VACUUM_S: Final = 600.0  # it reads whole tables, and holds nobody up
POOL_SIZE: Final = 4  # connections that a process keeps; one writes, the others read
POOL_OVERFLOW: Final = 8
# What a connection asks of the server (https://www.postgresql.org/docs/current/runtime-config-client.html). The last
# ones end the session of a machine that is gone within 25 seconds, and with it its locks.
SERVER_SETTINGS: Final = {
    "application_name": "digitbot",
    "lock_timeout": f"{BUSY_SECONDS}s",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
CONNECTION: Final[dict[str, Any]] = {"timeout": CONNECT_S, "server_settings": SERVER_SETTINGS}  # for asyncpg.connect


class PostgresqlBackend:
    """The database at ``postgresql+asyncpg://USER:PASSWORD@HOST/NAME``, which has to exist; its tables are made.

    A writing transaction holds an advisory lock of all processes, so that transactions which read and then write are
    serial, as in SQLite: code above sees no difference. One about some ids shares that lock, and holds one for each of
    them (multiple granularity locking: Gray, Lorie, Putzolu and Traiger, "Granularity of Locks", 1976): a commit waits
    for the disk, and a photo takes six of them.
    """

    path = None

    def __init__(self, url: URL, keyring: Keyring) -> None:
        self._url = url
        self._keyring = keyring
        self._write_lock = WriteLock()

    async def open(self, *, migrate: bool = True) -> AsyncEngine:
        await self._prepare(migrate=migrate)
        return self._engine()

    async def close(self) -> None:
        """Nothing is held but the engine's connections."""

    def for_reading(self, engine: AsyncEngine) -> AsyncEngine:
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def turn(self, *, first: bool = False, about: Collection[int] = ()) -> AbstractAsyncContextManager[None]:
        return nullcontext() if about else self._write_lock.turn(first=first)

    async def lock_writes(self, session: AsyncSession, about: Collection[int] = ()) -> None:
        """Each later statement sees what was committed before the lock was had: the isolation is READ COMMITTED."""
        if not about:
            await session.execute(select(func.pg_advisory_xact_lock(WRITE_LOCK.group, WRITE_LOCK.key)))
            return
        # In one order everywhere, so that no two wait for each other. An id is not to be seen in the server's log.
        keys = sorted({row_lock(self._keyring.hmac(each, "advisory locks")).key for each in about})
        own = (func.pg_advisory_xact_lock(ROWS, key) for key in keys)
        await session.execute(select(func.pg_advisory_xact_lock_shared(WRITE_LOCK.group, WRITE_LOCK.key), *own))

    def errors_translated(self) -> AbstractContextManager[None]:
        return errors_translated()

    async def members(self, engine: AsyncEngine, role: Role | None = None) -> frozenset[str]:
        async with engine.connect() as connection:
            return await living_processes(connection, group_of(role))

    def membership(self, process: str) -> SessionMembership:
        _, address = self._url.get_dialect()().create_connect_args(self._url)
        return SessionMembership(process, {**address, **CONNECTION})

    async def scrub(self, engine: AsyncEngine) -> bool:
        """Let the server reuse the space of deleted rows (VACUUM); their encrypted bytes go when it does. Writers go on
        meanwhile."""
        async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            raw = await connection.get_raw_connection()
            await raw.driver_connection.execute("VACUUM (SKIP_LOCKED)", timeout=VACUUM_S)  # type: ignore[union-attr]
        return True

    def _engine(self, *, migrating: bool = False) -> AsyncEngine:
        """``migrating``: one connection, whose statements may take as long as large tables need."""
        pool = {"poolclass": NullPool} if migrating else {"pool_size": POOL_SIZE, "max_overflow": POOL_OVERFLOW}
        engine = create_async_engine(
            self._url,
            hide_parameters=True,
            pool_pre_ping=not migrating,  # a server that was restarted has closed the connections of before
            connect_args={**CONNECTION, "command_timeout": None if migrating else STATEMENT_S},
            **pool,
        )
        attach_keyring(engine.dialect, self._keyring)
        event.listen(engine.sync_engine, "handle_error", translate, retval=True)
        if not migrating:  # at a start a wrong address is told at once
            event.listen(engine.sync_engine, "do_connect", _connect_patiently)
        return engine

    async def _prepare(self, *, migrate: bool) -> None:
        engine = self._engine(migrating=True)
        try:
            with errors_translated():
                async with AsyncSession(engine) as session, session.begin():
                    if migrate:
                        await self.lock_writes(session)
                    connection = await session.connection()
                    await connection.run_sync(_require_utf8)
                    await connection.run_sync(schema_version.upgrade if migrate else schema_version.require_current)
                    await connection.run_sync(schema_version.require_columns)
                    await (store_key_check if migrate else require_key_check)(session)
        finally:
            await engine.dispose()


def _connect_patiently(dialect: Dialect, record: object, arguments: list[Any], named: dict[str, Any]) -> object:  # noqa: ARG001
    """Connect, and wait a while for a server that nobody listens for, or that is stopping or starting."""
    deadline = time.monotonic() + RESTART_S
    while True:
        try:
            return dialect.connect(*arguments, **named)
        except (OSError, AsyncAdapt_asyncpg_dbapi.Error) as error:
            if not is_restarting(error) or time.monotonic() > deadline:
                raise
        await_only(asyncio.sleep(RETRY_S))


def _require_utf8(connection: Connection) -> None:
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise StorageError(f"its encoding is {encoding}: make it anew with CREATE DATABASE ... ENCODING 'UTF8'")
