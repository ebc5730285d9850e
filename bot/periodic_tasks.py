"""Background tasks that repeat while the bot runs; a failure is logged, and the task runs again at its next turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self

log = logging.getLogger(__name__)


OnTaskFailed = Callable[[str], Awaitable[None]]


class PeriodicTasks:
    """The repeating tasks of one bot; leaving the context cancels them. ``on_failure`` is called with a failed one's
    name."""

    def __init__(self, on_failure: OnTaskFailed | None = None) -> None:
        self._on_failure = on_failure
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

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
                if self._on_failure:
                    await self._on_failure(name)
            await wait_for_event(event, interval_s)


async def wait_for_event(event: asyncio.Event, seconds: float) -> None:
    """Until an event is set, but no longer than so many seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
