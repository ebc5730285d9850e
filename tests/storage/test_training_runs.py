"""Training runs: one at a time, given up with their holder, cancelled by asking."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from storage import activations, model_versions, training_runs
from storage.database import Database
from storage.errors import LeaseLost, RunInProgress
from storage.model_versions import NewVersion
from storage.people import PersonRecord
from storage.tables import utc_now
from storage.training_runs import LEASE, RunRecord, RunState

MOMENT = timedelta(seconds=1)


async def start(db: Database, holder: str = "one", after: timedelta = timedelta()) -> RunRecord:
    async with db.write() as session:
        return await training_runs.start(session, holder, now=utc_now() + after)


async def test_a_second_run_is_refused_while_the_first_is_alive(db: Database) -> None:
    run = await start(db)
    with pytest.raises(RunInProgress) as refusal:
        await start(db, "two")
    assert refusal.value.run_id == run.id
    async with db.write() as session:
        assert await training_runs.current(session) == run


async def test_of_many_starts_at_once_one_wins(db: Database) -> None:
    outcomes = await asyncio.gather(*(start(db, str(number)) for number in range(20)), return_exceptions=True)
    assert sum(isinstance(outcome, RunRecord) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, RunInProgress) for outcome in outcomes) == 19


async def test_a_run_with_heartbeats_stays_its_holders(db: Database) -> None:
    run = await start(db)
    async with db.write() as session:
        assert not await training_runs.heartbeat(session, run, now=run.started_at + LEASE)
    with pytest.raises(RunInProgress):
        await start(db, "two", after=LEASE + MOMENT)


async def test_a_run_whose_holder_died_is_lost_and_a_new_one_starts(db: Database) -> None:
    dead = await start(db)
    run = await start(db, "two", after=LEASE + MOMENT)
    async with db.read() as session:
        states = [(seen.id, seen.state) for seen in await training_runs.listing(session)]
    assert states == [(run.id, RunState.RUNNING), (dead.id, RunState.LOST)]


async def test_a_holder_that_comes_back_from_the_dead_can_promote_nothing(db: Database) -> None:
    dead = await start(db)
    await start(db, "two", after=LEASE + MOMENT)
    with pytest.raises(LeaseLost):
        async with db.write() as session:
            await training_runs.heartbeat(session, dead)
    with pytest.raises(LeaseLost):
        async with db.write() as session:
            version = await model_versions.add(session, NewVersion("base-2", b"2", "{}"), max_bytes=None)
            await activations.activate(session, "base-2")
            await training_runs.finish(session, dead, RunState.PROMOTED, version_id=version.id)
    async with db.read() as session:
        assert await activations.active_marker(session) == 0
        assert await model_versions.listing(session) == ()


async def test_the_holder_learns_of_a_cancel_by_its_next_heartbeat(db: Database) -> None:
    run = await start(db)
    async with db.write() as session:
        assert await training_runs.request_cancel(session, run.id)
    async with db.write() as session:
        assert await training_runs.heartbeat(session, run)
        ended = await training_runs.finish(session, run, RunState.CANCELLED)
        assert not await training_runs.request_cancel(session, run.id)
        assert not await training_runs.request_cancel(session, run.id + 1)
    assert (ended.state, ended.cancel_requested) == (RunState.CANCELLED, True)


async def test_an_ended_run_keeps_its_result_and_lets_the_next_one_start(db: Database, anna: PersonRecord) -> None:
    async with db.write() as session:
        run = await training_runs.start(session, "one", person_id=anna.id)
    async with db.write() as session:
        version = await model_versions.add(session, NewVersion("base-2", b"2", "{}"), max_bytes=None)
        await training_runs.finish(session, run, RunState.PROMOTED, result='{"accuracy": 0.99}', version_id=version.id)
    async with db.read() as session:
        ended = await training_runs.by_id(session, run.id)
    assert ended is not None
    assert (ended.state, ended.version, ended.result) == (RunState.PROMOTED, "base-2", '{"accuracy": 0.99}')
    assert ended.person_id == anna.id
    assert ended.ended_at is not None
    assert ended.ended_at >= ended.started_at
    with pytest.raises(LeaseLost):
        async with db.write() as session:
            await training_runs.finish(session, run, RunState.FAILED)
    assert (await start(db)).id > run.id


async def test_a_heartbeat_from_the_future_holds_no_lease(db: Database) -> None:
    """A machine without a clock was set back by three days: its last run must not block the next for as long."""
    now = utc_now()
    async with db.write() as session:
        ahead = await training_runs.start(session, "dead", now=now + timedelta(days=3))
    async with db.write() as session:
        run = await training_runs.start(session, "new", now=now)
        assert (await training_runs.by_id(session, ahead.id)).state is RunState.LOST  # type: ignore[union-attr]
    async with db.write() as session:  # a little ahead is no jump
        with pytest.raises(RunInProgress):
            await training_runs.start(session, "third", now=now - timedelta(seconds=5))
        assert await training_runs.current(session, now=now - timedelta(days=3), living={"new"})
        assert await training_runs.current(session, now=now + timedelta(days=3), living={"new"})
        assert await training_runs.request_cancel(session, run.id, living={"new"})


async def test_the_run_of_a_living_process_is_not_lost_by_a_clock(db: Database) -> None:
    process = "0123abcd"
    holder = training_runs.new_holder(process)
    assert training_runs.process_of(holder) == process
    await start(db, holder)
    async with db.write() as session:
        late = utc_now() + timedelta(days=1)
        with pytest.raises(RunInProgress):
            await training_runs.start(session, "two", now=late, living={process})
        run = await training_runs.start(session, "two", now=late, living={"00000001"})
    assert run.holder == "two"
