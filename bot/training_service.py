"""Training runs: begun by an admin, one at a time across processes by a lease, ended before the bot ends."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.active_model import ActiveModelFollower
from bot.settings import Settings
from bot.training_process import Event, TrainingProcess, TrainingProcessFailed
from storage import activations, model_versions, samples, training_runs
from storage.database import Database
from storage.errors import LeaseLost, StorageError
from storage.model_versions import NewVersion
from storage.training_runs import RunRecord, RunState

log = logging.getLogger(__name__)

BEAT = 2.5  # seconds; the lease lasts ten
FIGURES = "result.png"
LEARNT = "trained_on.txt"


class NothingNew(Exception):
    """There is no correction that the active model has not learnt from, and none that it would have to forget."""


class EndReason(StrEnum):
    """Why a run was ended from here."""

    CANCELLED = "cancelled"
    STOPPED = "the bot is being stopped"
    LOST = "another process took the lease"
    OVERTAKEN = "another model was made active meanwhile, and it was not compared with that one"


class RunEnded(Exception):
    """The run is over before it has a model; ``why`` says it."""

    def __init__(self, why: EndReason) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class StartedRun:
    """A run that holds the lease, and how many corrections it is to learn from."""

    run: RunRecord
    corrections: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. ``values``: the child's result (``training.finetuning.finetune``); ``figures``: its picture, a PNG."""

    run: int
    state: RunState
    version: str = ""
    reason: str = ""
    values: Mapping[str, Any] | None = None
    figures: bytes | None = None


class Report(Protocol):
    """Whoever tells people about a run."""

    async def progress(self, event: Event) -> None: ...

    async def finished(self, outcome: Outcome) -> None: ...


@dataclass(eq=False)
class _ActiveRun:
    """One run of this process: its child, and why it was ended, if it was."""

    run: RunRecord
    child: TrainingProcess
    ended: EndReason | None = None

    async def end(self, why: EndReason) -> None:
        self.ended = self.ended or why
        await self.child.end()


