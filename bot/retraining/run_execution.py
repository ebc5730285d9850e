"""One training run that this process holds: its child process, its heartbeats, and its end in the database."""

from __future__ import annotations

import asyncio
import json
import logging
import shutil
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.periodic_tasks import cancel_all
from bot.retraining.run_outcome import EndReason, RunEnded, RunListener, RunOutcome
from bot.settings import Settings
from bot.training_process import TrainingEvent, TrainingProcess, TrainingProcessFailed
from model.model_bundle import CARD_NAME
from storage import activations, model_versions, training_runs
from storage.database import Database
from storage.errors import DatabaseUnreachable, LeaseLost, StorageError
from storage.model_versions import NewVersion
from storage.processes import requested_runs
from storage.training_runs import RunRecord, RunState

log = logging.getLogger(__name__)

HEARTBEAT_INTERVAL_S = 2.5  # a quarter of storage.training_runs.LEASE
RESULT_PICTURE = "result.png"
TRAINED_ON_LIST = "trained_on.txt"


class RunExecution:
    """Carries out one run. ``listener`` is told of its progress; whoever awaits ``carry_out`` tells it of the end."""

    def __init__(self, settings: Settings, database: Database, run: RunRecord, listener: RunListener) -> None:
        self.run = run
        self._settings = settings
        self._database = database
        self._listener = listener
        self._folder = settings.state / "training"
        folder = self._folder / f"run-{run.id}-{run.holder[:8]}"
        self.process = TrainingProcess(settings, folder, seed=run.id, words=listener.figure_words)
        self._end_reason: EndReason | None = None
        self._unstored: tuple[RunState, str] | None = None
        self._is_stopping = False

    async def end(self, reason: EndReason) -> None:
        """End the child process within five seconds; ``carry_out`` then returns."""
        self._end_reason = self._end_reason or reason
        self._is_stopping |= reason in {EndReason.STOPPED, EndReason.TRAINER_STOPPED}
        await self.process.end()

    async def carry_out(self) -> RunOutcome:
        """Train, and store model, activation and end. Whatever happens, the outcome says it."""
        heartbeat = asyncio.create_task(self._heartbeat(), name=f"heartbeat of training run {self.run.id}")
        try:
            # What a killed process left behind; the database guarantees that nobody else is training.
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
            outcome = await self._store_candidate(await self._result())
        except Exception as error:  # noqa: BLE001 - whatever it was, the run is ended and the admin told
            log.warning("training run %s ended without a model: %r", self.run.id, error)
            outcome = await self._end_without_model(error)
        finally:
            await cancel_all([heartbeat])  # it may be in the middle of a transaction
            await self.process.end()
            self.process.delete_files()
        return outcome

    async def release(self) -> None:
        """Store the end, where ``carry_out`` could not: while this process lives, nobody else takes its run for lost.

        Gives up where the process is being stopped: then its death says the same.
        """
        while self._unstored and not self._is_stopping:
            await asyncio.sleep(HEARTBEAT_INTERVAL_S)
            await self._store_end(*self._unstored)

    async def _heartbeat(self) -> None:
        """Keep the run, and end it where it was lost or an admin asked to cancel."""
        while True:
            await asyncio.sleep(HEARTBEAT_INTERVAL_S)
            try:
                async with self._database.write() as session:
                    cancelled = await training_runs.heartbeat(session, self.run)
            except LeaseLost:
                await self.end(EndReason.LEASE_LOST)
                return
            except StorageError:
                log.exception("training run %s could not send its heartbeat", self.run.id)
                continue
            if cancelled:
                await self.end(EndReason.CANCELLED)
                return

    async def _result(self) -> TrainingEvent:
        """The child's result; its other events go to the listener. Raises TrainingProcessFailed."""
        result: TrainingEvent | None = None
        async for event in self.process.events():
            if event.name == "result":
                result = event
            else:
                await self._listener.progress(event)
        if result is None:
            raise TrainingProcessFailed("the training process ended without a result")
        return result

    async def _store_candidate(self, result: TrainingEvent) -> RunOutcome:
        """Store the candidate."""
        new, picture = await asyncio.to_thread(_candidate, self.process.folder, result)
        state = RunState.PROMOTED if result.values["verdict"] == "promoted" else RunState.REFUSED
        outcome = RunOutcome(self.run.id, state, new.name, values=result.values, picture=picture)
        await self._store_patiently(new, outcome)
        return outcome

    async def _store_patiently(self, new: NewVersion, outcome: RunOutcome) -> None:
        """Store it as soon as the database server answers, if that is before this process is stopped: a restart of the
        server ends no run."""
        while True:
            try:
                return await self._store(new, outcome)
            except DatabaseUnreachable as error:
                if self._is_stopping:
                    raise
                log.warning("the model of training run %s has to wait for the database (%s)", self.run.id, error)
            await asyncio.sleep(HEARTBEAT_INTERVAL_S)

    async def _store(self, new: NewVersion, outcome: RunOutcome) -> None:
        """Store the version, activate it if the promotion gate let it pass, end the run: one transaction."""
        run, limit, promoted = self.run, self._settings.model_bytes, outcome.state is RunState.PROMOTED
        async with self._database.write() as session:
            before = await training_runs.by_id(session, run.id)
            if before and before.state is outcome.state:  # its commit is done, and only the server's answer was lost
                return
            person_id = await self._require_wanted(session, new.parent)
            version_id = None
            if promoted or new.size <= limit:  # one that the promotion gate refused for its size is only reported
                version_id = (await model_versions.add(session, new, max_bytes=limit, created_by=person_id)).id
            if promoted:
                await activations.activate(session, new.name, person_id=person_id)
            await requested_runs.store_picture(session, run, outcome.picture or b"")
            values = json.dumps(dict(outcome.values or {}))
            await training_runs.finish(session, run, outcome.state, result=values, version_id=version_id)

    async def _require_wanted(self, session: AsyncSession, compared_with: str | None) -> int | None:
        """The person who started the run, if they are still stored. Raises RunEnded where its model is not wanted."""
        if await training_runs.heartbeat(session, self.run):
            raise RunEnded(EndReason.CANCELLED)
        active = next((version.name for version in await model_versions.listing(session) if version.active), None)
        if active not in (None, compared_with):
            raise RunEnded(EndReason.OVERTAKEN)
        current = await training_runs.by_id(session, self.run.id)
        return current.person_id if current else None

    async def _end_without_model(self, error: Exception) -> RunOutcome:
        end_reason = self._end_reason or (error.reason if isinstance(error, RunEnded) else None)
        state = RunState.CANCELLED if end_reason is EndReason.CANCELLED else RunState.FAILED
        reason = str(end_reason or error)
        await self._store_end(state, reason)
        return RunOutcome(self.run.id, state, reason=reason)

    async def _store_end(self, state: RunState, reason: str) -> None:
        self._unstored = state, reason  # also where this is cancelled half way
        try:
            async with self._database.write() as session:
                await training_runs.finish(session, self.run, state, result=json.dumps({"reason": reason}))
        except LeaseLost:
            log.warning("training run %s was taken for lost before it ended", self.run.id)
        except StorageError:
            log.exception("the end of training run %s could not be stored", self.run.id)
            return
        self._unstored = None


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
