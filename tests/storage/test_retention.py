"""Retention by a clock that may be wrong: nothing is deleted at a jump, and nothing stays for years either."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from storage import retention
from storage.database import Database
from storage.people import PersonRecord
from storage.tables import StoredReading, utc_now
from tests.storage.conftest import Read

KEEP = timedelta(days=7)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def purged(db: Database, now: datetime) -> int:
    async with db.write() as session:
        return await retention.purge(session, KEEP, now=now)


async def stored(db: Database) -> int:
    async with db.read() as session:
        return await session.scalar(select(func.count()).select_from(StoredReading)) or 0


async def test_readings_expire_after_their_days_whether_the_bot_ran_or_not(
    db: Database, anna: PersonRecord, read: Read
) -> None:
    await read(anna, "427")
    now = utc_now()
    assert await purged(db, now) == 0
    assert await purged(db, now + KEEP - HOUR) == 0
    assert await purged(db, now + KEEP + HOUR) == 1


@pytest.mark.parametrize("jump", [timedelta(days=40), timedelta(days=365 * 12)])
async def test_a_clock_that_jumps_ahead_deletes_nothing_before_a_day_has_confirmed_it(
    db: Database, anna: PersonRecord, read: Read, jump: timedelta
) -> None:
    await read(anna, "427")
    now = utc_now()
    await purged(db, now)
    for hours in range(24):
        assert await purged(db, now + jump + hours * HOUR) == 0
    assert await purged(db, now + HOUR) == 0  # set right: as if nothing had been
    assert await purged(db, now + jump) == 0
    assert await purged(db, now + jump + DAY) == 1  # after a real pause


async def test_the_first_purge_compares_with_the_newest_reading(db: Database, anna: PersonRecord, read: Read) -> None:
    await read(anna, "427")
    assert await purged(db, utc_now() + timedelta(days=3000)) == 0
    assert await stored(db) == 1


async def test_before_2025_nothing_expires_and_nothing_is_remembered(
    db: Database, anna: PersonRecord, read: Read
) -> None:
    await read(anna, "427")
    assert await purged(db, datetime(1970, 1, 1, tzinfo=UTC)) == 0
    assert await purged(db, utc_now() + KEEP + HOUR) == 1


async def test_a_reading_from_a_clock_far_ahead_does_not_stay_for_years(
    db: Database, anna: PersonRecord, read: Read
) -> None:
    now = utc_now()
    await purged(db, now)
    await read(anna, "427")
    async with db.write() as session:
        await session.execute(update(StoredReading).values(created_at=now + timedelta(days=4000)))
    assert await purged(db, now + HOUR) == 0
    assert await purged(db, now + KEEP + DAY) == 1
