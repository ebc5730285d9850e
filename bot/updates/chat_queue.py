"""Order within a chat."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(eq=False)
class _Turn:
    """One update's place in its chat's queue."""

    concurrent: bool
    done: asyncio.Event = field(default_factory=asyncio.Event)


class ChatQueue:
    """Photos of a chat are read side by side; everything else waits for what came before it, and what follows for it.

    So ``/correct 7`` sent right after a photo finds its reading, and an album is still read all at once.
    """

    def __init__(self) -> None:
        self._queues: defaultdict[int, list[_Turn]] = defaultdict(list)

    @asynccontextmanager
    async def turn(self, chat: int, *, concurrent: bool) -> AsyncIterator[Callable[[], None]]:
        """Wait for one's turn in a chat, and hold it for the time of the block; what it gives ends the turn before."""
        queue = self._queues[chat]
        before = [turn for turn in queue if not (concurrent and turn.concurrent)]
        mine = _Turn(concurrent)
        queue.append(mine)
        try:
            for turn in before:
                await turn.done.wait()
            yield mine.done.set
        finally:
            mine.done.set()
            queue.remove(mine)
            if not queue:
                self._queues.pop(chat, None)
