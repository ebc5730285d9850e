"""How far a requested run is: written by the trainer, read by the bot that follows it in the chat."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final, Self

from bot.retraining.run_outcome import RunOutcome
from bot.training_process import TrainingEvent
from storage.database import Database
from storage.errors import LeaseLost, StorageError
from storage.processes import requested_runs
from storage.training_runs import RunRecord

log = logging.getLogger(__name__)

STORE_INTERVAL_S: Final = 1.0  # between two states of one run in the database


@dataclass(frozen=True, slots=True)
class RunProgress:
    """What is known of a run: how many ``corrections`` it trains on, from which ``new_base`` (as in ``StartedRun``),
    the ``share`` (0..1) that is done and the seconds that are ``left``, both None before the first is known."""

    corrections: int = 0
    new_base: str = ""
    share: float | None = None
    left: float | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Members that a later version has added are left out."""
        values = json.loads(text or "{}")
        return cls(**{name: values[name] for name in cls.__slots__ if name in values})


class StoredProgress:
    """Stores the progress of one run for the process that follows it (a ``RunListener``). ``now`` is in seconds."""

    def __init__(
        self,
        database: Database,
        run: RunRecord,
        progress: RunProgress,
        figure_words: Mapping[str, str],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.figure_words = figure_words
        self._database = database
        self._run = run
        self._progress = progress
        self._now = now
        self._stored_at = -STORE_INTERVAL_S

    async def progress(self, event: TrainingEvent) -> None:
        """Store a stage; one that comes too soon after another is left out, and so is one that cannot be stored."""
        if event.name != "stage" or self._now() - self._stored_at < STORE_INTERVAL_S:
            return
        self._stored_at = self._now()
        self._progress = replace(self._progress, share=event.values["share"], left=event.values["left"])
        try:
            async with self._database.write() as session:
                await requested_runs.store_progress(session, self._run, self._progress.to_json())
        except LeaseLost:
            pass  # the next heartbeat ends the run
        except StorageError as error:
            log.warning("the progress of training run %s could not be stored: %s", self._run.id, error)

    async def finished(self, outcome: RunOutcome) -> None:
        """The end is in the database already."""
