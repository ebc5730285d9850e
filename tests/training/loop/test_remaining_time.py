from __future__ import annotations

import pytest

from training.loop.remaining_time import MIN_TIMED_STEPS, WARMUP_STEPS, RemainingTime


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def after(durations: list[float], steps: int = 1000) -> RemainingTime:
    """The estimate after steps that took so many seconds each."""
    clock = Clock()
    remaining = RemainingTime(steps, clock)
    for seconds in durations:
        clock.now += seconds
        remaining.step_done()
    return remaining


def test_there_is_no_estimate_before_enough_steps_were_timed() -> None:
    assert after([]).seconds is None
    assert after([1.0] * (WARMUP_STEPS + MIN_TIMED_STEPS - 1)).seconds is None
    assert after([1.0] * (WARMUP_STEPS + MIN_TIMED_STEPS)).seconds is not None


def test_a_slow_first_step_does_not_count() -> None:
    assert after([7.5] + [0.1] * 99).seconds == pytest.approx(0.1 * 900)


def test_the_estimate_follows_a_machine_that_slows_down() -> None:
    assert after([0.1] * 300 + [0.4] * 600, steps=1000).seconds == pytest.approx(40, rel=0.1)


def test_one_validation_in_between_changes_it_by_its_share_only() -> None:
    plain, paused = after([0.25] * 429), after([0.25] * 428 + [8.25])
    assert plain.seconds == pytest.approx(0.25 * 571)
    assert paused.seconds == pytest.approx((0.25 + 8 / 200) * 571)


def test_after_the_last_step_nothing_is_left_even_of_the_shortest_run() -> None:
    assert after([1.0], steps=1).seconds == 0.0
    assert after([1.0, 2.0, 3.0], steps=3).seconds == 0.0
