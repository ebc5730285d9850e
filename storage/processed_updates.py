"""Updates: each is acted on once, however often Telegram sends it and whenever the bot dies."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import ProcessedUpdate, utc_now

# Telegram keeps an update for at most 24 hours (Bot API, "Getting updates").
REMEMBERED_FOR: Final = timedelta(days=2)


async def claim(session: AsyncSession, update_id: int, process: str) -> bool:
    """Whether this process should act on the update: it is new, or an earlier process start left it unfinished.

    ``process`` is a name of this very start (random), so that an update which arrives twice while it is being acted on
    is acted on once.
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
    """The update has been acted on. In the transaction of its effect, effect and end are one."""
    await session.execute(update(ProcessedUpdate).where(ProcessedUpdate.update_id == update_id).values(done=True))


async def purge(session: AsyncSession, now: datetime | None = None, keep: timedelta = REMEMBERED_FOR) -> None:
    """Forget updates that Telegram cannot send any more."""
    await session.execute(delete(ProcessedUpdate).where(ProcessedUpdate.claimed_at < (now or utc_now()) - keep))
