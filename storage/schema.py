"""From any earlier schema to today's, by the migrations that travel in the package."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.errors import DatabaseDamaged, DatabaseTooNew


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings; ``package:folder`` is found through importlib.resources, wherever it is installed."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config


def revision(connection: Connection) -> str | None:
    """The revision that the database is at; ``None`` where no table was made yet."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection) -> None:
    """Bring the schema up to date within the caller's transaction, so that a migration that dies leaves nothing behind.

    Raises ``DatabaseTooNew`` where the database knows a revision that this package does not.
    """
    config = configuration(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    here = revision(connection)
    if here is not None and here not in known:
        raise DatabaseTooNew
    command.upgrade(config, "head")
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise DatabaseDamaged("a migration found rows that refer to nothing")
