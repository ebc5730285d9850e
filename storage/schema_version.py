"""The schema version of a database, and its upgrade by the migrations in this package."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, inspect, text

from storage.errors import DatabaseDamaged, DatabaseTooNew
from storage.tables import Base

# The newest migration; revisions are numbered, so that older and newer can be told apart without Alembic.
NEWEST: Final = "0009"
# Every (table, column) of a file.
COLUMNS_QUERY: Final = (
    "SELECT tables.name, columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns "
    "WHERE tables.type = 'table'"
)


def revision(connection: Connection) -> str:
    """The revision that the database is at; ``""`` where no table was made yet."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def upgrade(connection: Connection) -> bool:
    """Bring the schema up to date within the caller's transaction, so that a migration that dies leaves nothing behind.

    Returns whether there was anything to do; raises as ``require_known`` does, and ``DatabaseDamaged`` where rows refer
    to nothing afterwards.
    """
    found = revision(connection)
    require_known(found)
    if found == NEWEST:
        return False
    # Alembic takes 11 MB and a fifth of a second, and an ordinary start has nothing to migrate.
    from storage.migrations import run  # noqa: PLC0415

    run(connection)
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise DatabaseDamaged("a migration found rows that refer to nothing")
    return True


def require_known(found: str) -> None:
    """Raises ``DatabaseTooNew`` for a later program's revision, ``DatabaseDamaged`` for what is no revision at all."""
    if found and (not re.fullmatch("[0-9]{4}", found) or found == "0000"):
        raise DatabaseDamaged("its schema version cannot be read")
    if found > NEWEST:
        raise DatabaseTooNew


def missing_columns(present: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The columns of today's tables, as "table.column", that are not among the (table, column) pairs of a file."""
    known = set(present)
    every = ((table.name, column.name) for table in Base.metadata.sorted_tables for column in table.columns)
    return tuple(f"{table}.{column}" for table, column in every if (table, column) not in known)


def require_columns(connection: Connection) -> None:
    """Raises ``DatabaseDamaged`` where a table or a column is not there: damage can change the schema's own text."""
    missing = missing_columns((table, column) for table, column in connection.exec_driver_sql(COLUMNS_QUERY))
    if missing:
        raise DatabaseDamaged(f"{missing[0]} is missing")
