"""A bell that wakes everyone who waits for news."""

from __future__ import annotations

import asyncio
import contextlib


class Notifier:
    """Many may wait; one ring wakes all of them, and later comers wait for the next."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        rung, self._event = self._event, asyncio.Event()
        rung.set()

    async def wait(self, seconds: float) -> None:
        """Returns at the next ring, or after so many seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
