"""Background tasks that repeat while the bot runs; a failure is logged, and the task runs again at its next turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Self

log = logging.getLogger(__name__)


OnTaskFailed = Callable[[str], Awaitable[None]]

# Longer than what is being sent is waited for (``completion.LAST_SEND_S``), which a second cancellation would cut off.
CANCEL_AGAIN_S = 12.0


async def cancel_all(tasks: Iterable[asyncio.Task[object]]) -> None:
    """Cancel tasks and wait until they have ended, however they end; cancelled oneself meanwhile, wait no longer.

    Those that go on are cancelled again: code that ends a task of its own with ``suppress(CancelledError)``, or waits
    by Python 3.11's ``asyncio.wait_for``, loses a cancellation that comes in the same moment.
    """
    ending = list(tasks)
    left = set(ending)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=CANCEL_AGAIN_S)
    await asyncio.gather(*ending, return_exceptions=True)


class FailureReports:
    """Reports failed tasks in the background: a report may take long where Telegram holds its chat back, or fail, and
    the task has to go on meanwhile."""

    def __init__(self, on_failure: OnTaskFailed | None) -> None:
        self._on_failure = on_failure
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def add(self, name: str) -> None:
        """Call ``on_failure`` with the name of a task, unless the last call with it has not ended."""
        if self._on_failure and name not in self._under_way:
            task = asyncio.create_task(self._report(self._on_failure, name), name=f"report that {name} failed")
            self._under_way[name] = task
            task.add_done_callback(lambda _: self._under_way.pop(name, None))

    async def close(self) -> None:
        """Cancel what is under way."""
        await cancel_all(self._under_way.values())

    @staticmethod
    async def _report(on_failure: OnTaskFailed, name: str) -> None:
        try:
            await on_failure(name)
        except Exception:
            log.exception("that %s failed could not be reported", name)


class PeriodicTasks:
    """The repeating tasks of one bot; leaving the context cancels them. ``on_failure`` is called with a failed one's
    name."""

    def __init__(self, on_failure: OnTaskFailed | None = None) -> None:
        self._reports = FailureReports(on_failure)
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await cancel_all(self._tasks)
        self._tasks.clear()
        await self._reports.close()

    def start(
        self,
        name: str,
        interval_s: float,
        work: Callable[[], Awaitable[None]],
        woken_by: asyncio.Event | None = None,
    ) -> None:
        """Run ``work`` now, and again ``interval_s`` seconds after each time it has ended, or as soon as the event is
        set, which is cleared."""
        event = woken_by or asyncio.Event()
        self._tasks.append(asyncio.create_task(self._repeat(name, interval_s, work, event), name=name))

    async def _repeat(
        self, name: str, interval_s: float, work: Callable[[], Awaitable[None]], event: asyncio.Event
    ) -> None:
        while True:
            event.clear()
            try:
                await work()
            except Exception:  # one failure must not end the task for good
                log.exception("%s failed; trying again in %.0f s", name, interval_s)
                self._reports.add(name)
            await wait_for_event(event, interval_s)


async def wait_for_event(event: asyncio.Event, seconds: float) -> None:
    """Until an event is set, but no longer than so many seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
