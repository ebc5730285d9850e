"""The trainer: a process that carries out the runs which bots request from the same database."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Final

from bot.messages.texts import texts_for
from bot.messages.training_message import figure_words
from bot.periodic_tasks import wait_for_event
from bot.retraining.run_execution import RunExecution
from bot.retraining.run_outcome import EndReason
from bot.retraining.run_progress import RunProgress, StoredProgress
from bot.settings import Settings
from bot.updates.telegram_errors import GrowingPause
from storage import people, training_runs
from storage.database import Database
from storage.errors import StorageError
from storage.processes import requested_runs
from storage.processes.membership import Membership, Topic
from storage.training_runs import RunRecord

log = logging.getLogger(__name__)

POLL_INTERVAL_S: Final = 2.0  # where no notification comes: SQLite sends none


class Trainer:
    """Takes one requested run after the other. ``membership`` has been entered: while it lasts, the runs live."""

    def __init__(self, settings: Settings, database: Database, membership: Membership) -> None:
        self._settings = settings
        self._database = database
        self._process = membership.process
        self._holder = training_runs.new_holder(self._process)  # of the next run
        self._changed = membership.changed(Topic.TRAINING_RUNS)
        self._execution: RunExecution | None = None
        self._is_stopping = False
        self._carried_out = 0

    @property
    def status(self) -> str:
        """One line for `systemctl status`."""
        doing = f"carries out run {self._execution.run.id}" if self._execution else "waits for a requested run"
        return f"{doing}; {self._carried_out} carried out"

    async def work(self) -> None:
        """Carry out runs until ``stop`` is called; where the database cannot be used, try again."""
        pause = GrowingPause()
        while not self._is_stopping:
            self._changed.clear()
            try:
                taken = await self._carry_out_next()
            except StorageError as error:
                seconds = pause.after(error)
                log.warning("the database cannot be used (%s); trying again in %.0f s", error, seconds)
                await wait_for_event(self._changed, seconds)
            else:
                pause.reset()
                if not taken:
                    await wait_for_event(self._changed, POLL_INTERVAL_S)

    async def stop(self) -> None:
        """End the run that is being carried out, within five seconds, and take no other; ``work`` then returns."""
        self._is_stopping = True
        self._changed.set()
        if self._execution:
            await self._execution.end(EndReason.TRAINER_STOPPED)

    async def _carry_out_next(self) -> bool:
        """Whether there was a run to carry out. Raises StorageError."""
        async with self._database.read() as session:
            if not await requested_runs.is_any_waiting(session, self._holder):
                return False
        async with self._database.write() as session:
            taken = await requested_runs.take(session, self._holder)
        if taken is None:
            return False
        self._holder = training_runs.new_holder(self._process)
        await self._carry_out(*taken)
        return True

    async def _carry_out(self, run: RunRecord, progress: str) -> None:
        log.info("training run %s begins", run.id)
        words = await self._figure_words(run)
        listener = StoredProgress(self._database, run, RunProgress.from_json(progress), words)
        execution = self._execution = RunExecution(self._settings, self._database, run, listener)
        if self._is_stopping:  # since before the run was taken
            await execution.end(EndReason.TRAINER_STOPPED)
        outcome = await execution.carry_out()
        await execution.release()
        self._execution = None
        self._carried_out += 1
        log.info("training run %s ended: %s", run.id, outcome.state)

    async def _figure_words(self, run: RunRecord) -> dict[str, str]:
        """Those of the admin's language; where it cannot be looked up, English ones."""
        language = None
        with suppress(StorageError):
            async with self._database.read() as session:
                person = await people.by_id(session, run.person_id or 0)
            language = person.answer_language if person else None
        return figure_words(texts_for(language))
