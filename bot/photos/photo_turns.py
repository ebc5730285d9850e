"""Whose photos are under way: people take turns, and what is being read is noted in case the process dies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from weakref import WeakValueDictionary

from bot.updates.fair_slots import FairSlots
from model.profiling import stage
from model.reader import Reader
from storage import early_readings, inbox
from storage.database import Database
from storage.errors import StorageError

log = logging.getLogger(__name__)

EXTRA_PHOTOS = 2  # beyond those that are being read: they are downloaded and drawn meanwhile
EXTRA_PHOTOS_OF_ONE = 1  # the same of one person: one place is left for whoever comes next
MAX_STARTED = 10_000  # updates; far more than can wait
SUSPICIOUS_STARTS = 3  # of one photo: two processes have ended while it was under way


class PhotoTurns:
    """At most ``reading_threads`` and two more photos are read at once, shared out among people by turns, and of one
    person in one chat at most ``reading_threads`` and one more are under way, from the download to the sent answer.

    So no more than these of one person's photos stand before another's, wherever they wait: for a thread, the database
    or Telegram. A chat that Telegram holds back takes no place from others, nor from its people elsewhere.

    ``process`` names this start of the bot, by which a later one knows what was being read when it died.
    """

    def __init__(self, database: Database, reader: Reader, reading_threads: int, process: str) -> None:
        self._database = database
        self._reader = reader
        self._process = process
        self._slots = FairSlots(reading_threads + EXTRA_PHOTOS)
        self._started: set[int] = set()
        self._most_of_one = reading_threads + EXTRA_PHOTOS_OF_ONE
        # By chat and person; one stays as long as a photo holds or awaits a place of it.
        self._places: WeakValueDictionary[tuple[int, int], asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def under_way(self, chat_id: int, telegram_id: int) -> AsyncIterator[None]:
        """Wait for a place of a person in a chat, in order of arrival, and hold it until their photo is answered."""
        places = self._places.setdefault((chat_id, telegram_id), asyncio.Semaphore(self._most_of_one))
        async with AsyncExitStack() as held:
            with stage("wait"):
                await held.enter_async_context(places)
            yield

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
