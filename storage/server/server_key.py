"""Key rotation of a database on a server, in one transaction."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.errors import WrongKey
from storage.integrity_check import EncryptedColumns
from storage.key_rotation import reencrypted
from storage.keyring import Keyring
from storage.transfer.database_copy import require_newest, require_unused
from storage.transfer.stored_tables import StoredTable, stored_tables


async def rekey_server(address: str, old: Keyring, new: Keyring) -> int:
    """Encrypt everything with another key; no bot may use the database. Returns how many rows were rewritten.

    Raises as ``key_rotation.rekey`` does, and ``TransferRefused``; in every case nothing was changed.
    """
    async with Database(address, old, migrate=False) as database:
        await require_newest(database)
        async with database.write() as session:
            await require_unused(database, "database")
            connection = await session.connection()
            encrypted = [(table, table.encrypted) for table in stored_tables() if table.encrypted]
            rows = sum([await _rewrite(connection, table, columns, old, new) for table, columns in encrypted])
        await database.scrub()
    return rows


async def is_key_of(address: str, keyring: Keyring) -> bool:
    """Whether this key is the one that the database was made with. Raises ``StorageError``."""
    try:
        async with Database(address, keyring, migrate=False):
            return True
    except WrongKey:
        return False


async def _rewrite(
    connection: AsyncConnection, table: StoredTable, columns: EncryptedColumns, old: Keyring, new: Keyring
) -> int:
    count, statement = 0, table.update((*columns.encrypted, *columns.hmacs))
    async for rows in table.rows(connection):
        values = [table.update_values(row, reencrypted(columns, row, old, new)) for row in rows]
        await connection.execute(statement, values)
        count += len(rows)
    return count
