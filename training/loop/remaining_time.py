"""How long a training run still takes, by a running mean of the time of its steps."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

# Steps that are not timed: the first traces and compiles the graph and waits for its batches to be augmented. It took
# 2.1 s, later ones 0.16 s: 893 s were estimated of 68 s (`digitbot train digits --epochs 1 --seed 1 --json`, 2 cores).
WARMUP_STEPS = 5
MIN_TIMED_STEPS = 5  # before these an estimate would be chance
WINDOW_STEPS = 200  # about so many of the last steps decide; a validation in between is spread over them


class RemainingTime:
    """Times every step of ``steps`` and estimates the seconds left."""

    def __init__(self, steps: int, clock: Callable[[], float] = monotonic) -> None:
        self._steps, self._clock = steps, clock
        self._done = 0
        self._last = clock()
        self._seconds_per_step = 0.0

    def step_done(self) -> None:
        """Time one more step."""
        now = self._clock()
        self._done += 1
        timed = self._done - WARMUP_STEPS
        if timed >= 1:
            share = 1 / min(timed, WINDOW_STEPS)
            self._seconds_per_step += share * (now - self._last - self._seconds_per_step)
        self._last = now

    @property
    def seconds(self) -> float | None:
        """Seconds left; None until enough steps were timed, 0 after the last."""
        if self._done >= self._steps:
            return 0.0
        if self._done < WARMUP_STEPS + MIN_TIMED_STEPS:
            return None
        return self._seconds_per_step * (self._steps - self._done)
