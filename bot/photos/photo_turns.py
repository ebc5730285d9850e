"""Who may have a photo read now: people take turns, and what is under way is noted in case the process dies."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.updates.fair_slots import FairSlots
from model.reader import Reader
from storage import early_readings, inbox
from storage.database import Database
from storage.errors import StorageError

log = logging.getLogger(__name__)

EXTRA_PHOTOS = 2  # beyond those that are being read: they are downloaded and drawn meanwhile
MAX_STARTED = 10_000  # updates; far more than can wait
SUSPICIOUS_STARTS = 3  # of one photo: two processes have ended while it was under way


class PhotoTurns:
    """At most ``reading_threads`` and two more photos are under way at once, shared out among people by turns.

    ``process`` names this start of the bot, by which a later one knows what was under way when it died.
    """

    def __init__(self, database: Database, reader: Reader, reading_threads: int, process: str) -> None:
        self._database = database
        self._reader = reader
        self._process = process
        self._slots = FairSlots(reading_threads + EXTRA_PHOTOS)
        self._started: set[int] = set()

    @asynccontextmanager
    async def turn(self, telegram_id: int, update_id: int) -> AsyncIterator[bool]:
        """Wait for a person's turn, and hold it while their photo is downloaded, read and drawn.

        Gives whether the photo is suspicious: it was under way when processes ended.
        """
        async with self._slots.slot(telegram_id):
            suspicious, recorded = await self._begin(telegram_id, update_id)
            try:
                yield suspicious
            finally:
                if recorded:
                    await self._end(telegram_id, update_id)

    async def _begin(self, telegram_id: int, update_id: int) -> tuple[bool, bool]:
        """Whether the photo is suspicious, and whether it is recorded among the first readings of the active version.

        An update is counted once a process, however often it is handled; without the database nobody counts.
        """
        if update_id in self._started:
            return False, False
        if len(self._started) >= MAX_STARTED:
            self._started.clear()
        self._started.add(update_id)
        try:
            async with self._database.write(about={telegram_id}) as session:
                starts = await inbox.begin(session, update_id)
                model = self._reader.model.name
                recorded = await early_readings.begin(session, model, update_id, self._process)
        except StorageError as error:
            log.warning("the start of update %s could not be noted: %s", update_id, error)
            return False, False
        return starts >= SUSPICIOUS_STARTS, recorded

    async def _end(self, telegram_id: int, update_id: int) -> None:
        with suppress(StorageError):  # the start looks as if the process had died: that alone takes no version back
            async with self._database.write(about={telegram_id}) as session:
                await early_readings.end(session, update_id, self._process)
