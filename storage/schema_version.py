"""The schema version of a database, and its upgrade by the migrations in this package."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sqlalchemy import (
    URL,
    Column,
    Connection,
    MetaData,
    NullPool,
    PrimaryKeyConstraint,
    String,
    Table,
    create_engine,
    event,
    inspect,
    text,
)

from storage.errors import DatabaseDamaged, DatabaseMissing, DatabaseOutdated, DatabaseTooNew, from_sqlite
from storage.tables import Base

# The newest migration; revisions are numbered, so that older and newer can be told apart without Alembic.
NEWEST: Final = "0014"
# What the oldest program has to know that may open a database at that revision: the newest ``oldest_program`` of all
# migrations.
OLDEST_PROGRAM: Final = "0007"
# Alembic's own table (alembic.runtime.migration), as it makes it.
_VERSION: Final = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
# Set by the migrations: the revision that they led to, and which one a program has to know to open the file, as one
# number, 80007 for 0008 and 0007. It counts for that revision only; 0 where the migrations are older than this rule.
COMPATIBILITY_QUERY: Final = "PRAGMA user_version"
# The same in PostgreSQL, where the number is the comment of a table.
_POSTGRESQL_COMPATIBILITY: Final = "SELECT coalesce(obj_description(to_regclass('alembic_version'))::int, 0)"
# Every (table, column) of a file.
COLUMNS_QUERY: Final = (
    "SELECT tables.name, columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns "
    "WHERE tables.type = 'table'"
)
_POSTGRESQL_COLUMNS: Final = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
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
    require_known(found, _compatible(connection))
    if found >= NEWEST:
        return False
    if not found:
        _create(connection)
        return True
    # Alembic takes 11 MB and a fifth of a second, and an ordinary start has nothing to migrate.
    from storage.migrations import run  # noqa: PLC0415

    run(connection)
    # PostgreSQL enforces foreign keys also while tables are changed.
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise DatabaseDamaged("a migration found rows that refer to nothing")
    return True


def _create(connection: Connection) -> None:
    """A new database begins with the tables as they are now: the migrations from nothing lead to the same."""
    Base.metadata.create_all(connection)
    _VERSION.create(connection)
    connection.execute(_VERSION.insert().values(version_num=NEWEST))
    set_compatibility(connection)


def require_current(connection: Connection) -> None:
    """Change nothing; raises as ``require_known`` does, ``DatabaseMissing`` where there are no tables, and
    ``DatabaseOutdated`` where there is something to do."""
    found = revision(connection)
    if not found:
        raise DatabaseMissing("it has no tables yet, which the first start of the bot makes, or digitbot db upgrade")
    require_known(found, _compatible(connection))
    if found < NEWEST:
        raise DatabaseOutdated


def upgrade_file(path: Path) -> bool:
    """``upgrade`` of a database file that nobody has open, such as a backup of an earlier program.

    Raises ``StorageError``, as ``upgrade`` does.
    """
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    # As in storage.engine: the driver would commit before each change of the schema.
    event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    event.listen(engine, "handle_error", lambda context: from_sqlite(context.original_exception), retval=True)
    with engine.begin() as connection:
        return upgrade(connection)


def set_compatibility(connection: Connection, compatible: int | None = None) -> None:
    """Say which programs may open the database from now on; without a number, those that may after all migrations."""
    compatible = compatibility(NEWEST, OLDEST_PROGRAM) if compatible is None else compatible
    is_sqlite = connection.dialect.name == "sqlite"
    statement = "PRAGMA user_version = {}" if is_sqlite else "COMMENT ON TABLE alembic_version IS '{}'"
    connection.exec_driver_sql(statement.format(compatible))


def _compatible(connection: Connection) -> int:
    query = COMPATIBILITY_QUERY if connection.dialect.name == "sqlite" else _POSTGRESQL_COMPATIBILITY
    return int(connection.exec_driver_sql(query).scalar_one())


def compatibility(newest: str, oldest_program: str) -> int:
    """What ``COMPATIBILITY_QUERY`` gives after migrations to ``newest``."""
    return int(newest) * 10_000 + int(oldest_program)


def require_known(found: str, compatible: int) -> None:
    """``compatible`` is what ``COMPATIBILITY_QUERY`` gives.

    Raises ``DatabaseTooNew`` for a later program's revision, unless that program's migrations let this one open the
    file; ``DatabaseDamaged`` for what is no revision at all.
    """
    if found and (not re.fullmatch("[0-9]{4}", found) or found == "0000"):
        raise DatabaseDamaged("its schema version cannot be read")
    if found > NEWEST and not compatibility(found, "0001") <= compatible <= compatibility(found, NEWEST):
        raise DatabaseTooNew


def missing_columns(present: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The columns of today's tables, as "table.column", that are not among the (table, column) pairs of a file."""
    known = set(present)
    every = ((table.name, column.name) for table in Base.metadata.sorted_tables for column in table.columns)
    return tuple(f"{table}.{column}" for table, column in every if (table, column) not in known)


def require_columns(connection: Connection) -> None:
    """Raises ``DatabaseDamaged`` where a table or a column is not there: damage can change the schema's own text."""
    query = COLUMNS_QUERY if connection.dialect.name == "sqlite" else _POSTGRESQL_COLUMNS
    missing = missing_columns((table, column) for table, column in connection.exec_driver_sql(query))
    if missing:
        raise DatabaseDamaged(f"{missing[0]} is missing")
