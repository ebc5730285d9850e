"""How Alembic runs here: on the connection that it is handed, in the transaction that the caller has begun on it.

SQLite rolls back DDL like anything else, so a migration that dies half way leaves nothing behind.
"""

from __future__ import annotations

from typing import Literal

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from storage.tables import Base


def render_item(kind: str, item: object, _: object) -> str | Literal[False]:
    """Migrations name plain SQL types: they must mean the same for ever, whatever becomes of our own types."""
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, TypeDecorator) else False


connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    # ALTER TABLE can do little in SQLite: Alembic rebuilds the table instead.
    render_as_batch=True,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
