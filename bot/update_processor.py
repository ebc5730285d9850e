"""The update processor: each update is handled once, and in order within its chat."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.services import Services
from storage import processed_updates
from storage.errors import StorageError

log = logging.getLogger(__name__)

# More than a busy class sends at once; the reader's threads bound the work itself.
MAX_CONCURRENT_UPDATES = 256


@dataclass(eq=False)
class _QueuedUpdate:
    """One update's place in its chat's queue."""

    concurrent: bool
    done: asyncio.Event = field(default_factory=asyncio.Event)


class ChatQueue:
    """Order within a chat: photos are read concurrently, everything else waits for what came before it.

    So ``/correct 7`` sent right after a photo finds its reading, and an album is still read all at once.
    """

    def __init__(self) -> None:
        self._queues: defaultdict[int, list[_QueuedUpdate]] = defaultdict(list)

    @asynccontextmanager
    async def turn(self, chat: int, *, concurrent: bool) -> AsyncIterator[None]:
        """Wait for the updates of this chat that must come first; only concurrent ones do not wait for each other."""
        queue = self._queues[chat]
        before = [update for update in queue if not (concurrent and update.concurrent)]
        own = _QueuedUpdate(concurrent)
        queue.append(own)
        try:
            for update in before:
                await update.done.wait()
            yield
        finally:
            own.done.set()
            queue.remove(own)
            if not queue:
                self._queues.pop(chat, None)


class DedupingUpdateProcessor(BaseUpdateProcessor):
    """Telegram delivers an update again when its answer was lost: the second one is dropped here, for every handler."""

    def __init__(self, services: Services) -> None:
        super().__init__(MAX_CONCURRENT_UPDATES)
        self._services = services
        self._chats = ChatQueue()

    async def initialize(self) -> None:
        """Nothing to open: the services are entered in the application's post_init."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_process_update(self, update: object, coroutine: Awaitable[None]) -> None:
        if not isinstance(update, Update):
            await coroutine
            return
        chat = update.effective_chat.id if update.effective_chat else 0
        async with self._chats.turn(chat, concurrent=_has_attachment(update)):
            await self._process_once(update.update_id, coroutine)

    async def _process_once(self, update_id: int, coroutine: Awaitable[None]) -> None:
        if not await self._claim(update_id):
            log.info("update %s came again and was dropped", update_id)
            if isinstance(coroutine, Coroutine):
                coroutine.close()  # it was never started; closed, Python does not warn of it
            return
        await coroutine
        await self._finish(update_id)

    async def _claim(self, update_id: int) -> bool:
        try:
            async with self._services.database.write() as session:
                return await processed_updates.claim(session, update_id, self._services.process)
        except StorageError:
            # Answering twice is better than not at all: the handlers say that nothing can be stored.
            log.exception("update %s could not be claimed", update_id)
            return True

    async def _finish(self, update_id: int) -> None:
        try:
            async with self._services.database.write() as session:
                await processed_updates.finish(session, update_id)
        except StorageError:
            log.exception("update %s could not be marked as handled", update_id)


def _has_attachment(update: Update) -> bool:
    message = update.message
    return bool(message and (message.photo or message.document or message.sticker))
