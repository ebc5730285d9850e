"""Every row of one database in another, within two open transactions, and the comparison of both afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import StorageError
from storage.integrity_check import is_sound_row
from storage.keyring import Keyring
from storage.sqlite_file import KEY_CHECK
from storage.tables import Setting
from storage.transfer.id_counters import last_ids, raise_last_ids
from storage.transfer.stored_tables import StoredRow, StoredTable, stored_tables

# Called with how many rows are done, and of how many; a row counts when it is written, and when it is verified.
Progress: TypeAlias = Callable[[int, int], None]

# What a value can be that one system takes and the other does not, by SQLSTATE.
_REASONS: Final = {
    "22001": "a text is longer than its column",
    "22021": "a text holds a character that PostgreSQL does not store",
    "22003": "a number is too large",
    "23503": "it refers to a row that is not there",
    "23505": "another row has its key",
}


class CopyFailed(StorageError):
    """A row cannot be stored in the target, or is not the same there; the whole transaction is to be rolled back."""

    sentence = "The databases would not be the same, so nothing was copied"


class TargetNotEmpty(StorageError):
    """There are rows in the database that is to be written; they stay."""

    sentence = "The target holds rows already, so nothing was copied: name an empty database"


class RowCopy:
    """The copy from ``source``, whose transaction sees one snapshot, into ``target``, whose transaction the caller
    commits. Without ``progress`` nobody is told."""

    def __init__(self, source: AsyncConnection, target: AsyncConnection, progress: Progress | None = None) -> None:
        self._source, self._target = source, target
        self._progress = progress or (lambda _done, _all: None)
        self._tables = stored_tables()
        self._done = self._all = 0

    async def run(self, keyring: Keyring | None) -> int:
        """Copy all, compare all, and set the counters of ids; returns the number of rows.

        With a keyring every encrypted value has to decrypt, too. Raises ``TargetNotEmpty``, ``CopyFailed`` and
        ``ValueUnreadable``.
        """
        if name := await table_with_rows(self._target):
            raise TargetNotEmpty(f"there are rows in {name}")
        rows = sum([await table.count(self._source) for table in self._tables])
        self._all = 2 * rows
        # The target got a key check of its own when it was made.
        await self._target.execute(delete(Setting))
        for table in self._tables:
            await self._copy(table)
        for table in self._tables:
            await self._compare(table, keyring)
        await raise_last_ids(self._target, await last_ids(self._source))
        return rows

    async def _copy(self, table: StoredTable) -> None:
        """Rows may refer to later ones of their table: references within it are set once all are there."""
        referring = []
        async for rows in table.rows(self._source):
            referring += [
                table.update_values(row, {name: row[name] for name in table.own_references})
                for row in rows
                if any(row[name] is not None for name in table.own_references)
            ]
            await self._insert(table, [row | dict.fromkeys(table.own_references) for row in rows])
            self._advance(len(rows))
        if referring:
            await self._target.execute(table.update(table.own_references), referring)

    async def _insert(self, table: StoredTable, rows: list[StoredRow]) -> None:
        try:
            async with self._target.begin_nested():
                await self._target.execute(insert(table.table), rows)
        except DBAPIError:
            for row in rows:
                await self._insert_one(table, row)

    async def _insert_one(self, table: StoredTable, row: StoredRow) -> None:
        """Raises ``CopyFailed``, which shows nothing of what the row holds."""
        try:
            await self._target.execute(insert(table.table), row)
        except DBAPIError as error:
            code = str(getattr(error.orig, "sqlstate", None) or "")
            reason = _REASONS.get(code, "a value is none of its column's kind")
            raise CopyFailed(f"{table.named(table.key_of(row))} cannot be stored ({reason})") from None

    async def _compare(self, table: StoredTable, keyring: Keyring | None) -> None:
        """Each row as it is read back."""
        async for rows in table.rows(self._source):
            stored = await table.with_keys(self._target, [table.key_of(row) for row in rows])
            for row in rows:
                if stored.get(table.key_of(row)) != row:
                    raise CopyFailed(f"{table.named(table.key_of(row))} differs")
                if keyring and table.encrypted and not is_sound_row(table.encrypted, row, keyring):
                    raise CopyFailed(f"{table.named(table.key_of(row))} cannot be decrypted")
            self._advance(len(rows))
        if await table.count(self._target) != await table.count(self._source):
            raise CopyFailed(f"{table.name} has another number of rows")

    def _advance(self, rows: int) -> None:
        self._done += rows
        self._progress(self._done, self._all)


async def table_with_rows(connection: AsyncConnection) -> str | None:
    """A table that is not empty, but for the key check, which every database holds; None where there is none."""
    for table in stored_tables():
        query = select(table.table)
        if table.name == Setting.__tablename__:
            query = query.where(table.table.c.name != KEY_CHECK)
        if await connection.scalar(select(exists(query))):
            return table.name
    return None
