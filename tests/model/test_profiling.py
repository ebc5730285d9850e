"""How long each stage of a reading takes."""

from __future__ import annotations

import itertools
import threading
from types import SimpleNamespace

import pytest

from model import profiling
from model.profiling import StageTimes, collect_stage_times, profiled


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that goes on by a second whenever it is read."""
    ticks = itertools.count()
    monkeypatch.setattr(profiling, "time", SimpleNamespace(perf_counter=lambda: float(next(ticks))))


@profiled("outer")
def outer() -> str:
    return inner()


@profiled("inner")
def inner() -> str:
    return "done"


def test_a_stage_is_timed_without_the_stages_within_it() -> None:
    with collect_stage_times() as stages:
        assert outer() == "done"
    assert stages.seconds == {"outer": 2.0, "inner": 1.0}  # the clock is read four times: three seconds in all
    assert stages.total == 3.0


def test_a_stage_met_again_adds_up() -> None:
    with collect_stage_times() as stages:
        inner()
        inner()
    assert stages.seconds == {"inner": 2.0}


def test_outside_of_collecting_nothing_is_timed() -> None:
    stages = StageTimes()
    with collect_stage_times() as collected:
        pass
    outer()
    assert stages.seconds == collected.seconds == {}


def test_other_threads_do_not_count() -> None:
    with collect_stage_times() as stages:
        thread = threading.Thread(target=inner)
        thread.start()
        thread.join()
    assert stages.seconds == {}


def test_an_error_ends_its_stage() -> None:
    @profiled("broken")
    def broken() -> None:
        raise ValueError("broken")

    with collect_stage_times() as stages:
        with pytest.raises(ValueError, match="broken"):
            broken()
        inner()
    assert stages.seconds == {"broken": 1.0, "inner": 1.0}
