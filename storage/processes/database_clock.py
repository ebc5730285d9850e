"""The time that processes on different machines agree on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import utc_now


async def database_now(session: AsyncSession) -> datetime:
    """This moment by the server's clock; all processes of an SQLite file run on its machine, whose clock it is."""
    if session.get_bind().dialect.name != "postgresql":
        return utc_now()
    # Not now(): that is when the transaction began, which may have waited for the write lock since.
    moment: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    return moment
