"""Updates: acted on once, taken up again after a crash."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from storage import processed_updates
from storage.database import Database
from storage.tables import utc_now


async def claim(db: Database, update_id: int, process: str) -> bool:
    async with db.write() as session:
        return await processed_updates.claim(session, update_id, process)


async def test_an_update_is_claimed_once_while_it_is_worked_on(db: Database) -> None:
    assert await claim(db, 1, "this start")
    assert not await claim(db, 1, "this start")
    assert await claim(db, 2, "this start")


async def test_an_update_that_arrives_many_times_at_once_is_claimed_once(db: Database) -> None:
    assert sum(await asyncio.gather(*(claim(db, 1, "this start") for _ in range(50)))) == 1


async def test_an_update_that_a_dead_process_left_is_taken_up_once(db: Database) -> None:
    await claim(db, 1, "killed")
    assert await claim(db, 1, "next start")
    assert not await claim(db, 1, "next start")


async def test_a_finished_update_is_never_taken_up(db: Database) -> None:
    await claim(db, 1, "first start")
    async with db.write() as session:
        await processed_updates.finish(session, 1)
    assert not await claim(db, 1, "first start")
    assert not await claim(db, 1, "next start")


async def test_old_updates_are_forgotten_and_young_ones_remembered(db: Database) -> None:
    await claim(db, 1, "a")
    async with db.write() as session:
        await processed_updates.purge(session, now=utc_now() + timedelta(hours=47))
    assert not await claim(db, 1, "a")
    async with db.write() as session:
        await processed_updates.purge(session, now=utc_now() + timedelta(hours=49))
    assert await claim(db, 1, "a")
