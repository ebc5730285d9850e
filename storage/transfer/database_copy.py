"""Copying a whole database into an empty one, in one transaction that is verified before it is committed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from storage import schema_version
from storage.backends import url_of
from storage.database import Database
from storage.errors import DatabaseTooNew, StorageError
from storage.keyring import Keyring
from storage.transfer.row_copy import Progress, RowCopy
from storage.write_ahead_log import log_problem


class TransferRefused(StorageError):
    """One of the two databases cannot be used for this; neither was changed."""

    sentence = "Nothing was changed"


async def copy_database(source: str, target: str, keyring: Keyring, progress: Progress | None = None) -> int:
    """Copy the database at the address ``source`` into the empty one at ``target``; returns the number of rows.

    Nobody may use either meanwhile. Encrypted values are copied as they are, and have to decrypt with ``keyring``. On
    any error nothing is left in the target, and a file that was made for it is removed. Raises ``StorageError``.
    """
    _require_complete(_path(source))
    async with _opened(source, keyring, "source", migrate=False) as origin:
        await require_newest(origin)
        with _removed_on_failure(_path(target)):
            async with _opened(target, keyring, "target") as copy:
                await require_unused(origin, "source")
                await require_unused(copy, "target")
                async with origin.read() as reading, copy.write() as writing:
                    rows = RowCopy(await reading.connection(), await writing.connection(), progress)
                    count = await rows.run(keyring)
                    await require_unused(origin, "source")  # one may have been started meanwhile
    return count


async def require_unused(database: Database, name: str) -> None:
    """Raises ``TransferRefused`` where a bot runs with the database."""
    if await database.members():
        raise TransferRefused(f"a running bot uses the {name}, so stop it first")


@asynccontextmanager
async def _opened(address: str, keyring: Keyring, name: str, *, migrate: bool = True) -> AsyncIterator[Database]:
    try:
        database = await Database(address, keyring, migrate=migrate).open()
    except StorageError as error:
        raise TransferRefused(f"the {name} cannot be used ({str(error).removesuffix('.')})") from error
    try:
        yield database
    finally:
        await database.close()


async def require_newest(database: Database) -> None:
    """A later program's tables may hold what this one would leave behind. Raises ``DatabaseTooNew``."""
    async with database.read() as session:
        connection = await session.connection()
        if await connection.run_sync(schema_version.revision) != schema_version.NEWEST:
            raise DatabaseTooNew


def _require_complete(path: Path | None) -> None:
    """A file that was copied without its log lacks rows; asked before SQLite opens it. Raises ``TransferRefused``."""
    if path is not None and (problem := log_problem(path)):
        raise TransferRefused(f"the source is not complete ({problem.removesuffix('.')})")


def _path(address: str) -> Path | None:
    url = url_of(address)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


@contextmanager
def _removed_on_failure(path: Path | None) -> Iterator[None]:
    """Remove a file that was not there before."""
    is_new = path is not None and not path.exists()
    try:
        yield
    except BaseException:
        if path is not None and is_new:
            for suffix in ("", "-wal", "-shm", "-journal"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
        raise
