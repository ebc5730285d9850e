"""Training runs: started by an admin, one at a time across processes by a lease, ended before the bot ends."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, Self

from sqlalchemy.ext.asyncio import AsyncSession

from bot.active_model import ActiveModelFollower
from bot.errors import BotError
from bot.settings import Settings
from bot.training_process import TrainingEvent, TrainingProcess, TrainingProcessFailed
from model.model_bundle import CARD_NAME, base_checksum
from storage import activations, base_models, model_versions, samples, training_runs
from storage.database import Database
from storage.errors import LeaseLost, StorageError
from storage.model_versions import NewVersion
from storage.samples import ReviewPolicy
from storage.training_runs import RunRecord, RunState

log = logging.getLogger(__name__)

HEARTBEAT_INTERVAL_S = 2.5  # a quarter of storage.training_runs.LEASE
LAST_MESSAGES_TIMEOUT_S = 3.0  # for telling the admins of runs that stop() ended
RESULT_PICTURE = "result.png"
TRAINED_ON_LIST = "trained_on.txt"


class NothingNew(BotError):
    """The active model was trained on every sample there is, and none of those was withdrawn."""

    sentence = "There is nothing new to train on: no correction has been made or withdrawn since the last run."


class NothingApproved(BotError):
    """Every label waits for a review (DIGITBOT_REVIEW is "all")."""

    sentence = "There is nothing to train on: no correction has been approved yet."


class EndReason(StrEnum):
    """Why this process ended a run."""

    CANCELLED = "cancelled"
    STOPPED = "the bot is being stopped"
    LEASE_LOST = "another process took the lease"
    OVERTAKEN = "another model was made active meanwhile, and it was not compared with that one"


class RunEnded(BotError):
    """The run ended before its model was stored, for ``reason``."""

    def __init__(self, reason: EndReason) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class StartedRun:
    """A run that holds the lease, and the number of corrections it will train on. ``new_base``: the name of the base
    model that it starts from, where the active version descends from an older one."""

    run: RunRecord
    corrections: int
    new_base: str = ""


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How a run ended. ``values``: the child's result (``training.finetuning.finetune``); ``picture``: its PNG."""

    run: int
    state: RunState
    version: str = ""
    reason: str = ""
    values: Mapping[str, Any] | None = None
    picture: bytes | None = None


OnRunEnded = Callable[[RunRecord, RunOutcome], Awaitable[None]]


class RunListener(Protocol):
    """Follows one run, as ``messages.training_message.TrainingMessage`` does. ``figure_words``: of its picture."""

    @property
    def figure_words(self) -> Mapping[str, str]: ...

    async def progress(self, event: TrainingEvent) -> None: ...

    async def finished(self, outcome: RunOutcome) -> None: ...


@dataclass(eq=False)
class _ActiveRun:
    """One run of this process, its child process, and why it was ended, if it was."""

    run: RunRecord
    process: TrainingProcess
    end_reason: EndReason | None = None

    async def end(self, reason: EndReason) -> None:
        self.end_reason = self.end_reason or reason
        await self.process.end()


