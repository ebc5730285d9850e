"""Dispatching: updates of the inbox are handled in order per chat, fairly between people, until they are answered."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable

from telegram import Update

from bot.context import App
from bot.updates.chat_queue import ChatQueue
from bot.updates.fair_slots import FairSlots
from bot.updates.telegram_errors import GrowingPause
from storage import inbox
from storage.database import Database
from storage.errors import StorageError
from storage.inbox import InboxRecord

log = logging.getLogger(__name__)

RETRY_FIRST_S, RETRY_LONGEST_S = 2.0, 300.0


class Postponed(Exception):
    """An update could not be answered now and is to be handled again later: nothing of its answer has left."""


class Dispatcher:
    """Handles each update as a task of its own. It leaves the inbox when it is answered, and stays there otherwise.

    ``photos_at_once`` bounds the pictures that are downloaded, read and answered at the same time.
    """

    def __init__(self, app: App, database: Database, *, photos_at_once: int) -> None:
        self._app = app
        self._database = database
        self._chats = ChatQueue()
        self._slots = FairSlots(photos_at_once)
        self._tasks: set[asyncio.Task[None]] = set()
        self._postponed: set[int] = set()

    @property
    def waiting(self) -> int:
        """How many updates wait or are being handled."""
        return len(self._tasks)

    def dispatch(self, record: InboxRecord) -> None:
        """Handle an update of the inbox as soon as its turn comes."""
        task = asyncio.create_task(self._handle(record), name=f"update {record.update_id}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def postpone(self, update_id: int) -> None:
        """Handle an update that is being handled once more, later (the error handler asks for it)."""
        self._postponed.add(update_id)

    async def stop(self, seconds: float) -> None:
        """Let what is being answered be answered for so many seconds; the rest stays in the inbox for the next start."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        left = list(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if left:
            log.info("%d updates are answered at the next start", len(left))

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("%s could not be handled and stays in the inbox", task.get_name(), exc_info=error)

    async def _handle(self, record: InboxRecord) -> None:
        update = Update.de_json(json.loads(record.payload), self._app.bot)
        chat = update.effective_chat.id if update.effective_chat else 0
        picture = is_picture(update)
        async with self._chats.turn(chat, concurrent=picture):
            await self._until_answered(update, picture=picture)
            await self._persistently(lambda: self._complete(update.update_id))

    async def _until_answered(self, update: Update, *, picture: bool) -> None:
        """Process an update, again and again with growing pauses where its answer cannot leave."""
        sender = update.effective_sender.id if update.effective_sender else 0
        pause = GrowingPause(RETRY_FIRST_S, RETRY_LONGEST_S)
        while True:
            if picture:
                async with self._slots.slot(sender):
                    await self._count_start(update.update_id)
                    await self._app.process_update(update)
            else:
                await self._app.process_update(update)
            if update.update_id not in self._postponed:
                return
            self._postponed.discard(update.update_id)
            seconds = pause.after(Postponed())
            log.info("update %s is handled again in %.0f s", update.update_id, seconds)
            await asyncio.sleep(seconds)

    async def _count_start(self, update_id: int) -> None:
        """Note that a picture is about to be decoded: one during which processes die is recognised by its starts."""
        try:
            async with self._database.write() as session:
                await inbox.begin(session, update_id)
        except StorageError as error:
            log.warning("the start of update %s could not be noted: %s", update_id, error)

    async def _complete(self, update_id: int) -> None:
        async with self._database.write() as session:
            await inbox.complete(session, update_id)

    @staticmethod
    async def _persistently(work: Callable[[], Awaitable[None]]) -> None:
        """Do it until the database takes it: a full disk or a lock passes."""
        pause = GrowingPause(RETRY_FIRST_S, RETRY_LONGEST_S)
        while True:
            try:
                await work()
            except StorageError as error:
                seconds = pause.after(error)
                log.warning("an answered update could not leave the inbox (%s), trying again in %.0f s", error, seconds)
                await asyncio.sleep(seconds)
            else:
                return


def is_picture(update: Update) -> bool:
    """Whether handling it means to download and read a picture: such updates of a chat are handled side by side."""
    message = update.message
    return bool(message and (message.photo or message.document or message.sticker))
