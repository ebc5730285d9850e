"""Processed updates: each is handled once, however often Telegram sends it and whenever the bot dies."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import ProcessedUpdate, utc_now

# Telegram keeps an update for at most 24 hours (Bot API, "Getting updates").
REMEMBERED_FOR: Final = timedelta(days=2)


async def claim(session: AsyncSession, update_id: int, process: str) -> bool:
    """Whether this process should handle the update: it is new, or an earlier process left it unfinished.

    ``process`` is a random id of this start of the process, so that an update which arrives twice while it is being
    handled is handled once.
    """
    seen = await session.get(ProcessedUpdate, update_id)
    if seen is None:
        session.add(ProcessedUpdate(update_id=update_id, claimed_by=process, claimed_at=utc_now()))
        return True
    if seen.done or seen.claimed_by == process:
        return False
    seen.claimed_by, seen.claimed_at = process, utc_now()
    return True


async def finish(session: AsyncSession, update_id: int) -> None:
    """Mark the update as handled."""
    await session.execute(update(ProcessedUpdate).where(ProcessedUpdate.update_id == update_id).values(done=True))


async def purge(session: AsyncSession, now: datetime | None = None, keep: timedelta = REMEMBERED_FOR) -> None:
    """Delete updates that Telegram cannot send any more."""
    await session.execute(delete(ProcessedUpdate).where(ProcessedUpdate.claimed_at < (now or utc_now()) - keep))
