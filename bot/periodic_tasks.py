"""What has to be done again and again while the bot runs; a failure is logged, and the next turn tries again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)


class PeriodicTasks:
    """Tasks beside the handlers, begun with the house and ended with it."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, name: str, every: float, chore: Callable[[], Awaitable[None]]) -> None:
        """Do a chore now and then ``every`` so many seconds."""
        self._tasks.append(asyncio.create_task(self._repeat(every, chore), name=name))

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    @staticmethod
    async def _repeat(every: float, chore: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await chore()
            except Exception:  # a chore that failed once must not be left undone for good
                log.exception("a chore failed and is tried again in %.0f s", every)
            await asyncio.sleep(every)
