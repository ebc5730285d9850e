"""Alembic's migrations. A new one: change ``storage/tables.py``, run ``python -m storage.migrations "its name"``, read
what it wrote into ``versions/``, and set ``storage.schema_version.NEWEST``.

Migrations only add: tables, and columns that are nullable or have a default, so that the program of before can go on
with the database after a rollback. Each names by ``oldest_program`` the oldest program that may open it afterwards, by
the newest revision which that program knows. A table about a person refers to ``people`` with ON DELETE CASCADE: an
older program must be able to delete what it does not know.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from storage import schema_version


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings; ``package:folder`` is found through importlib.resources, wherever it is installed."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config


def run(connection: Connection) -> None:
    """Every migration that is missing, on this connection and in its transaction; the database then says which programs
    may open it. The first twelve are for SQLite alone: PostgreSQL began with the tables as they were then."""
    command.upgrade(configuration(connection), "head")
    schema_version.set_compatibility(connection)
