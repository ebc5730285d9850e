"""Who may have a photo read now: people take turns, and each start is noted in the inbox."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.updates.fair_slots import FairSlots
from storage import inbox
from storage.database import Database
from storage.errors import StorageError

log = logging.getLogger(__name__)

EXTRA_PHOTOS = 2  # beyond those that are being read: they are downloaded and drawn meanwhile


class PhotoTurns:
    """At most ``reading_threads`` and two more photos are under way at once, shared out among people by turns."""

    def __init__(self, database: Database, reading_threads: int) -> None:
        self._database = database
        self._slots = FairSlots(reading_threads + EXTRA_PHOTOS)

    @asynccontextmanager
    async def turn(self, telegram_id: int, update_id: int) -> AsyncIterator[None]:
        """Wait for a person's turn, and hold it while their photo is downloaded, read and drawn."""
        async with self._slots.slot(telegram_id):
            await self._count_start(update_id)
            yield

    async def _count_start(self, update_id: int) -> None:
        """A photo during which processes die is recognised by its starts; without the database nobody counts."""
        try:
            async with self._database.write() as session:
                await inbox.begin(session, update_id)
        except StorageError as error:
            log.warning("the start of update %s could not be noted: %s", update_id, error)
