"""Telling the processes that share a database of a change."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.processes.membership import Topic


async def notify(session: AsyncSession, topic: Topic) -> None:
    """Tell all processes once this transaction is committed (https://www.postgresql.org/docs/current/sql-notify.html).

    SQLite cannot: there the others find the change when they look.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_notify(topic.value, "")))
