"""How long the rest of a fine-tune takes."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from training.finetuning.stages import FEATURE_COSTS, NETWORK_COSTS, UNDECIDED_COSTS, Stage, StageProgress
from training.loop.events import Event, Progress, StageReached


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("slowness", [1.0, 7.0])
@pytest.mark.parametrize(
    "costs", [NETWORK_COSTS, UNDECIDED_COSTS, FEATURE_COSTS], ids=["network", "undecided", "features"]
)
def test_on_a_machine_of_any_speed_the_time_left_comes_true(
    slowness: float, costs: MappingProxyType[Stage, float]
) -> None:
    """Where each stage takes as long as on the machine that was measured, times the same factor."""
    clock, told = Clock(), list[Event]()
    progress = StageProgress(told.append, began=100.0, clock=clock)
    progress.costs = costs
    total = slowness * sum(costs.values())
    for stage, seconds in costs.items():
        progress.reached(stage)
        clock.now += slowness * seconds
    for event in told[1:]:
        assert isinstance(event, StageReached)
        assert event.seconds + event.left == pytest.approx(total, abs=0.1)
        assert event.share == pytest.approx(event.seconds / total, abs=0.001)


def test_during_training_the_loop_s_own_events_tell_the_whole_run_s_time() -> None:
    clock, told = Clock(), list[Event]()
    progress = StageProgress(told.append, began=100.0, clock=clock)
    clock.now += 10
    progress.during_training(Progress(50, 100, 1, 0.1, 0.9, 3.0, 3.0))
    stage, step = told
    assert isinstance(stage, StageReached)
    assert isinstance(step, Progress)
    assert stage.left == step.left != 3.0
    assert stage.stage == "training"


def test_the_share_that_is_done_does_not_fall_where_the_rest_becomes_longer() -> None:
    clock, told = Clock(), list[Event]()
    progress = StageProgress(told.append, began=100.0, clock=clock)
    clock.now += 10
    progress.reached(Stage.EARLY_LAYERS)
    progress.costs = UNDECIDED_COSTS
    progress.reached(Stage.EARLY_LAYERS)
    first, second = told
    assert isinstance(first, StageReached)
    assert isinstance(second, StageReached)
    assert second.share == first.share
    assert second.left > first.left
