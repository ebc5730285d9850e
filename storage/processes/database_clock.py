"""The time that processes on different machines agree on."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import utc_now


async def database_now(session: AsyncSession) -> datetime:
    """This moment by the clock of PostgreSQL's server; by this machine's in SQLite, whose processes share it."""
    if session.get_bind().dialect.name != "postgresql":
        return utc_now()
    moment: datetime = (await session.execute(select(func.timezone("UTC", func.clock_timestamp())))).scalar_one()
    return moment.replace(tzinfo=UTC)
