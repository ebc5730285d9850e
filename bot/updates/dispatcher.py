"""Dispatching: updates of the inbox are handled in order per chat, fairly between people, until they are answered."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Collection
from contextvars import copy_context
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Bot, Update

from bot.monitoring.personal_redaction import hide_values_of
from bot.periodic_tasks import cancel_all
from bot.updates.albums import Albums
from bot.updates.chat_queue import ChatQueue
from bot.updates.completion import RETRY_FIRST_S, RETRY_LONGEST_S, uninterrupted, until_done
from bot.updates.telegram_errors import GrowingPause
from bot.updates.update_parsing import parse_update
from storage import inbox
from storage.database import Database
from storage.inbox import InboxRecord

log = logging.getLogger(__name__)

DATABASE_ATTEMPTS = 3  # at an update that loses the database server, before its sender is told

Process = Callable[[Update], Awaitable[None]]
Note = Callable[[AsyncSession, int], Awaitable[object]]


class Dispatcher:
    """Handles each update as a task of its own. It leaves the inbox when it is answered, and stays there otherwise.

    ``process`` runs the handlers (``Application.process_update``); what goes wrong in them is the error handler's.
    """

    def __init__(self, bot: Bot, process: Process, database: Database, albums: Albums) -> None:
        self._bot = bot
        self._process = process
        self._database = database
        self._chats = ChatQueue()
        self.albums = albums
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._attempts: dict[int, int] = {}
        self._begun_before: set[int] = set()
        self._postponed: set[int] = set()
        self._held: dict[int, float] = {}
        self._holding: set[asyncio.Task[None]] = set()
        self._is_stopping = False
        self.answered = 0
        """How many updates were answered since the start."""

    @property
    def waiting(self) -> int:
        """How many updates wait or are being handled, but for those that are held."""
        return len(self._tasks) - len(self._holding)

    def dispatch(self, record: InboxRecord, update: Update | None = None) -> bool:
        """Handle an update of the inbox as soon as its turn comes; ``update`` is what its payload says, where it is at
        hand. False, and nothing more, where it is being handled, or dropped, or ``stop`` was called: then it is for
        another process, or the next start."""
        if self._is_stopping or record.update_id in self._tasks:
            return False
        context = copy_context()
        context.run(hide_values_of, record.payload)
        task = asyncio.create_task(self._handle(record, update), name=f"update {record.update_id}", context=context)
        self._tasks[record.update_id] = task
        task.add_done_callback(partial(self._ended, record.update_id), context=context)
        return True

    def drop(self, update_ids: Collection[int]) -> None:
        """Handle these no further: another process has taken them over."""
        for number in update_ids:
            if task := self._tasks.get(number):
                task.cancel()
        if update_ids:
            log.warning("%d updates were taken over by another process", len(update_ids))

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

    def is_first_try(self, update_id: int) -> bool:
        """Whether an update of the inbox is being handled for the first time, by any process: then nothing of it was
        answered before."""
        return self._attempts.get(update_id) == 1 and update_id not in self._begun_before

    async def stop(self, seconds: float) -> None:
        """Let what is being answered be answered for so many seconds; what is held, the rest, and what was being stored
        meanwhile stay in the inbox."""
        self._is_stopping = True
        for task in list(self._holding):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=seconds)
        left = list(self._tasks.values())
        await cancel_all(left)
        if left:
            log.info("%d updates are answered at the next start", len(left))

    def _ended(self, update_id: int, task: asyncio.Task[None]) -> None:
        del self._tasks[update_id]
        if not task.cancelled() and (error := task.exception()):
            log.error("%s could not be handled and stays in the inbox", task.get_name(), exc_info=error)

    async def _handle(self, record: InboxRecord, update: Update | None) -> None:
        update = update or parse_update(json.loads(record.payload), self._bot)
        if record.starts:
            self._begun_before.add(record.update_id)
        if not is_in_album(update):
            await self._in_turn(update, inbox.complete)
            return
        try:
            await self._handle_in_album(update, record)
        except asyncio.CancelledError:
            if update.message:
                self.albums.forget(update.message)
            raise

    async def _handle_in_album(self, update: Update, record: InboxRecord) -> None:
        async with self.albums.member(update):
            if not record.applied:
                await self._in_turn(update, inbox.apply_once)

    async def _in_turn(self, update: Update, note: Note) -> None:
        """Answer an update when its turn has come in its chat, and note that before the next one begins."""
        async with self._chats.turn(_chat_of(update), concurrent=is_picture(update)) as end_turn:
            try:
                await self._until_answered(update, end_turn)
            finally:
                self._attempts.pop(update.update_id, None)
                self._begun_before.discard(update.update_id)
                self._postponed.discard(update.update_id)
                self._held.pop(update.update_id, None)
            self.answered += 1
            what = "the note that an update is answered"
            await uninterrupted(until_done(what, lambda: self._note(update, note)))

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

    async def _note(self, update: Update, note: Note) -> None:
        """The chat's next update waits for it, so that it does not wait behind what is written of photos."""
        async with self._database.write(first=True, about={_chat_of(update)}) as session:
            await note(session, update.update_id)


def _chat_of(update: Update) -> int:
    """0 for what belongs to no chat, as in the inbox."""
    return update.effective_chat.id if update.effective_chat else 0


def is_picture(update: Update) -> bool:
    """Whether handling it means to download and read a picture: such updates of a chat are handled side by side."""
    message = update.message
    return bool(message and (message.photo or message.document or message.sticker))


def is_in_album(update: Update) -> bool:
    """Whether an update stays in the inbox after its answer, until its album is summed up."""
    return bool(update.message and update.message.media_group_id)
