"""The trainer's part of a requested run, with a child process that only claims to train."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.retraining import run_execution
from bot.retraining.run_execution import RunExecution
from bot.retraining.run_outcome import EndReason
from bot.retraining.run_progress import RunProgress, StoredProgress
from bot.retraining.trainer import Trainer
from bot.settings import Settings
from bot.training_process import TrainingEvent, TrainingProcessFailed
from storage import people, training_runs
from storage.database import Database
from storage.errors import DatabaseFull, DatabaseUnreachable
from storage.people import PersonRecord
from storage.processes import requested_runs
from storage.processes.requested_runs import RequestedRun, RunChat
from storage.training_runs import RunRecord, RunState


class EndlessProcess:
    """Tells a stage, and goes on until it is ended; its words are kept."""

    words: dict[str, str] = {}  # noqa: RUF012 - of the last one

    def __init__(self, settings: Settings, folder: Path, seed: int, words: dict[str, str]) -> None:
        self.folder = folder
        self._ended = asyncio.Event()
        EndlessProcess.words = words

    async def events(self) -> AsyncIterator[TrainingEvent]:
        yield TrainingEvent("started", {})
        yield TrainingEvent("stage", {"share": 0.25, "left": 30.0})
        yield TrainingEvent("stage", {"share": 0.26, "left": 29.0})
        await self._ended.wait()
        raise TrainingProcessFailed("ended")

    async def end(self) -> None:
        self._ended.set()

    def delete_files(self) -> None:
        """There are none."""


@pytest.fixture
async def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    monkeypatch.setattr(run_execution, "TrainingProcess", EndlessProcess)
    monkeypatch.setattr(run_execution, "HEARTBEAT_INTERVAL_S", 0.05)
    settings = Settings.load(state=tmp_path)
    async with Database(settings.database, settings.keyring()) as database:
        yield database


@pytest.fixture
async def ann(database: Database) -> PersonRecord:
    async with database.write() as session:
        return await people.get_or_create(session, 7, "Ann", "fr")


async def request(database: Database, ann: PersonRecord, progress: str = '{"corrections": 5, "new_base": "b"}') -> None:
    async with database.write() as session:
        await requested_runs.request(session, RunChat(7, 10), "00000001", person_id=ann.id, progress=progress)


async def untold(database: Database) -> RequestedRun:
    async with database.read() as session:
        (run,) = await requested_runs.untold(session)
    return run


async def until(database: Database, state: RunState, share: float | None = None) -> RequestedRun:
    async with asyncio.timeout(20):
        while True:
            run = await untold(database)
            if run.run.state is state and RunProgress.from_json(run.progress).share == share:
                return run
            await asyncio.sleep(0.02)


@pytest.fixture
async def trainer(database: Database, tmp_path: Path) -> AsyncIterator[Trainer]:
    """One that works."""
    async with database.membership("77777777") as membership:
        trainer = Trainer(Settings.load(state=tmp_path), database, membership)
        working = asyncio.create_task(trainer.work())
        yield trainer
        await trainer.stop()
        await asyncio.wait_for(working, 10)


async def test_a_requested_run_is_taken_and_its_progress_stored_at_most_once_a_second(
    trainer: Trainer, database: Database, ann: PersonRecord
) -> None:
    assert trainer.status == "waits for a requested run; 0 carried out"
    await request(database, ann)
    running = await until(database, RunState.RUNNING, share=0.25)
    assert training_runs.process_of(running.run.holder) == "77777777"
    assert RunProgress.from_json(running.progress) == RunProgress(5, "b", 0.25, 30.0)
    assert trainer.status == "carries out run 1; 0 carried out"
    assert EndlessProcess.words["before"] == "avant"  # the picture is in the admin's language
    await asyncio.sleep(0.2)
    assert RunProgress.from_json((await untold(database)).progress).share == 0.25


async def test_a_cancel_reaches_it_by_its_heartbeat(trainer: Trainer, database: Database, ann: PersonRecord) -> None:
    await request(database, ann)
    run = await until(database, RunState.RUNNING, share=0.25)
    async with database.write() as session:
        assert await training_runs.request_cancel(session, run.run.id, living={"77777777"})
    await until(database, RunState.CANCELLED, share=0.25)
    await asyncio.sleep(0.1)
    assert trainer.status == "waits for a requested run; 1 carried out"


async def test_a_stopped_trainer_fails_its_run_and_takes_no_other(
    trainer: Trainer, database: Database, ann: PersonRecord
) -> None:
    await request(database, ann)
    await until(database, RunState.RUNNING, share=0.25)
    await trainer.stop()
    ended = await until(database, RunState.FAILED, share=0.25)
    assert json.loads(ended.run.result or "") == {"reason": "the trainer is being stopped"}


async def test_a_request_without_progress_is_carried_out_all_the_same(
    trainer: Trainer, database: Database, ann: PersonRecord
) -> None:
    await request(database, ann, progress="")
    run = await until(database, RunState.RUNNING, share=0.25)
    assert RunProgress.from_json(run.progress).corrections == 0


async def test_a_run_is_carried_out_though_the_server_was_lost_when_it_had_just_been_taken(
    database: Database, ann: PersonRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process lives, so nobody else would ever take the run for lost."""
    write, losses = database.write, iter([DatabaseUnreachable])

    @asynccontextmanager
    async def write_and_lose_the_answer() -> AsyncIterator[AsyncSession]:
        async with write() as session:
            yield session
        for loss in losses:
            raise loss

    await request(database, ann)
    async with database.membership("77777777") as membership:
        monkeypatch.setattr(database, "write", write_and_lose_the_answer)
        trainer = Trainer(Settings.load(state=tmp_path), database, membership)
        working = asyncio.create_task(trainer.work())
        await until(database, RunState.RUNNING, share=0.25)
        await trainer.stop()
        await asyncio.wait_for(working, 10)


