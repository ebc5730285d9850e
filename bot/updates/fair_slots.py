"""A bounded number of places, shared out among people by turns."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class FairSlots:
    """At most ``limit`` holders at once. A place that gets free goes to the next person in turn, whoever asked first.

    So one person's hundred photos delay another's single photo by at most those under way (round-robin scheduling).
    """

    def __init__(self, limit: int) -> None:
        self._free = limit
        # In the order in which their turns come: a person who was served goes to the end.
        self._waiting: dict[int, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def slot(self, person: int) -> AsyncIterator[None]:
        """Hold one place for the time of the block."""
        await self._acquire(person)
        try:
            yield
        finally:
            self._release()

    async def _acquire(self, person: int) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(person, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the place was handed over in the same moment
                self._release()
            raise

    def _release(self) -> None:
        """Hand the place to the first who still waits of the next person in turn."""
        while self._waiting:
            person = next(iter(self._waiting))
            queue = self._waiting.pop(person)
            turn = queue.popleft()
            if queue:
                self._waiting[person] = queue
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
