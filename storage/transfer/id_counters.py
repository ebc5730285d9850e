"""The counters from which new rows get their ids: an id is never used again, in whichever database its row was."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import Base

# The sequence of a table's column, its last number, and whether that was given to a row.
_SEQUENCE: Final = text("SELECT pg_get_serial_sequence(:table, :column)")
_SQLITE_COUNTERS: Final = text("SELECT name, seq FROM sqlite_sequence")


async def last_ids(connection: AsyncConnection) -> dict[str, int]:
    """The highest id that each table has ever given, by the table's name; 0 for none."""
    counters = await _counters(connection)
    found = {}
    for table, column in _counted():
        highest = await connection.scalar(select(func.max(table.c[column]))) or 0
        found[table.name] = max(highest, counters.get(table.name, 0))
    return found


async def raise_last_ids(connection: AsyncConnection, wanted: dict[str, int]) -> None:
    """Let new ids begin after these; a counter that is further stays."""
    own = await last_ids(connection)
    for table, column in _counted():
        last = max(own[table.name], wanted.get(table.name, 0))
        if last and connection.dialect.name == "postgresql":
            sequence = await connection.scalar(_SEQUENCE, {"table": table.name, "column": column})
            await connection.execute(select(func.setval(sequence, last)))
        elif last and table.dialect_options["sqlite"]["autoincrement"]:
            await connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
            values = {"name": table.name, "last": last}
            await connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), values)


def _counted() -> list[tuple[Table, str]]:
    """The tables whose ids the database counts, with the column."""
    columns = ((table, table.autoincrement_column) for table in Base.metadata.sorted_tables)
    return [(table, column.name) for table, column in columns if column is not None]


async def _counters(connection: AsyncConnection) -> dict[str, int]:
    if connection.dialect.name == "sqlite":
        return {row.name: row.seq for row in await connection.execute(_SQLITE_COUNTERS)}
    found = {}
    for table, column in _counted():
        sequence = await connection.scalar(_SEQUENCE, {"table": table.name, "column": column})
        last, is_given = (await connection.execute(text(f"SELECT last_value, is_called FROM {sequence}"))).one()  # noqa: S608 - the server's own name
        found[table.name] = last if is_given else 0
    return found
