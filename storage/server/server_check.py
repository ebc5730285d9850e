"""The integrity check of a database on a server: every encrypted value, every model's checksum.

That rows refer to rows which are there, the server sees to itself; a page that it cannot read is found by reading all.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.errors import DatabaseDamaged, DatabaseMissing, DatabaseOutdated, DatabaseTooNew, WrongKey
from storage.integrity_check import IntegrityReport, damaged_model, is_sound_model, is_sound_row, unsound_rows
from storage.keyring import Keyring
from storage.tables import ModelVersion
from storage.transfer.stored_tables import StoredRow, StoredTable, ValueUnreadable, stored_tables


async def check_server(address: str, keyring: Keyring) -> IntegrityReport:
    """Check everything on one snapshot, while it is in use. Raises ``DatabaseUnreachable`` and ``DatabaseBusy``:
    nothing was checked."""
    try:
        async with Database(address, keyring, migrate=False) as database, database.read() as session:
            return await _check(await session.connection(), keyring)
    except (DatabaseDamaged, DatabaseMissing, DatabaseOutdated, DatabaseTooNew, ValueUnreadable, WrongKey) as problem:
        return IntegrityReport((str(problem),), 0, 0)


async def _check(connection: AsyncConnection, keyring: Keyring) -> IntegrityReport:
    problems, values, versions = [], 0, 0
    for table in stored_tables():
        bad = 0
        async for row in _rows(table, connection):
            if table.encrypted:
                values += 1
                bad += not is_sound_row(table.encrypted, row, keyring)
            if table.name == ModelVersion.__tablename__:
                versions += 1
                if not is_sound_model(row["served"], row["sha256"], row["keras"], row["keras_sha256"]):
                    problems.append(damaged_model(row["name"]))
        if bad:
            problems.append(unsound_rows(table.name, bad))
    return IntegrityReport(tuple(problems), values, versions)


async def _rows(table: StoredTable, connection: AsyncConnection) -> AsyncIterator[StoredRow]:
    async for batch in table.rows(connection):
        for row in batch:
            yield row
