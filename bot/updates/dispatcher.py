"""Dispatching: updates of the inbox are handled in order per chat, fairly between people, until they are answered."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable

from telegram import Bot, Update

from bot.updates.chat_queue import ChatQueue
from bot.updates.telegram_errors import GrowingPause
from storage import inbox
from storage.database import Database
from storage.errors import StorageError
from storage.inbox import InboxRecord

log = logging.getLogger(__name__)

RETRY_FIRST_S, RETRY_LONGEST_S = 2.0, 300.0

Process = Callable[[Update], Awaitable[None]]


class Dispatcher:
    """Handles each update as a task of its own. It leaves the inbox when it is answered, and stays there otherwise.

    ``process`` runs the handlers (``Application.process_update``); what goes wrong in them is the error handler's.
    """

    def __init__(self, bot: Bot, process: Process, database: Database) -> None:
        self._bot = bot
        self._process = process
        self._database = database
        self._chats = ChatQueue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._attempts: dict[int, int] = {}
        self._postponed: set[int] = set()
        self._held: dict[int, float] = {}
        self._holding: set[asyncio.Task[None]] = set()
        self.answered = 0
        """How many updates were answered since the start."""

    @property
    def waiting(self) -> int:
        """How many updates wait or are being handled, but for those that are held."""
        return len(self._tasks) - len(self._holding)

    def dispatch(self, record: InboxRecord) -> None:
        """Handle an update of the inbox as soon as its turn comes."""
        task = asyncio.create_task(self._handle(record), name=f"update {record.update_id}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def postpone(self, update_id: int, *, most: int | None = None) -> bool:
        """Have an update handled again later: nothing of its answer has left (the error handler knows).

        False, and nothing more, where it was handled ``most`` times already, or does not come from the inbox.
        """
        attempts = self._attempts.get(update_id)
        if attempts is None or (most is not None and attempts >= most):
            return False
        self._postponed.add(update_id)
        return True

    def hold(self, update_id: int, seconds: float) -> bool:
        """Have an update that a handler is at handled again after so many seconds; nothing else of its chat waits for
        it meanwhile. False, and nothing more, where it does not come from the inbox."""
        if update_id not in self._attempts:
            return False
        self._held[update_id] = seconds
        return True

    async def stop(self, seconds: float) -> None:
        """Let what is being answered be answered for so many seconds; what is held and the rest stay in the inbox."""
        for task in list(self._holding):
            task.cancel()
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
        update = Update.de_json(json.loads(record.payload), self._bot)
        chat = update.effective_chat.id if update.effective_chat else 0
        async with self._chats.turn(chat, concurrent=is_picture(update)) as end_turn:
            try:
                await self._until_answered(update, end_turn)
            finally:
                self._attempts.pop(update.update_id, None)
            self.answered += 1
            await self._persistently(lambda: self._complete(update.update_id))

    async def _until_answered(self, update: Update, end_turn: Callable[[], None]) -> None:
        """Process an update, again and again with growing pauses where its answer cannot leave, or when it was held."""
        number, pause = update.update_id, GrowingPause(RETRY_FIRST_S, RETRY_LONGEST_S)
        while True:
            self._attempts[number] = self._attempts.get(number, 0) + 1
            await self._process(update)
            if number in self._held:
                end_turn()
                await self._sleep_held(number)
                continue
            if number not in self._postponed:
                return
            self._postponed.discard(number)
            seconds = pause.next()
            log.info("update %s is handled again in %.0f s", number, seconds)
            await asyncio.sleep(seconds)

    async def _sleep_held(self, update_id: int) -> None:
        task = asyncio.current_task()
        holding = {task} if task else set()
        self._holding |= holding
        try:
            await asyncio.sleep(self._held.pop(update_id))
        finally:
            self._holding -= holding

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
                seconds = pause.next()
                log.warning("an answered update could not leave the inbox (%s), trying again in %.0f s", error, seconds)
                await asyncio.sleep(seconds)
            else:
                return


def is_picture(update: Update) -> bool:
    """Whether handling it means to download and read a picture: such updates of a chat are handled side by side."""
    message = update.message
    return bool(message and (message.photo or message.document or message.sticker))
