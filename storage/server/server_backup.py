"""Backups of a database on a server: SQLite files like those of any other, and restored like them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from storage.backends import sqlite_address
from storage.backup import new_backup, replaced_path, restore
from storage.database import Database
from storage.keyring import Keyring
from storage.tables import Base
from storage.transfer.database_copy import require_newest, require_unused
from storage.transfer.row_copy import RowCopy, table_with_rows


async def backup_server(address: str, keyring: Keyring, target: Path) -> None:
    """Copy the database into the new file ``target`` (mode 0600), on one snapshot, while it is in use.

    Every row is compared before the file gets its name. Raises ``StorageError``.
    """
    with new_backup(target) as draft:
        async with Database(address, keyring, migrate=False) as server:
            await require_newest(server)
            await _write(server, draft, keyring)


async def restore_server(source: Path, address: str, keyring: Keyring, folder: Path) -> Path | None:
    """Replace the database's rows by those of the backup ``source``, in one transaction; no bot may use it.

    The backup is checked first as for a file, in a temporary folder in ``folder``. Returns the backup, in that folder,
    of the rows that were there; None where there were none. Raises ``StorageError``.
    """
    with _restored(source, keyring, folder) as path:
        async with (
            Database(sqlite_address(path), keyring, migrate=False) as copy,
            Database(address, keyring) as server,
        ):
            await require_unused(server, "database")
            kept = await _keep(server, keyring, folder)
            async with copy.read() as reading, server.write() as writing:
                await require_unused(server, "database")  # a bot may have been started meanwhile
                connection = await writing.connection()
                names = ", ".join(table.name for table in Base.metadata.sorted_tables)
                await connection.execute(text(f"TRUNCATE {names}"))
                await RowCopy(await reading.connection(), connection).run(keyring)
    return kept


@contextmanager
def _restored(source: Path, keyring: Keyring, folder: Path) -> Iterator[Path]:
    """The backup as a sound file of today's schema, for the time of the block."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix=".restore-") as trial:
        path = Path(trial) / "digitbot.db"
        restore(source, path, keyring)
        yield path


async def _keep(server: Database, keyring: Keyring, folder: Path) -> Path | None:
    async with server.read() as session:
        if await table_with_rows(await session.connection()) is None:
            return None
    kept = replaced_path(folder / "digitbot.db")
    with new_backup(kept) as draft:
        await _write(server, draft, keyring)
    return kept


async def _write(server: Database, draft: Path, keyring: Keyring) -> None:
    """What does not decrypt is copied like the rest: a backup is not to fail for one value."""
    async with (
        Database(sqlite_address(draft), keyring) as copy,
        server.read() as reading,
        copy.write() as writing,
    ):
        await RowCopy(await reading.connection(), await writing.connection()).run(None)
