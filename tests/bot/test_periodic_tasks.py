"""Background tasks: a failure does not end them, leaving does."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from bot import periodic_tasks
from bot.periodic_tasks import PeriodicTasks, cancel_all


async def test_a_task_that_failed_runs_again_and_the_log_names_it(caplog: pytest.LogCaptureFixture) -> None:
    third = asyncio.Event()
    runs = 0

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise RuntimeError("once")
        if runs == 3:
            third.set()

    async with PeriodicTasks() as tasks:
        tasks.start("counting", 0.001, work)
        await asyncio.wait_for(third.wait(), 5)
    ended = runs
    await asyncio.sleep(0.02)
    assert runs == ended
    assert [record.getMessage() for record in caplog.records] == ["counting failed; trying again in 0 s"]


async def test_tasks_end_though_one_of_them_loses_a_cancellation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periodic_tasks, "CANCEL_AGAIN_S", 0.01)
    begun = asyncio.Event()

    async def lose_one() -> None:
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    async def fail() -> None:
        raise RuntimeError("a mishap")

    tasks = [asyncio.create_task(lose_one()), asyncio.create_task(fail())]
    await begun.wait()
    async with asyncio.timeout(5):
        await cancel_all(tasks)
    assert tasks[0].cancelled()


async def test_a_failure_is_reported_by_name() -> None:
    reported: asyncio.Queue[str] = asyncio.Queue()

    async def fail() -> None:
        raise RuntimeError("a mishap")

    async with PeriodicTasks(reported.put) as tasks:
        tasks.start("counting", 60, fail)
        assert await asyncio.wait_for(reported.get(), 5) == "counting"


@pytest.mark.parametrize("fails", [True, False])
async def test_a_report_that_fails_or_hangs_holds_no_task_up(fails: bool) -> None:
    runs: asyncio.Queue[int] = asyncio.Queue()

    async def work() -> None:
        await runs.put(1)
        raise RuntimeError("a mishap")

    async def report(_: str) -> None:
        if fails:
            raise RuntimeError("nobody is there")
        await asyncio.Event().wait()

    async with PeriodicTasks(report) as tasks:
        tasks.start("counting", 0.001, work)
        for _ in range(3):
            await asyncio.wait_for(runs.get(), 5)


async def test_an_event_has_a_task_run_before_its_time() -> None:
    runs: asyncio.Queue[int] = asyncio.Queue()
    event = asyncio.Event()

    async def work() -> None:
        await runs.put(1)

    async with PeriodicTasks() as tasks:
        tasks.start("counting", 60, work, event)
        await asyncio.wait_for(runs.get(), 5)
        event.set()
        await asyncio.wait_for(runs.get(), 5)
        assert not event.is_set()
