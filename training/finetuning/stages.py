"""The stages of a fine-tune, and how long the rest of it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from time import monotonic
from types import MappingProxyType
from typing import Final

from training.loop.events import Event, EventListener, Progress, StageReached


class Stage(StrEnum):
    """What is done one after the other."""

    START = "start"  # Python, TensorFlow, the data, the root's network
    JUDGING = "judging the corrections"
    EARLY_LAYERS = "computing the early layers"
    CROSS_VALIDATION = "cross-validating the last layers"  # only where it is asked for
    TRAINING = "training"
    EXPORT = "exporting"
    EVALUATION = "evaluating"


# Seconds of each on 2 cores (AMD EPYC, 100 corrections, MNIST at hand), from its processor time: only their proportions
# count.
NETWORK_COSTS: Final = MappingProxyType(
    {
        Stage.START: 3.7,
        Stage.JUDGING: 1.5,
        Stage.EARLY_LAYERS: 4.5,
        Stage.CROSS_VALIDATION: 0.0,
        Stage.TRAINING: 3.3,
        Stage.EXPORT: 1.8,
        Stage.EVALUATION: 6.2,
    }
)
UNDECIDED_COSTS: Final = MappingProxyType({**NETWORK_COSTS, Stage.CROSS_VALIDATION: 9.5})
FEATURE_COSTS: Final = MappingProxyType(
    {**NETWORK_COSTS, Stage.EARLY_LAYERS: 0.0, Stage.TRAINING: 2.0, Stage.EVALUATION: 1.2}
)


class StageProgress:
    """Tells ``listen`` how far a run is, by what the stages behind it took; ``began`` is when it was started, by
    ``clock``."""

    def __init__(self, listen: EventListener, began: float, clock: Callable[[], float] = monotonic) -> None:
        self._listen, self._began, self._clock = listen, began, clock
        self.costs = NETWORK_COSTS
        self._told = 0.0  # the share that was told: it does not fall where the rest becomes longer

    def reached(self, stage: Stage, share: float = 0.0) -> None:
        """``share`` (0..1) of a stage is done, and all stages before it."""
        done, left, seconds = self._estimate(stage, share)
        self._told = max(self._told, done)
        self._listen(StageReached(str(stage), self._told, seconds, left))

    def during_training(self, event: Event) -> None:
        """Hand on an event of the training loop, with the time that the whole run still takes."""
        if isinstance(event, Progress):
            share = event.step / event.steps
            event = replace(event, left=self._estimate(Stage.TRAINING, share)[1])
            self.reached(Stage.TRAINING, share)
        self._listen(event)

    def _estimate(self, stage: Stage, share: float) -> tuple[float, float, float]:
        """The share of the run that is done, the seconds left, and those since its start."""
        stages = list(Stage)
        done = sum(self.costs[each] for each in stages[: stages.index(stage)]) + share * self.costs[stage]
        total, seconds = sum(self.costs.values()), self._clock() - self._began
        left = seconds * (total - done) / done if done else total
        return round(done / total, 3), round(left, 1), round(seconds, 2)
