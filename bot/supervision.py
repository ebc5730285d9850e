"""Background tasks that must not end: each is watched, restarted where it fails, and given up where that fails too."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Self

from bot.errors import BotError
from bot.periodic_tasks import FailureReports, OnTaskFailed, cancel_all

log = logging.getLogger(__name__)

PAUSES_S = (1.0, 5.0, 30.0)  # before the second, third and fourth start of a task that failed
WINDOW_S = 600.0  # failures further back than this no longer count


class Supervisor:
    """An async context manager of tasks that run for as long as it is open.

    A task that raises a BotError is final: its sentence says why nothing can go on. Any other end is unexpected: it is
    logged, and the task begins again after a pause; the fourth unexpected end within ten minutes is final too.
    ``on_failure`` is called with the name of a task that begins again.
    """

    def __init__(self, pauses: tuple[float, ...] = PAUSES_S, on_failure: OnTaskFailed | None = None) -> None:
        self._pauses = pauses
        self._reports = FailureReports(on_failure)
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await cancel_all(self._tasks)
        await self._reports.close()

    def watch(self, name: str, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """Run ``work`` from now on; returns the task, which may be cancelled."""
        task = asyncio.create_task(self._run(name, work), name=name)
        self._tasks.add(task)
        return task

    async def failed(self) -> BaseException:
        """Wait for a final failure; the bot should end with it."""
        return await asyncio.shield(self._failure)

    async def _run(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        failures: deque[float] = deque()
        while True:
            try:
                await work()
                error: Exception = RuntimeError(f"{name} ended")
            except BotError as final:
                self._fail(final)
                return
            except Exception as unexpected:  # noqa: BLE001 - a task that nobody watches would die unseen
                error = unexpected
            now = time.monotonic()
            failures.append(now)
            while failures[0] < now - WINDOW_S:
                failures.popleft()
            if len(failures) > len(self._pauses):
                log.critical("%s failed %d times within %.0f s", name, len(failures), WINDOW_S, exc_info=error)
                self._fail(error)
                return
            pause = self._pauses[len(failures) - 1]
            log.error("%s failed and begins again in %.0f s", name, pause, exc_info=error)
            self._reports.add(name)
            await asyncio.sleep(pause)

    def _fail(self, error: BaseException) -> None:
        if not self._failure.done():
            self._failure.set_result(error)
