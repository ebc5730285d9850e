"""Wakes the coroutines that wait for a change."""

from __future__ import annotations

import asyncio

from bot.periodic_tasks import wait_for_event


class Notifier:
    """Any number may wait; one ``notify`` wakes them all, and whoever waits afterwards waits for the next."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def notify(self) -> None:
        notified, self._event = self._event, asyncio.Event()
        notified.set()

    async def wait(self, seconds: float) -> None:
        """Returns at the next ``notify``, or after so many seconds."""
        await wait_for_event(self._event, seconds)
