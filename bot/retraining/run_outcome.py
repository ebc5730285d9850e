"""How a training run goes on and ends, for those who follow it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from bot.errors import BotError
from bot.training_process import TrainingEvent
from storage.processes.requested_runs import RequestedRun
from storage.training_runs import RunRecord, RunState


class EndReason(StrEnum):
    """Why a run was ended from outside."""

    CANCELLED = "cancelled"
    STOPPED = "the bot is being stopped"
    TRAINER_STOPPED = "the trainer is being stopped"
    LEASE_LOST = "another process took the lease"
    OVERTAKEN = "another model was made active meanwhile, and it was not compared with that one"


class RunEnded(BotError):
    """The run ended before its model was stored, for ``reason``."""

    def __init__(self, reason: EndReason) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class StartedRun:
    """A run in progress, and the number of corrections it will train on. ``new_base``: the name of the base model that
    it starts from, where the active version descends from an older one."""

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

    @classmethod
    def stored(cls, requested: RequestedRun) -> RunOutcome:
        """How a run ended that another process has carried out."""
        run, values = requested.run, json.loads(requested.run.result or "{}")
        if run.state not in {RunState.PROMOTED, RunState.REFUSED}:
            return cls(run.id, run.state, reason=values.get("reason", ""))
        return cls(run.id, run.state, run.version or values["name"], values=values, picture=requested.picture)


OnRunEnded = Callable[[RunRecord, RunOutcome], Awaitable[None]]


class RunListener(Protocol):
    """Follows one run, as ``messages.training_message.TrainingMessage`` does. ``figure_words``: of its picture."""

    @property
    def figure_words(self) -> Mapping[str, str]: ...

    async def progress(self, event: TrainingEvent) -> None: ...

    async def finished(self, outcome: RunOutcome) -> object: ...