class TrainingService:
    """This process's training runs; leaving the context ends them. Their state is in the database."""

    def __init__(self, settings: Settings, database: Database, active_model: ActiveModelFollower) -> None:
        self._settings = settings
        self._database = database
        self._active_model = active_model
        self._folder = settings.state / "training"
        self.active: dict[_ActiveRun, asyncio.Task[None]] = {}
        self.on_ended: OnRunEnded | None = None
        """Called when a run of this process has ended, before its listener is told."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def holders(self) -> frozenset[str]:
        """The lease holders of this process: alive, whatever the clock does."""
        return frozenset(each.run.holder for each in self.active)

    async def start(self, person_id: int) -> StartedRun:
        """Take the lease for a run that ``run`` then carries out. Raises RunInProgress, NothingNew,
        NothingApproved and StorageError."""
        async with self._database.write() as session:
            run = await training_runs.start(session, secrets.token_hex(16), person_id=person_id, own=self.holders)
            approved_only = self._settings.review is ReviewPolicy.ALL
            trainable = await samples.count_trainable(session, approved_only=approved_only)
            base = await base_models.waiting_base(session, base_checksum())
            is_new = await samples.count_new(session, approved_only=approved_only)
            if not trainable and approved_only and await samples.count_trainable(session):
                raise NothingApproved
            if not trainable or not (base or is_new or await activations.is_stale(session)):
                raise NothingNew  # rolls the run back
            return StartedRun(run, trainable, base.name if base else "")

    def run(self, run: RunRecord, listener: RunListener) -> None:
        """Carry the run out in a background task; ``listener`` is told of its progress and its end."""
        folder = self._folder / f"run-{run.id}-{run.holder[:8]}"
        process = TrainingProcess(self._settings, folder, seed=run.id, words=listener.figure_words)
        active = _ActiveRun(run, process)
        task = asyncio.create_task(self._run(active, listener), name=f"training run {run.id}")
        self.active[active] = task
        task.add_done_callback(lambda _: self.active.pop(active, None))

    async def stop(self) -> None:
        """End all runs, the child processes first (each within five seconds), and let their listeners be told."""
        active = dict(self.active)
        await asyncio.gather(*(each.end(EndReason.STOPPED) for each in active))
        if active:
            await asyncio.wait(active.values(), timeout=LAST_MESSAGES_TIMEOUT_S)

    async def _run(self, active: _ActiveRun, listener: RunListener) -> None:
        heartbeat = asyncio.create_task(self._heartbeat(active), name=f"heartbeat of training run {active.run.id}")
        try:
            # What a killed bot left behind; the lease guarantees that nobody else is training.
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
            outcome = await self._store_candidate(active, await _result(active.process, listener))
        except Exception as error:  # noqa: BLE001 - whatever it was, the lease is released and the admin told
            log.warning("training run %s ended without a model: %r", active.run.id, error)
            outcome = await self._end_without_model(active, error)
        finally:
            heartbeat.cancel()
            await active.process.end()
            active.process.delete_files()
        await self._active_model.follow_or_log()
        if self.on_ended:
            await self.on_ended(active.run, outcome)
        await listener.finished(outcome)

    async def _heartbeat(self, active: _ActiveRun) -> None:
        """Keep the lease, and end the run where that is lost or an admin asked to cancel."""
        while True:
            await asyncio.sleep(HEARTBEAT_INTERVAL_S)
            try:
                async with self._database.write() as session:
                    cancelled = await training_runs.heartbeat(session, active.run)
            except LeaseLost:
                await active.end(EndReason.LEASE_LOST)
                return
            except StorageError:
                log.exception("training run %s could not keep its lease", active.run.id)
                continue
            if cancelled:
                await active.end(EndReason.CANCELLED)
                return

    async def _store_candidate(self, active: _ActiveRun, result: TrainingEvent) -> RunOutcome:
        """Store the candidate, activate it if the promotion gate let it pass, end the run: one transaction."""
        run = active.run
        new, picture = await asyncio.to_thread(_candidate, active.process.folder, result)
        promoted = result.values["verdict"] == "promoted"
        state = RunState.PROMOTED if promoted else RunState.REFUSED
        limit = self._settings.model_bytes
        async with self._database.write() as session:
            person_id = await self._require_wanted(session, run, new.parent)
            version_id = None
            if promoted or new.size <= limit:  # one that the promotion gate refused for its size is only reported
                version_id = (await model_versions.add(session, new, max_bytes=limit, created_by=person_id)).id
            if promoted:
                await activations.activate(session, new.name, person_id=person_id)
            values = json.dumps(dict(result.values))
            await training_runs.finish(session, run, state, result=values, version_id=version_id)
        return RunOutcome(run.id, state, new.name, values=result.values, picture=picture)

    @staticmethod
    async def _require_wanted(session: AsyncSession, run: RunRecord, compared_with: str | None) -> int | None:
        """The person who started the run, if they are still stored. Raises RunEnded where its model is not wanted."""
        if await training_runs.heartbeat(session, run):
            raise RunEnded(EndReason.CANCELLED)
        active = next((version.name for version in await model_versions.listing(session) if version.active), None)
        if active not in (None, compared_with):
            raise RunEnded(EndReason.OVERTAKEN)
        current = await training_runs.by_id(session, run.id)
        return current.person_id if current else None

    async def _end_without_model(self, active: _ActiveRun, error: Exception) -> RunOutcome:
        """End the run in the database; where even that fails, the lease runs out by itself."""
        end_reason = active.end_reason or (error.reason if isinstance(error, RunEnded) else None)
        state = RunState.CANCELLED if end_reason is EndReason.CANCELLED else RunState.FAILED
        reason = str(end_reason or error)
        try:
            async with self._database.write() as session:
                await training_runs.finish(session, active.run, state, result=json.dumps({"reason": reason}))
        except StorageError:
            log.exception("the end of training run %s could not be stored", active.run.id)
        return RunOutcome(active.run.id, state, reason=reason)


async def _result(process: TrainingProcess, listener: RunListener) -> TrainingEvent:
    """The child's result; its other events go to the listener. Raises TrainingProcessFailed."""
    result: TrainingEvent | None = None
    async for event in process.events():
        if event.name == "result":
            result = event
        else:
            await listener.progress(event)
    if result is None:
        raise TrainingProcessFailed("the training process ended without a result")
    return result


def _candidate(folder: Path, result: TrainingEvent) -> tuple[NewVersion, bytes]:
    """The child's files as a new version, and the picture of its result. Raises OSError and ValueError."""
    served = Path(result.values["model"])
    card = (folder / CARD_NAME).read_text("utf-8")
    return (
        NewVersion(
            name=result.values["name"],
            served=served.read_bytes(),
            card=card,
            keras=served.with_suffix(".keras").read_bytes(),
            metrics=json.dumps(json.loads(card).get("metrics", {})),
            parent=json.loads(card)["parent"],
            root=json.loads(card)["root"] or None,
            trained_on=tuple((folder / TRAINED_ON_LIST).read_text().split()),
        ),
        (folder / RESULT_PICTURE).read_bytes(),
    )
