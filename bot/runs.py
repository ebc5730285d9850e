"""Training runs: begun by an admin, one at a time across processes by a lease, ended before the bot ends."""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from bot.registry import Registry
from bot.settings import Settings
from bot.trainer import Child, ChildFailed, Event
from storage import activations, models, runs, samples
from storage.database import Database
from storage.errors import StorageError
from storage.models import NewVersion
from storage.runs import RunLost, RunRecord, RunState

log = logging.getLogger(__name__)

BEAT = 2.5  # seconds; the lease lasts ten
FIGURES = "result.png"
LEARNT = "trained_on.txt"


class NothingNew(Exception):
    """There is no correction that the active model has not learnt from."""


class Ended(StrEnum):
    """Why the child was ended from here."""

    CANCELLED = "cancelled"
    STOPPED = "the bot is being stopped"
    LOST = "another process took the lease"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. ``values``: the child's result (``training.finetune``); ``figures``: its picture, a PNG."""

    run: int
    state: RunState
    version: str = ""
    reason: str = ""
    values: Mapping[str, Any] | None = None
    figures: bytes | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that holds the lease, and how many corrections it is to learn from."""

    run: RunRecord
    corrections: int


class Report(Protocol):
    """Whoever tells people about a run."""

    async def progress(self, event: Event) -> None: ...

    async def finished(self, outcome: Outcome) -> None: ...


class Runs:
    """Conducts this process's run, if there is one. Everything of it that counts is in the database."""

    def __init__(self, settings: Settings, database: Database, registry: Registry) -> None:
        self._settings = settings
        self._database = database
        self._registry = registry
        self._task: asyncio.Task[None] | None = None
        self._child: Child | None = None
        self._ended: Ended | None = None

    async def begin(self, person: int) -> Begun:
        """Take the lease. Raises runs.RunGoing, and NothingNew where there is nothing to learn."""
        async with self._database.write() as session:
            run = await runs.start(session, secrets.token_hex(16), person_id=person)
            if not await samples.count_new(session):
                raise NothingNew  # rolls the run back
            return Begun(run, await samples.count_learnable(session))

    def conduct(self, run: RunRecord, report: Report) -> None:
        """Let the run go on beside the handlers; ``report`` hears of it."""
        self._ended = None
        self._task = asyncio.create_task(self._conduct(run, report), name=f"training run {run.id}")

    async def end(self) -> None:
        """End the run, the child first: within its patience of five seconds, whatever it is doing."""
        if self._task and not self._task.done():
            await self._end_child(Ended.STOPPED)
            await asyncio.wait([self._task], timeout=4)
            self._task.cancel()

    async def _conduct(self, run: RunRecord, report: Report) -> None:
        folder = self._settings.state / "training" / f"run-{run.id}-{run.holder[:8]}"
        child = self._child = Child(self._settings, folder, seed=run.id)
        beating = asyncio.create_task(self._beat(run), name="beat")
        try:
            result = await _watched(child, report)
            outcome = await self._keep(run, child, result)
        except (ChildFailed, RunLost, StorageError, OSError, KeyError) as error:
            log.warning("training run %s ended without a model: %r", run.id, error)
            outcome = await self._give_up(run, error)
        finally:
            beating.cancel()
            await child.end()
            child.clean()
        await self._registry.follow()
        await report.finished(outcome)

    async def _beat(self, run: RunRecord) -> None:
        """Keep the lease, and look whether somebody asked to cancel."""
        while True:
            await asyncio.sleep(BEAT)
            try:
                async with self._database.write() as session:
                    cancelled = await runs.beat(session, run)
            except RunLost:
                await self._end_child(Ended.LOST)
                return
            except StorageError:
                log.exception("training run %s could not keep its lease", run.id)
                continue
            if cancelled:
                await self._end_child(Ended.CANCELLED)
                return

    async def _end_child(self, why: Ended) -> None:
        self._ended = why
        if self._child:
            await self._child.end()

    async def _keep(self, run: RunRecord, child: Child, result: Event) -> Outcome:
        """The candidate into the registry, active if the gate let it pass, and the run's end: one transaction."""
        new, figures = await asyncio.to_thread(_candidate, child.folder, result)
        promoted = result.values["verdict"] == "promoted"
        state = RunState.PROMOTED if promoted else RunState.REFUSED
        async with self._database.write() as session:
            version = await models.add(session, new, created_by=run.person_id, limit=self._settings.model_bytes)
            if promoted:
                await activations.activate(session, version.name, person_id=run.person_id)
            await runs.finish(session, run, state, result=json.dumps(dict(result.values)), version_id=version.id)
        return Outcome(run.id, state, version.name, values=result.values, figures=figures)

    async def _give_up(self, run: RunRecord, error: Exception) -> Outcome:
        """The run ends without a model; the lease goes by itself where even that cannot be written."""
        state = RunState.CANCELLED if self._ended is Ended.CANCELLED else RunState.FAILED
        reason = str(self._ended or error)
        try:
            async with self._database.write() as session:
                await runs.finish(session, run, state, result=json.dumps({"reason": reason}))
        except (RunLost, StorageError):
            log.exception("the end of training run %s could not be noted", run.id)
        return Outcome(run.id, state, reason=reason)


async def _watched(child: Child, report: Report) -> Event:
    """The child's result, its progress told on the way. Raises ChildFailed."""
    result: Event | None = None
    async for event in child.events():
        if event.name == "result":
            result = event
        else:
            await report.progress(event)
    if result is None:
        raise ChildFailed("the training process ended without a result")
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
