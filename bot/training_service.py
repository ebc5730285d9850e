"""Training runs as admins start them: carried out here and ended before the bot ends, or left to a separate trainer."""

from __future__ import annotations

import asyncio
import logging
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession

from bot.active_model import ActiveModelFollower
from bot.errors import BotError
from bot.periodic_tasks import cancel_all
from bot.retraining.run_execution import RunExecution
from bot.retraining.run_outcome import EndReason, OnRunEnded, RunListener, StartedRun
from bot.retraining.run_progress import RunProgress
from bot.settings import Settings
from model.model_bundle import base_checksum
from storage import activations, base_models, inbox, samples, training_runs
from storage.database import Database
from storage.processes import requested_runs
from storage.processes.membership import Membership, Topic, new_process_name
from storage.processes.requested_runs import RunChat
from storage.samples import ReviewPolicy
from storage.training_runs import RunRecord, RunState

log = logging.getLogger(__name__)

LAST_MESSAGES_TIMEOUT_S = 3.0  # for telling the admins of runs that stop() ended


class NothingNew(BotError):
    """The active model was trained on every sample there is, and none of those was withdrawn."""

    sentence = "There is nothing new to train on: no correction has been made or withdrawn since the last run."


class NothingApproved(BotError):
    """Every label waits for a review (DIGITBOT_REVIEW is "all")."""

    sentence = "There is nothing to train on: no correction has been approved yet."


class TrainingService:
    """This process's training runs; leaving the context ends them. Their state is in the database.

    ``membership`` tells which processes live; without one, the runs of other processes count by their heartbeats.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        active_model: ActiveModelFollower,
        membership: Membership | None = None,
    ) -> None:
        self._settings = settings
        self._database = database
        self._active_model = active_model
        self._membership = membership
        self._process = membership.process if membership else new_process_name()
        self.active: dict[RunExecution, asyncio.Task[None]] = {}
        self.on_ended: OnRunEnded | None = None
        """Called when a run of this process has ended, before its listener is told."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def living(self) -> frozenset[str]:
        """The other processes that live, and the holders of this one's runs: those are in progress, whatever the clock
        says. Raises StorageError."""
        members = await self._membership.members() if self._membership else frozenset()
        return members - {self._process} | {each.run.holder for each in self.active}

    async def start(self, person_id: int) -> StartedRun:
        """Start a run that ``run`` then carries out. Raises RunInProgress, NothingNew, NothingApproved and
        StorageError."""
        living = await self.living()
        async with self._database.write() as session:
            holder = training_runs.new_holder(self._process)
            run = await training_runs.start(session, holder, person_id=person_id, living=living)
            corrections, new_base = await self._reason_to_train(session)  # where there is none, the run is rolled back
            return StartedRun(run, corrections, new_base)

    async def request(self, person_id: int, chat: RunChat, update_id: int) -> None:
        """Store the run that an update requests, once, for a trainer to take; the bot follows it in the chat
        (``bot.retraining.run_follower``). Raises as ``start`` does."""
        living = await self.living()
        async with self._database.write() as session:
            if not await inbox.apply_once(session, update_id):
                return
            await training_runs.require_none(session, living=living)
            progress = RunProgress(*await self._reason_to_train(session)).to_json()
            await requested_runs.request(session, chat, self._process, person_id=person_id, progress=progress)
        if self._membership:
            self._membership.changed(Topic.TRAINING_RUNS).set()  # SQLite tells nobody

    def run(self, run: RunRecord, listener: RunListener) -> None:
        """Carry the run out in a background task; ``listener`` is told of its progress and its end."""
        execution = RunExecution(self._settings, self._database, run, listener)
        task = asyncio.create_task(self._run(execution, listener), name=f"training run {run.id}")
        self.active[execution] = task
        task.add_done_callback(lambda _: self.active.pop(execution, None))

    async def give_up(self, run: RunRecord) -> None:
        """End a run that was started and cannot be carried out. Raises StorageError."""
        async with self._database.write() as session:
            await training_runs.finish(session, run, RunState.FAILED)

    async def stop(self) -> None:
        """End all runs, the child processes first (each within five seconds), and let their listeners be told."""
        active = dict(self.active)
        await asyncio.gather(*(each.end(EndReason.STOPPED) for each in active))
        if active:
            _, late = await asyncio.wait(active.values(), timeout=LAST_MESSAGES_TIMEOUT_S)
            await cancel_all(late)  # the database is closed next

    async def _run(self, execution: RunExecution, listener: RunListener) -> None:
        outcome = await execution.carry_out()
        await self._active_model.follow_or_log()
        try:
            if self.on_ended:
                await self.on_ended(execution.run, outcome)
            await listener.finished(outcome)
        finally:
            await execution.release()

    async def _reason_to_train(self, session: AsyncSession) -> tuple[int, str]:
        """The number of corrections to train on, and the name of the base model that waits for its first run ("" for
        none). Raises NothingNew and NothingApproved."""
        approved_only = self._settings.review is ReviewPolicy.ALL
        trainable = await samples.count_trainable(session, approved_only=approved_only)
        base = await base_models.waiting_base(session, base_checksum())
        is_new = await samples.count_new(session, approved_only=approved_only)
        if not trainable and approved_only and await samples.count_trainable(session):
            raise NothingApproved
        if not trainable or not (base or is_new or await activations.is_stale(session)):
            raise NothingNew
        return trainable, base.name if base else ""