class TrainingService:
    """Conducts this process's runs. Everything of them that counts is in the database."""

    def __init__(self, settings: Settings, database: Database, registry: ActiveModelFollower) -> None:
        self._settings = settings
        self._database = database
        self._registry = registry
        self._folder = settings.state / "training"
        self.going: dict[_ActiveRun, asyncio.Task[None]] = {}

    async def begin(self, person: int) -> StartedRun:
        """Take the lease. Raises RunInProgress, and NothingNew where nothing is to be learnt or forgotten."""
        async with self._database.write() as session:
            run = await training_runs.start(session, secrets.token_hex(16), person_id=person)
            learnable = await samples.count_trainable(session)
            if not learnable or not (await samples.count_new(session) or await activations.is_stale(session)):
                raise NothingNew  # rolls the run back
            return StartedRun(run, learnable)

    def conduct(self, run: RunRecord, report: Report) -> None:
        """Let the run go on beside the handlers; ``report`` hears of it."""
        child = TrainingProcess(self._settings, self._folder / f"run-{run.id}-{run.holder[:8]}", seed=run.id)
        going = _ActiveRun(run, child)
        task = asyncio.create_task(self._conduct(going, report), name=f"training run {run.id}")
        self.going[going] = task
        task.add_done_callback(lambda _: self.going.pop(going, None))

    async def end(self) -> None:
        """End all runs, the children first: each within its patience of five seconds, whatever it is doing."""
        going = dict(self.going)
        await asyncio.gather(*(each.end(EndReason.STOPPED) for each in going))
        if going:
            await asyncio.wait(going.values(), timeout=3)

    async def _conduct(self, going: _ActiveRun, report: Report) -> None:
        beating = asyncio.create_task(self._beat(going), name="beat")
        try:
            # Whatever a bot that was killed left behind; the lease says that nobody else is training.
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
            outcome = await self._keep(going, await _watched(going.child, report))
        except Exception as error:  # noqa: BLE001 - whatever it was, the admin and the lease hear of the end
            log.warning("training run %s ended without a model: %r", going.run.id, error)
            outcome = await self._give_up(going, error)
        finally:
            beating.cancel()
            await going.child.end()
            going.child.clean()
        await self._registry.follow_or_log()
        await report.finished(outcome)

    async def _beat(self, going: _ActiveRun) -> None:
        """Keep the lease, and look whether somebody asked to cancel."""
        while True:
            await asyncio.sleep(BEAT)
            try:
                async with self._database.write() as session:
                    cancelled = await training_runs.heartbeat(session, going.run)
            except LeaseLost:
                await going.end(EndReason.LOST)
                return
            except StorageError:
                log.exception("training run %s could not keep its lease", going.run.id)
                continue
            if cancelled:
                await going.end(EndReason.CANCELLED)
                return

    async def _keep(self, going: _ActiveRun, result: Event) -> Outcome:
        """The candidate into the registry, active if the gate let it pass, and the run's end: one transaction."""
        run = going.run
        new, figures = await asyncio.to_thread(_candidate, going.child.folder, result)
        promoted = result.values["verdict"] == "promoted"
        state = RunState.PROMOTED if promoted else RunState.REFUSED
        async with self._database.write() as session:
            person = await self._still_wanted(session, run, new.parent)
            version = await model_versions.add(session, new, created_by=person, max_bytes=self._settings.model_bytes)
            if promoted:
                await activations.activate(session, version.name, person_id=person)
            await training_runs.finish(
                session, run, state, result=json.dumps(dict(result.values)), version_id=version.id
            )
        return Outcome(run.id, state, version.name, values=result.values, figures=figures)

    @staticmethod
    async def _still_wanted(session: AsyncSession, run: RunRecord, compared_with: str | None) -> int | None:
        """Who asked for the run, if they are still known; raises RunEnded where nobody wants its model any more."""
        if await training_runs.heartbeat(session, run):
            raise RunEnded(EndReason.CANCELLED)
        active = next((version.name for version in await model_versions.listing(session) if version.active), None)
        if active not in (None, compared_with):
            raise RunEnded(EndReason.OVERTAKEN)
        current = await training_runs.by_id(session, run.id)
        return current.person_id if current else None

    async def _give_up(self, going: _ActiveRun, error: Exception) -> Outcome:
        """The run ends without a model; the lease goes by itself where even that cannot be written."""
        why = going.ended or (error.why if isinstance(error, RunEnded) else None)
        state = RunState.CANCELLED if why is EndReason.CANCELLED else RunState.FAILED
        reason = str(why or error)
        try:
            async with self._database.write() as session:
                await training_runs.finish(session, going.run, state, result=json.dumps({"reason": reason}))
        except StorageError:
            log.exception("the end of training run %s could not be noted", going.run.id)
        return Outcome(going.run.id, state, reason=reason)


async def _watched(child: TrainingProcess, report: Report) -> Event:
    """The child's result, its progress told on the way. Raises TrainingProcessFailed."""
    result: Event | None = None
    async for event in child.events():
        if event.name == "result":
            result = event
        else:
            await report.progress(event)
    if result is None:
        raise TrainingProcessFailed("the training process ended without a result")
    return result


def _candidate(folder: Path, result: Event) -> tuple[NewVersion, bytes]:
    """What the child wrote, as a new version; its card says from which model it descends."""
    served = Path(result.values["model"])
    card = (folder / "model_card.json").read_text()
    return (
        NewVersion(
            name=result.values["name"],
            served=served.read_bytes(),
            card=card,
            keras=served.with_suffix(".keras").read_bytes(),
            metrics=json.dumps(json.loads(card).get("metrics", {})),
            parent=json.loads(card)["parent"],
            trained_on=tuple((folder / LEARNT).read_text().split()),
        ),
        (folder / FIGURES).read_bytes(),
    )
