"""Alembic's migrations. A new one: change ``storage/tables.py``, run ``python -m storage.migrations "its name"``, read
what it wrote into ``versions/``, and set ``storage.schema_version.NEWEST``.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's settings; ``package:folder`` is found through importlib.resources, wherever it is installed."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    return config


def run(connection: Connection) -> None:
    """Every migration that is missing, on this connection and in its transaction."""
    command.upgrade(configuration(connection), "head")
