"""Runs that one process requests and another carries out: taken once, told once, and no chat kept longer."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from storage import people, retention, training_runs
from storage.database import Database
from storage.errors import LeaseLost, RunInProgress
from storage.integrity_check import check_integrity
from storage.key_rotation import rekey
from storage.keyring import Keyring
from storage.people import PersonRecord
from storage.processes import requested_runs
from storage.processes.requested_runs import RequestedRun, RunChat
from storage.tables import TrainingRun, utc_now
from storage.training_runs import LEASE, RunRecord, RunState

BOT, TRAINER, OTHER = "b0b0b0b0", "77777777", "0123abcd"
CHAT = RunChat(-1_001_234_567_890, 10)


async def requested(db: Database, person: PersonRecord, living: frozenset[str] = frozenset({BOT})) -> RunRecord:
    async with db.write() as session:
        await training_runs.require_none(session, living=living)
        return await requested_runs.request(session, CHAT, BOT, person_id=person.id, progress="{}")


async def taken(db: Database) -> RunRecord:
    async with db.write() as session:
        run = await requested_runs.take(session, training_runs.new_holder(TRAINER))
    assert run is not None
    return run[0]


async def untold(db: Database) -> list[RequestedRun]:
    async with db.read() as session:
        return list(await requested_runs.untold(session))


async def adopted(db: Database, process: str, *living: str) -> list[RequestedRun]:
    async with db.write() as session:
        await requested_runs.adopt(session, process, {process, *living})
    return await untold(db)


async def age_heartbeat(db: Database) -> None:
    async with db.write() as session:
        row = await session.get(TrainingRun, 1)
        assert row is not None
        row.heartbeat_at -= LEASE + timedelta(seconds=1)


async def test_a_requested_run_is_in_progress_until_it_ended(db: Database, anna: PersonRecord) -> None:
    run = await requested(db, anna)
    with pytest.raises(RunInProgress) as refusal:
        await requested(db, anna)
    assert refusal.value.run_id == run.id
    with pytest.raises(RunInProgress):
        async with db.write() as session:
            await training_runs.start(session, training_runs.new_holder(OTHER))


async def test_of_many_requests_at_once_one_is_stored(db: Database, anna: PersonRecord) -> None:
    outcomes = await asyncio.gather(*(requested(db, anna) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(each, RunRecord) for each in outcomes) == 1
    assert sum(isinstance(each, RunInProgress) for each in outcomes) == 9


async def test_of_many_trainers_one_takes_it(db: Database, anna: PersonRecord) -> None:
    await requested(db, anna)

    async def take(process: str) -> bool:
        async with db.write() as session:
            return await requested_runs.take(session, training_runs.new_holder(process)) is not None

    assert sum(await asyncio.gather(*(take(f"{number:08x}") for number in range(10)))) == 1
    async with db.read() as session:
        assert not await requested_runs.is_any_waiting(session)


async def test_a_request_that_nobody_has_taken_is_cancelled_at_once(db: Database, anna: PersonRecord) -> None:
    run = await requested(db, anna)
    async with db.write() as session:
        assert await training_runs.request_cancel(session, run.id)
    async with db.write() as session:
        assert await requested_runs.take(session, training_runs.new_holder(TRAINER)) is None
    (each,) = await untold(db)
    assert each.run.state is RunState.CANCELLED


async def test_progress_and_picture_reach_the_one_who_tells_them_and_go_once_told(
    db: Database, anna: PersonRecord
) -> None:
    await requested(db, anna)
    run = await taken(db)
    async with db.write() as session:
        await requested_runs.set_answer(session, run.id, 11)
        await requested_runs.store_progress(session, run, '{"share": 0.5}')
    async with db.write() as session:
        await requested_runs.store_picture(session, run, b"png")
        await training_runs.finish(session, run, RunState.REFUSED, result="{}")
    (each,) = await untold(db)
    assert (each.chat, each.answer_message, each.progress, each.picture) == (CHAT, 11, '{"share": 0.5}', b"png")
    assert each.run.state is RunState.REFUSED
    async with db.write() as session:
        await requested_runs.set_told(session, run.id)
        row = await session.get(TrainingRun, run.id)
    assert row is not None
    assert (row.chat_id, row.question_message, row.answer_message, row.follower, row.picture) == (None,) * 5
    assert row.result == "{}"
    assert await untold(db) == []


async def test_a_run_without_a_chat_keeps_no_picture(db: Database) -> None:
    async with db.write() as session:
        run = await training_runs.start(session, training_runs.new_holder(BOT))
        await requested_runs.store_picture(session, run, b"png")
        row = await session.get(TrainingRun, run.id)
    assert row is not None
    assert row.picture is None


async def test_only_the_runs_of_followers_that_are_gone_are_adopted_and_by_one(
    db: Database, anna: PersonRecord
) -> None:
    await requested(db, anna)
    assert [each.follower for each in await adopted(db, OTHER, BOT)] == [BOT]
    assert [each.follower for each in await adopted(db, OTHER)] == [OTHER]
    assert [each.follower for each in await adopted(db, "00000002", OTHER)] == [OTHER]
    async with db.read() as session:
        assert await requested_runs.is_follower(session, 1, OTHER)
        assert not await requested_runs.is_follower(session, 1, BOT)


async def test_the_run_of_a_living_trainer_is_not_lost_by_a_clock(db: Database, anna: PersonRecord) -> None:
    await requested(db, anna)
    run = await taken(db)
    await age_heartbeat(db)
    (each,) = await adopted(db, BOT, TRAINER)
    assert each.run.state is RunState.RUNNING
    (each,) = await adopted(db, BOT)
    assert each.run.state is RunState.LOST
    async with db.write() as session:
        with pytest.raises(LeaseLost):
            await requested_runs.store_progress(session, run, "{}")


async def test_the_run_of_a_trainer_that_is_missing_for_a_moment_is_not_lost(db: Database, anna: PersonRecord) -> None:
    await requested(db, anna)
    await taken(db)
    (each,) = await adopted(db, BOT)
    assert each.run.state is RunState.RUNNING


async def test_with_a_person_goes_what_names_their_chat(db: Database, anna: PersonRecord, ben: PersonRecord) -> None:
    run = await requested(db, anna)
    async with db.write() as session:
        await people.forget(session, anna.id)
    async with db.read() as session:
        row = await session.get(TrainingRun, run.id)
    assert row is not None
    assert (row.state, row.chat_id, row.question_message) == (RunState.CANCELLED, None, None)
    assert (await requested(db, ben)).id > run.id


async def test_a_deletion_takes_the_pictures_in_which_anybodys_digits_may_be(
    db: Database, anna: PersonRecord, ben: PersonRecord
) -> None:
    await requested(db, anna)
    run = await taken(db)
    async with db.write() as session:
        await requested_runs.store_picture(session, run, b"png")
        await training_runs.finish(session, run, RunState.REFUSED, result="{}")
    async with db.write() as session:
        await people.forget(session, ben.id)
    (each,) = await untold(db)
    assert (each.chat, each.picture) == (CHAT, None)


async def test_a_chat_that_could_not_be_told_for_as_long_as_readings_are_kept_is_given_up(
    db: Database, anna: PersonRecord
) -> None:
    run = await requested(db, anna)
    async with db.write() as session:
        await training_runs.request_cancel(session, run.id)
    keep = timedelta(days=7)
    async with db.write() as session:
        await retention.purge(session, keep)
    assert len(await untold(db)) == 1
    async with db.write() as session:
        await retention.purge(session, keep, now=utc_now() + keep + timedelta(hours=1))
    assert await untold(db) == []


async def test_a_group_that_became_a_supergroup_is_told_there_by_a_new_message(
    db: Database, anna: PersonRecord
) -> None:
    run = await requested(db, anna)
    async with db.write() as session:
        await requested_runs.set_answer(session, run.id, 11)
        await requested_runs.move_chat(session, CHAT.chat_id, -5)
    (each,) = await untold(db)
    assert (each.chat.chat_id, each.answer_message) == (-5, None)


async def test_chat_and_picture_are_encrypted(db: Database, path: Path, anna: PersonRecord) -> None:
    await requested(db, anna)
    run = await taken(db)
    async with db.write() as session:
        await requested_runs.store_picture(session, run, b"a picture of digits")
    await db.close()
    content = b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())
    assert b"a picture of digits" not in content
    assert CHAT.chat_id.to_bytes(8, "big", signed=True) not in content


async def test_another_key_opens_the_chat_of_a_run(
    db: Database, path: Path, anna: PersonRecord, keyring: Keyring
) -> None:
    await requested(db, anna)
    await db.close()
    new = Keyring.generate()
    rekey(path, keyring, new)
    async with Database(f"sqlite+aiosqlite:///{path}", new) as changed:
        (each,) = await untold(changed)
    assert each.chat == CHAT
    assert check_integrity(path, new).problems == ()
