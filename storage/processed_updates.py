"""Processed updates: the ids of those that were answered, so that none that comes again is handled again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import ProcessedUpdate, utc_now

# Telegram keeps an update for at most 24 hours (Bot API, "Getting updates").
REMEMBERED_FOR: Final = timedelta(days=2)


async def purge(session: AsyncSession, now: datetime | None = None, keep: timedelta = REMEMBERED_FOR) -> None:
    """Delete updates that Telegram cannot send any more."""
    await session.execute(delete(ProcessedUpdate).where(ProcessedUpdate.claimed_at < (now or utc_now()) - keep))
