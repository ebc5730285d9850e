"""Background tasks are watched."""

from __future__ import annotations

import asyncio

import pytest

from bot.supervision import PAUSES_S, Supervisor
from bot.updates.polling import FetchingFailed


async def test_a_task_that_fails_once_begins_again() -> None:
    begun = 0
    running = asyncio.Event()

    async def work() -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            raise ValueError("a mishap")
        running.set()
        await asyncio.Event().wait()

    async with Supervisor(pauses=(0.0, 0.0)) as supervisor:
        supervisor.watch("work", work)
        await asyncio.wait_for(running.wait(), 1)
    assert begun == 2


async def test_a_task_that_ends_quietly_begins_again_too() -> None:
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1

    async with Supervisor(pauses=(0.0,)) as supervisor:
        supervisor.watch("work", work)
        error = await asyncio.wait_for(supervisor.failed(), 1)
    assert begun == 2
    assert "work ended" in str(error)


async def test_a_final_error_is_given_at_once() -> None:
    async def work() -> None:
        raise FetchingFailed("another process is polling")

    async with Supervisor() as supervisor:
        supervisor.watch("work", work)
        assert isinstance(await asyncio.wait_for(supervisor.failed(), 1), FetchingFailed)


async def test_the_fourth_failure_is_final_where_three_restarts_are_allowed() -> None:
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1
        raise ValueError("a lasting mishap")

    async with Supervisor(pauses=(0.0,) * len(PAUSES_S)) as supervisor:
        supervisor.watch("work", work)
        assert str(await asyncio.wait_for(supervisor.failed(), 1)) == "a lasting mishap"
    assert begun == 4


async def test_a_task_that_begins_again_is_reported_by_name() -> None:
    reported: asyncio.Queue[str] = asyncio.Queue()

    async def fail() -> None:
        raise RuntimeError("a mishap")

    async with Supervisor((60.0,), reported.put) as supervisor:
        supervisor.watch("polling", fail)
        assert await asyncio.wait_for(reported.get(), 5) == "polling"


@pytest.mark.parametrize("fails", [True, False])
async def test_a_report_that_fails_or_hangs_holds_no_task_up(fails: bool) -> None:
    async def fail() -> None:
        raise ValueError("a lasting mishap")

    async def report(_: str) -> None:
        if fails:
            raise RuntimeError("nobody is there")
        await asyncio.Event().wait()

    async with Supervisor((0.0, 0.0), report) as supervisor:
        supervisor.watch("polling", fail)
        assert str(await asyncio.wait_for(supervisor.failed(), 5)) == "a lasting mishap"
