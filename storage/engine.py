"""How SQLite is opened: the pragmas, the two kinds of transaction, SQLite's errors as ``StorageError``."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

import aiosqlite
from aiosqlite.context import contextmanager as awaitable_context
from sqlalchemy import URL, Connection, ExceptionContext, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool
from sqlalchemy.util.concurrency import await_only

from storage.columns import attach_keyring
from storage.errors import StorageError, from_sqlite
from storage.keyring import Keyring

BUSY_SECONDS: Final = 5  # how long a statement waits for another process's lock
_WAL_RETRY_S: Final = 0.05  # seconds between two tries to switch a new file to WAL
# The execution option of a session that only reads.
READ_ONLY: Final = "read_only"
# The execution option of a connection for what SQLite does outside of transactions only (checkpoint, VACUUM).
NO_TRANSACTION: Final = "no_transaction"

_QUERY_ONLY: Final = "query_only"  # of a connection's info: as its pragma was last set


def open_engine(path: Path, keyring: Keyring, *, migrating: bool = False) -> AsyncEngine:
    """An engine on the file at ``path``; encrypted columns use ``keyring``. SQLite's errors become ``StorageError``.

    ``migrating`` leaves foreign keys unenforced (rebuilding a table would else delete what refers to it:
    https://www.sqlite.org/lang_altertable.html, section 7) and keeps no connection.
    """
    url = URL.create("sqlite+aiosqlite", database=str(path))
    pool = {"poolclass": NullPool} if migrating else {}
    # What is bound to a statement never stands in an error's text, and so in no log.
    engine = create_async_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS, "async_creator_fn": _connection}, **pool
    )
    attach_keyring(engine.dialect, keyring)

    def configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        _configure(connection, foreign_keys=not migrating)

    event.listen(engine.sync_engine, "connect", configure)
    event.listen(engine.sync_engine, "begin", _begin)
    event.listen(engine.sync_engine, "handle_error", _translate, retval=True)
    return engine


@contextmanager
def errors_translated() -> Iterator[None]:
    """What the driver raises where SQLAlchemy's events do not reach, as while it connects, as ``StorageError``."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise from_sqlite(error) or error from error


def decode_text(content: bytes) -> str:
    """SQLite's TEXT as a string; in a damaged file it need not be UTF-8, and what is damaged is then told by others."""
    return content.decode(errors="replace")


def _configure(connection: DBAPIConnection, *, foreign_keys: bool) -> None:
    # The driver must not begin transactions by itself: it would begin them deferred, and only before a write.
    connection.isolation_level = None
    driver_connection = connection.driver_connection  # aiosqlite's own
    driver_connection.text_factory = decode_text
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "synchronous = NORMAL",
        f"foreign_keys = {'ON' if foreign_keys else 'OFF'}",
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    _write_ahead(cursor)
    cursor.close()


def _write_ahead(cursor: DBAPICursor) -> None:
    """Switch to WAL. Two that switch a new file at once could wait for each other for ever, so SQLite refuses one of
    them at once, whatever its busy timeout (https://www.sqlite.org/c3ref/busy_handler.html): it tries again."""
    for _ in range(int(BUSY_SECONDS / _WAL_RETRY_S)):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            await_only(asyncio.sleep(_WAL_RETRY_S))
        else:
            return
    cursor.execute("PRAGMA journal_mode = WAL")


def _begin(connection: Connection) -> None:
    """A writer takes the lock before it reads: two that read first and then write would lock each other out."""
    options = connection.get_execution_options()
    if options.get(NO_TRANSACTION):
        return
    reading = bool(options.get(READ_ONLY))
    if connection.info.get(_QUERY_ONLY) is not reading:
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reading else 'OFF'}")
        connection.info[_QUERY_ONLY] = reading
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _translate(context: ExceptionContext) -> StorageError | None:
    return from_sqlite(context.original_exception)


class _Cursor(aiosqlite.Cursor):
    """A cursor that executes a statement and fetches all its rows in one visit to the connection's thread.

    aiosqlite goes there four times for each statement (cursor, execute, fetch, close), SQLAlchemy's use of it fetches
    all rows at once anyway, and the way there and back costs more than most statements: 0.1 ms of processor time each.
    """

    def __init__(self, connection: aiosqlite.Connection, cursor: sqlite3.Cursor) -> None:
        super().__init__(connection, cursor)
        self._rows: list[sqlite3.Row] = []

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Self:
        self._rows = await self._execute(self._fetched, sql, parameters or ())  # type: ignore[no-untyped-call]
        return self

    async def fetchall(self) -> Iterable[sqlite3.Row]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """All rows have been fetched, so that nothing is left to wait for."""
        self._cursor.close()

    def _fetched(self, sql: str, parameters: Any) -> list[sqlite3.Row]:  # noqa: ANN401 - sqlite3's own
        return self._cursor.execute(sql, parameters).fetchall()


class _Connection(aiosqlite.Connection):
    """A connection with such cursors; a rollback where there is no transaction, as after each use, costs nothing."""

    @awaitable_context
    async def cursor(self) -> aiosqlite.Cursor:
        return _Cursor(self, self._conn.cursor())

    async def rollback(self) -> None:
        if self.in_transaction:
            await super().rollback()


def _connection(path: str, **options: Any) -> _Connection:  # noqa: ANN401 - those of sqlite3.connect
    """What ``aiosqlite.connect`` gives, but for its class; its thread keeps no process from ending."""
    connection = _Connection(lambda: sqlite3.connect(path, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy sets it
    return connection
