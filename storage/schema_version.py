"""The schema version of a database, and its upgrade by the migrations in this package."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, inspect, text

from storage.errors import DatabaseDamaged, DatabaseTooNew

# The newest migration; revisions are numbered, so that older and newer can be told apart without Alembic.
NEWEST: Final = "0003"


def revision(connection: Connection) -> str:
    """The revision that the database is at; ``""`` where no table was made yet."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.scalar(text("SELECT version_num FROM alembic_version")) or ""


def upgrade(connection: Connection) -> bool:
    """Bring the schema up to date within the caller's transaction, so that a migration that dies leaves nothing behind.

    Returns whether there was anything to do; raises ``DatabaseTooNew`` for a later program's database, and
    ``DatabaseDamaged`` where rows refer to nothing afterwards.
    """
    found = revision(connection)
    if found > NEWEST:
        raise DatabaseTooNew
    if found == NEWEST:
        return False
    # Alembic takes 11 MB and a fifth of a second, and an ordinary start has nothing to migrate.
    from storage.migrations import run  # noqa: PLC0415

    run(connection)
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise DatabaseDamaged("a migration found rows that refer to nothing")
    return True
