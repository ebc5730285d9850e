"""Each update once, and in its turn."""

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

# Enough that a busy class never waits for a place; the reader's threads bound the work itself.
AT_ONCE = 256


@dataclass(eq=False)
class _Turn:
    """One update's place in its chat's queue."""

    beside_others: bool
    done: asyncio.Event = field(default_factory=asyncio.Event)


class ChatQueue:
    """Order within a chat: photos are read side by side, everything else waits for what came before it.

    So ``/correct 7`` sent right after a photo finds its reading, and an album is still read all at once.
    """

    def __init__(self) -> None:
        self._waiting: defaultdict[int, list[_Turn]] = defaultdict(list)

    @asynccontextmanager
    async def turn(self, chat: int, *, beside_others: bool) -> AsyncIterator[None]:
        queue = self._waiting[chat]
        before = [turn for turn in queue if not (beside_others and turn.beside_others)]
        mine = _Turn(beside_others)
        queue.append(mine)
        try:
            for turn in before:
                await turn.done.wait()
            yield
        finally:
            mine.done.set()
            queue.remove(mine)
            if not queue:
                self._waiting.pop(chat, None)


class DedupingUpdateProcessor(BaseUpdateProcessor):
    """Telegram delivers an update again when its answer was lost: the second one is dropped here, for every handler."""

    def __init__(self, services: Services) -> None:
        super().__init__(AT_ONCE)
        self._services = services
        self._turns = ChatQueue()

    async def initialize(self) -> None:
        """Nothing to make: the house opens in the application's post_init."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_process_update(self, update: object, coroutine: Awaitable[None]) -> None:
        if not isinstance(update, Update):
            await coroutine
            return
        chat = update.effective_chat.id if update.effective_chat else 0
        async with self._turns.turn(chat, beside_others=_is_picture(update)):
            await self._once(update.update_id, coroutine)

    async def _once(self, number: int, coroutine: Awaitable[None]) -> None:
        if not await self._claim(number):
            log.info("update %s came again and was dropped", number)
            if isinstance(coroutine, Coroutine):
                coroutine.close()  # it was never started; closed, Python does not warn of it
            return
        await coroutine
        await self._finish(number)

    async def _claim(self, number: int) -> bool:
        try:
            async with self._services.database.write() as session:
                return await processed_updates.claim(session, number, self._services.process)
        except StorageError:
            # Answering twice is better than not at all: the handlers tell that nothing can be kept.
            log.exception("update %s could not be noted", number)
            return True

    async def _finish(self, number: int) -> None:
        try:
            async with self._services.database.write() as session:
                await processed_updates.finish(session, number)
        except StorageError:
            log.exception("update %s could not be noted as done", number)


def _is_picture(update: Update) -> bool:
    message = update.message
    return bool(message and (message.photo or message.document or message.sticker))
