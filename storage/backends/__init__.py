"""The database systems: SQLite for one machine, PostgreSQL for several processes on one or more machines."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.backends.backend import Backend
from storage.backends.sqlite import SqliteBackend
from storage.errors import StorageError
from storage.keyring import Keyring

SQLITE_DRIVER = "sqlite+aiosqlite"
POSTGRESQL_DRIVER = "postgresql+asyncpg"
ADDRESS_FORMS = "sqlite+aiosqlite:///PATH or postgresql+asyncpg://USER:PASSWORD@HOST/NAME"


def sqlite_address(path: Path) -> str:
    """Never formatted by hand: in a URL "%20", "?" and "#" would name another file."""
    return URL.create(SQLITE_DRIVER, database=str(path)).render_as_string()


def url_of(address: str) -> URL:
    """An address by its parts; what is no address has no driver's name and no database."""
    try:
        return make_url(address)
    except (ArgumentError, ValueError):
        return URL.create("")


def without_password(address: str) -> str:
    """An address as it may be shown, unchanged where it has no password; what is no address is shown as nothing."""
    url = url_of(address)
    if not url.drivername:
        return ""
    if url.password is None and "password" not in url.query:
        return address
    shown = url.difference_update_query(["password"]).render_as_string(hide_password=True)
    return shown.replace("%2F", "/")  # a socket's folder, as it is usually written


def backend_for(address: str, keyring: Keyring) -> Backend:
    """The backend that a database address asks for. Raises ``StorageError`` for an address of another form."""
    url = url_of(address)
    if url.drivername == SQLITE_DRIVER and url.database not in {None, "", ":memory:"}:
        return SqliteBackend(url, keyring)
    if url.drivername == POSTGRESQL_DRIVER and url.database:
        # asyncpg is an extra, which an installation with SQLite lacks.
        try:
            from storage.backends.postgresql import PostgresqlBackend  # noqa: PLC0415
        except ModuleNotFoundError:
            raise StorageError("PostgreSQL needs the package asyncpg: install digitbot[postgresql]") from None
        return PostgresqlBackend(url, keyring)
    raise StorageError(f"its address has to look like {ADDRESS_FORMS}")
