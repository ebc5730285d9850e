"""The tables as they are stored: encrypted values are bytes, and nothing is decrypted on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    Column,
    LargeBinary,
    MetaData,
    Select,
    Table,
    Update,
    bindparam,
    func,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage.errors import StorageError
from storage.integrity_check import EncryptedColumns, encrypted_columns
from storage.tables import Base

# Rows that are read, written or compared at once: the largest, a correction, has a kilobyte. Of models, of up to
# 100 MB each, one at a time.
BATCH_ROWS: Final = 500

StoredRow: TypeAlias = dict[str, Any]
RowKey: TypeAlias = tuple[Any, ...]


class ValueUnreadable(StorageError):
    """A stored value is none of its column's kind, as in a damaged file."""

    sentence = "A stored value is damaged"


@dataclass(frozen=True)
class StoredTable:
    """One table. ``own_references``: the columns that refer to rows of the same table. ``encrypted`` is None where
    nothing is."""

    table: Table
    own_references: tuple[str, ...]
    encrypted: EncryptedColumns | None

    @property
    def name(self) -> str:
        return self.table.name

    @cached_property
    def keys(self) -> tuple[Column[Any], ...]:
        return tuple(self.table.primary_key.columns)

    @property
    def batch_rows(self) -> int:
        has_models = any(isinstance(column.type, LargeBinary) for column in self._plain_columns)
        return 1 if has_models else BATCH_ROWS

    @property
    def _plain_columns(self) -> tuple[Column[Any], ...]:
        encrypted = {*self.encrypted.encrypted, *self.encrypted.hmacs} if self.encrypted else set()
        return tuple(column for column in self.table.columns if column.name not in encrypted)

    def key_of(self, row: StoredRow) -> RowKey:
        return tuple(row[column.name] for column in self.keys)

    def named(self, key: RowKey) -> str:
        """The row with this key, in an error's words."""
        names = ", ".join(f"{column.name} {value}" for column, value in zip(self.keys, key, strict=True))
        return f"the row of {self.name} with {names}"

    def after(self, last: RowKey | None, count: int, *columns: Column[Any]) -> Select[Any]:
        """The next rows in the order of their keys; ``columns``: all, unless some are named."""
        query = select(*(columns or self.table.columns)).order_by(*self.keys).limit(count)
        if last is None:
            return query
        values = (literal(value, column.type) for column, value in zip(self.keys, last, strict=True))
        return query.where(tuple_(*self.keys) > tuple_(*values))

    def update(self, names: Sequence[str]) -> Update:
        """A statement that sets these columns of rows; ``update_values`` gives what is bound to it for each."""
        found = update(self.table).where(*(column == bindparam(f"key_{column.name}") for column in self.keys))
        return found.values({name: bindparam(f"new_{name}", type_=self.table.c[name].type) for name in names})

    def update_values(self, row: StoredRow, contents: Mapping[str, Any]) -> dict[str, Any]:
        """``row``, which holds the keys, is to get these ``contents``."""
        keys = {f"key_{column.name}": row[column.name] for column in self.keys}
        return keys | {f"new_{name}": value for name, value in contents.items()}

    async def rows(self, connection: AsyncConnection) -> AsyncIterator[list[StoredRow]]:
        """All rows in batches, in the order of their keys. Raises ``ValueUnreadable``."""
        last: RowKey | None = None
        while batch := await self._next(connection, last):
            yield batch
            last = self.key_of(batch[-1])

    async def with_keys(self, connection: AsyncConnection, keys: Sequence[RowKey]) -> dict[RowKey, StoredRow]:
        """Those of these rows that are there, by key."""
        query = select(self.table).where(tuple_(*self.keys).in_(keys))
        rows = [dict(row) for row in (await connection.execute(query)).mappings()]
        return {self.key_of(row): row for row in rows}

    async def count(self, connection: AsyncConnection) -> int:
        return await connection.scalar(select(func.count()).select_from(self.table)) or 0

    async def _next(self, connection: AsyncConnection, last: RowKey | None) -> list[StoredRow]:
        try:
            result = await connection.execute(self.after(last, self.batch_rows))
            return [dict(row) for row in result.mappings()]
        except (ValueError, TypeError):
            raise ValueUnreadable(await self._unreadable(connection, last)) from None

    async def _unreadable(self, connection: AsyncConnection, last: RowKey | None) -> str:
        """Which row of the next ones it is."""
        for row in await connection.execute(self.after(last, self.batch_rows, *self.keys)):
            try:
                (await connection.execute(self.after(last, 1))).all()
            except (ValueError, TypeError):
                return self.named(tuple(row))
            last = tuple(row)
        return f"in {self.name}"


def stored_tables() -> tuple[StoredTable, ...]:
    """All tables, each after those that it refers to."""
    encrypted = {columns.table: columns for columns in encrypted_columns()}
    metadata = MetaData()
    return tuple(
        StoredTable(_plain(table, metadata), _own_references(table), encrypted.get(table.name))
        for table in Base.metadata.sorted_tables
    )


def _plain(table: Table, metadata: MetaData) -> Table:
    columns = (Column(each.name, _stored_type(each), primary_key=each.primary_key) for each in table.columns)
    return Table(table.name, metadata, *columns)


def _stored_type(column: Column[Any]) -> TypeEngine[Any]:
    kind = column.type
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def _own_references(table: Table) -> tuple[str, ...]:
    return tuple(key.parent.name for key in table.foreign_keys if key.column.table is table)
