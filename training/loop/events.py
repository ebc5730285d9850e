"""Events of a training run, each written as one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Started:
    """A run begins: ``train`` and ``validation`` count the digits, ``classes`` those of each label among the training
    digits."""

    name: ClassVar[str] = "started"
    recipe: str
    parameters: int
    train: int
    validation: int
    classes: tuple[int, ...]
    steps: int
    batch: int
    seed: int


@dataclass(frozen=True, slots=True)
class Progress:
    """``step`` of ``steps`` is done: loss and accuracy (0..1) of that batch, seconds since the start, and an estimate
    of the seconds ``left``, None while too few steps were timed."""

    name: ClassVar[str] = "progress"
    step: int
    steps: int
    epoch: int
    loss: float
    accuracy: float
    seconds: float
    left: float | None


@dataclass(frozen=True, slots=True)
class EpochEnded:
    """An epoch, or the steps up to a validation, is over: means over its batches, then the validation digits.

    ``kept``: these are the weights to keep so far.
    """

    name: ClassVar[str] = "epoch"
    epoch: int
    step: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    kept: bool


@dataclass(frozen=True, slots=True)
class Finished:
    """The network is trained and holds the weights that were kept, those of ``epoch``."""

    name: ClassVar[str] = "finished"
    epoch: int
    seconds: float


@dataclass(frozen=True, slots=True)
class StageReached:
    """A run of several stages reached a point of ``stage``: ``share`` of all its work is done (0..1) in so many
    ``seconds``, and so many are ``left``."""

    name: ClassVar[str] = "stage"
    stage: str
    share: float
    seconds: float
    left: float


Event = Started | Progress | EpochEnded | Finished | StageReached
EventListener = Callable[[Event], None]


def to_json(event: Event) -> str:
    """One line: the event's name and its fields."""
    return json.dumps({"event": event.name, **asdict(event)})
