"""The database systems: SQLite for one machine, PostgreSQL for several processes on one or more machines."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.backends.backend import Backend
from storage.backends.sqlite import SqliteBackend
from storage.errors import StorageError
from storage.keyring import Keyring

ADDRESS_FORMS = "sqlite+aiosqlite:///PATH or postgresql+asyncpg://USER:PASSWORD@HOST/NAME"


def sqlite_address(path: Path) -> str:
    """Never formatted by hand: in a URL "%20", "?" and "#" would name another file."""
    return URL.create("sqlite+aiosqlite", database=str(path)).render_as_string()


def without_password(address: str) -> str:
    """An address as it may be shown; what is no address is shown as nothing."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        return ""
    shown = url.difference_update_query(["password"]).render_as_string(hide_password=True)
    return shown.replace("%2F", "/")  # a socket's folder, as it is usually written


def backend_for(address: str, keyring: Keyring) -> Backend:
    """The backend that a database address asks for. Raises ``StorageError`` for an address of another form."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = URL.create("none")
    if url.drivername == "sqlite+aiosqlite" and url.database not in {None, "", ":memory:"}:
        return SqliteBackend(url, keyring)
    if url.drivername == "postgresql+asyncpg" and url.database:
        # asyncpg is an extra, which an installation with SQLite lacks.
        try:
            from storage.backends.postgresql import PostgresqlBackend  # noqa: PLC0415
        except ModuleNotFoundError:
            raise StorageError("PostgreSQL needs the package asyncpg: install digitbot[postgresql]") from None
        return PostgresqlBackend(url, keyring)
    raise StorageError(f"its address has to look like {ADDRESS_FORMS}")