def test_progress_of_a_later_version_is_understood() -> None:
    assert RunProgress.from_json('{"corrections": 5, "epoch": 3}') == RunProgress(5)


async def held(database: Database) -> RunRecord:
    async with database.write() as session:
        return await training_runs.start(session, training_runs.new_holder("77777777"))


async def still_refused(execution: RunExecution) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(execution.release(), 0.2)


@pytest.mark.parametrize("is_cut_off", [False, True])
async def test_an_end_that_could_not_be_stored_is_stored_later(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_cut_off: bool
) -> None:
    """While its process lives, nobody else may take the run for lost: it would be in progress for ever."""
    run = await held(database)
    execution = RunExecution(
        Settings.load(state=tmp_path), database, run, StoredProgress(database, run, RunProgress(), {})
    )
    finish = training_runs.finish

    refused: list[int] = []

    async def refuse(*_: Any, **__: Any) -> None:
        refused.append(len(refused))
        if is_cut_off and len(refused) > 1:
            await asyncio.Event().wait()
        raise DatabaseFull

    monkeypatch.setattr(training_runs, "finish", refuse)
    carrying_out = asyncio.create_task(execution.carry_out())
    await asyncio.sleep(0.05)
    await execution.end(EndReason.CANCELLED)
    assert (await asyncio.wait_for(carrying_out, 10)).state is RunState.CANCELLED
    await asyncio.wait_for(still_refused(execution), 10)
    monkeypatch.setattr(training_runs, "finish", finish)
    await asyncio.wait_for(execution.release(), 10)
    async with database.read() as session:
        ended = await training_runs.by_id(session, run.id)
    assert ended is not None
    assert ended.state is RunState.CANCELLED


async def test_after_a_run_nothing_of_it_uses_the_database_any_more(database: Database, tmp_path: Path) -> None:
    run = await held(database)
    listener = StoredProgress(database, run, RunProgress(), {})
    execution = RunExecution(Settings.load(state=tmp_path), database, run, listener)
    await execution.end(EndReason.CANCELLED)
    await execution.carry_out()
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("heartbeat")]


async def test_a_run_that_was_taken_for_lost_is_ended(database: Database, tmp_path: Path) -> None:
    run = await held(database)
    async with database.write() as session:
        late = run.heartbeat_at + 2 * training_runs.LEASE
        assert await training_runs.current(session, now=late) is None
    listener = StoredProgress(database, run, RunProgress(), {})
    execution = RunExecution(Settings.load(state=tmp_path), database, run, listener)
    outcome = await asyncio.wait_for(execution.carry_out(), 10)
    assert (outcome.state, outcome.reason) == (RunState.FAILED, "another process took the lease")
    await asyncio.wait_for(execution.release(), 1)
    async with database.read() as session:
        assert [each.state for each in await training_runs.listing(session)] == [RunState.LOST]


async def test_a_process_that_is_being_stopped_does_not_wait_to_store_an_end(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await held(database)
    listener = StoredProgress(database, run, RunProgress(), {})
    execution = RunExecution(Settings.load(state=tmp_path), database, run, listener)

    async def refuse(*_: Any, **__: Any) -> None:
        raise DatabaseFull

    monkeypatch.setattr(training_runs, "finish", refuse)
    await execution.end(EndReason.CANCELLED)
    await asyncio.wait_for(execution.carry_out(), 10)
    releasing = asyncio.create_task(execution.release())
    await asyncio.sleep(0.1)
    assert not releasing.done()
    await execution.end(EndReason.TRAINER_STOPPED)
    await asyncio.wait_for(releasing, 5)
