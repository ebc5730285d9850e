"""What asyncpg and PostgreSQL report, as ``StorageError``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg
from sqlalchemy import ExceptionContext
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseFull,
    DatabaseMissing,
    DatabaseReadOnly,
    DatabaseUnreachable,
    StorageError,
)

# By SQLSTATE, or by its class, the first two characters (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_ERRORS: Final[dict[str, type[StorageError]]] = {
    "08": DatabaseUnreachable,  # connection exception
    "25006": DatabaseReadOnly,  # read-only transaction: a standby
    "28": DatabaseUnreachable,  # invalid authorization: password, pg_hba.conf
    "3D000": DatabaseMissing,
    "3F000": DatabaseReadOnly,  # no schema that the role may use
    "40": DatabaseBusy,  # rolled back: a deadlock
    "42501": DatabaseReadOnly,  # the role lacks a privilege
    "53100": DatabaseFull,
    "53": DatabaseBusy,  # out of memory or of connections
    "55P03": DatabaseBusy,  # lock not available
    "57014": DatabaseBusy,  # a statement ran into a timeout
    "57P": DatabaseUnreachable,  # the server is stopping or starting
    "58": StorageError,  # system error: a disk that fails
    "XX001": DatabaseDamaged,
    "XX002": DatabaseDamaged,
}


# The last two: in the moment between the server's last words and the end of the connection ("cannot switch to state 15;
# another operation (2) is in progress"), as asyncpg raises it and as SQLAlchemy wraps it.
_CONNECTION_LOST: Final = (
    *(OSError, asyncpg.InterfaceError),  # a timeout is an OSError
    *(asyncpg.InternalClientError, AsyncAdapt_asyncpg_dbapi.InternalClientError),
)


def translate(context: ExceptionContext) -> StorageError | None:
    """For SQLAlchemy's ``handle_error`` event; None for what is the caller's fault (a constraint, bad SQL), which
    nothing is while a connection is made, and where the pool only tries a connection, which it then replaces.

    A connection that the server has ended is not used again, also where the driver does not yet say that it is closed.
    """
    error = from_postgresql(context.original_exception)
    if error is None and context.connection is None:
        error = StorageError(_on_one_line(context.original_exception))
    if isinstance(error, DatabaseUnreachable):
        context.is_disconnect = True
    return None if context.is_pre_ping else error


@contextmanager
def errors_translated() -> Iterator[None]:
    """What is raised where SQLAlchemy's events do not reach, as while a connection is made, as ``StorageError``.

    There no error is the caller's fault; one of a kind that is not in the table is told in the server's own words.
    """
    try:
        yield
    except (asyncpg.PostgresError, *_CONNECTION_LOST, PoolTimeout) as error:
        raise from_postgresql(error) or StorageError(_on_one_line(error)) from error


def from_postgresql(error: BaseException | None) -> StorageError | None:
    """Translate an error of the driver, or SQLAlchemy's wrapper of one."""
    if isinstance(error, PoolTimeout):
        return DatabaseBusy()
    if isinstance(error, _CONNECTION_LOST):
        return DatabaseUnreachable(_on_one_line(error))
    code = str(getattr(error, "sqlstate", None) or "")
    kind = next((_ERRORS[code[:length]] for length in (5, 3, 2) if code[:length] in _ERRORS), None)
    return kind(_on_one_line(error)) if kind else None


def is_restarting(error: Exception) -> bool:
    """Whether a connection could not be made as nobody listens, or as the server is stopping or starting."""
    return isinstance(error, OSError) or str(getattr(error, "sqlstate", None) or "").startswith("57P")


def _on_one_line(error: BaseException | None) -> str:
    """The server's own words; they name a host, a role or a database, never a password."""
    return " ".join(str(error).split()).removesuffix(".") or type(error).__name__
