"""Retention: what expires is deleted by the clock, unless the clock has just jumped.

A machine without a clock of its own may start years off, and be set right minutes later. So a time more than
``LARGEST_STEP`` from that of the last purge, forwards or backwards, is believed only after it has gone on for
``CONFIRMED_AFTER``; until then nothing expires. After a real pause of a month, what is expired stays a day longer.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import inbox, processed_updates, readings
from storage.personal import stored_albums
from storage.processes import requested_runs
from storage.tables import InboxUpdate, ProcessedUpdate, Setting, StoredAlbum, StoredReading, utc_now

EARLIEST_TIME: Final = datetime(2025, 1, 1, tzinfo=UTC)  # before digitbot was written: no clock is right there
LARGEST_STEP: Final = timedelta(days=30)  # from one purge to the next; the bot was off, or the clock jumped
CONFIRMED_AFTER: Final = timedelta(days=1)
_LAST_PURGE: Final = "last purge"
_UNCONFIRMED: Final = "unconfirmed time"


async def purge(session: AsyncSession, keep: timedelta, *, now: datetime | None = None) -> int:
    """Delete readings older than ``keep``, updates that Telegram cannot send again, those that nobody could answer,
    albums of which nothing more can arrive, and the chats of training runs that ended before; returns how many
    readings. Nothing where the clock is not believed.
    """
    moment = now or utc_now()
    if not await is_believed(session, moment):
        return 0
    await _bring_back_from_future(session, moment)
    await processed_updates.purge(session, moment)
    await inbox.purge(session, moment)
    await stored_albums.purge(session, moment)
    await requested_runs.purge(session, moment - keep)
    return await readings.purge_expired(session, keep, now=moment)


async def is_believed(session: AsyncSession, now: datetime) -> bool:
    """Whether what expires by ``now`` may be deleted; remembers ``now``, so that the next purge can be compared."""
    if now < EARLIEST_TIME:
        return False
    last = await _time(session, _LAST_PURGE) or await session.scalar(select(func.max(StoredReading.created_at))) or now
    if abs(now - last) > LARGEST_STEP:
        since = await _time(session, _UNCONFIRMED)
        if since is None or not timedelta(0) <= now - since <= LARGEST_STEP:
            await _remember(session, _UNCONFIRMED, now)
            return False
        if now - since < CONFIRMED_AFTER:
            return False
    await _remember(session, _LAST_PURGE, now)
    await _forget(session, _UNCONFIRMED)
    return True


async def _bring_back_from_future(session: AsyncSession, now: datetime) -> None:
    """Rows written while the clock was far ahead would stay until then: from now on they count as of now."""
    times = (StoredReading.created_at, ProcessedUpdate.claimed_at, InboxUpdate.received_at, StoredAlbum.updated_at)
    for column in times:
        ahead = update(column.class_).where(column > now + LARGEST_STEP).values({column.key: now})
        await session.execute(ahead)


async def _time(session: AsyncSession, name: str) -> datetime | None:
    row = await session.get(Setting, name)
    return datetime.fromisoformat(row.value) if row else None


async def _remember(session: AsyncSession, name: str, moment: datetime) -> None:
    await session.merge(Setting(name=name, value=moment.isoformat()))


async def _forget(session: AsyncSession, name: str) -> None:
    row = await session.get(Setting, name)
    if row is not None:
        await session.delete(row)
