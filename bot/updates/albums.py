"""Albums: each picture is an update of its own; when all are answered, one line sums the album up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from telegram import Message, Update
from telegram.error import TelegramError

from bot.identity import Sender
from bot.messages.languages import Languages
from bot.messages.texts import Texts
from bot.retrying_request import did_not_leave
from bot.updates.telegram_errors import GrowingPause
from storage import inbox, readings
from storage.database import Database, repeated_if_lost
from storage.errors import StorageError
from storage.readings import ReadingRecord

log = logging.getLogger(__name__)

ALBUM_PAUSE_S = 1.5  # since the last picture of an album arrived: Telegram does not say how many there are
TAKEN_OVER_PAUSE_S = 5.0  # the same after a restart: the rest of the album may have to be delivered again

Key: TypeAlias = tuple[int, str]


@dataclass(eq=False)
class _Album:
    """What has arrived of one album: updates by their message's id, and the ids of those that are unanswered."""

    updates: dict[int, Update] = field(default_factory=dict)
    unanswered: set[int] = field(default_factory=set)
    quiet_at: float = 0.0
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    def join(self, message: Message, update: Update, pause: float) -> None:
        self.updates[message.message_id] = update
        self.unanswered.add(message.message_id)
        self.settled.clear()
        self.quiet_at = max(self.quiet_at, asyncio.get_running_loop().time() + pause)

    def leave(self, message: Message) -> None:
        self.unanswered.discard(message.message_id)
        if not self.unanswered:
            self.settled.set()

    async def until_whole(self) -> None:
        """Wait until each picture is answered and none has arrived for a while."""
        while self.unanswered or (left := self.quiet_at - asyncio.get_running_loop().time()) > 0:
            await (self.settled.wait() if self.unanswered else asyncio.sleep(left))


class Albums:
    """The albums that are arriving. Their updates stay in the inbox until the line is sent: a kill loses neither."""

    def __init__(self, database: Database, languages: Languages) -> None:
        self._database = database
        self._languages = languages
        self._open: dict[Key, _Album] = {}

    def companions(self, message: Message) -> tuple[Message, ...]:
        """What has arrived of the album that a message belongs to."""
        key = key_of(message)
        album = self._open.get(key) if key else None
        return tuple(each.message for each in album.updates.values() if each.message) if album else ()

    @asynccontextmanager
    async def member(self, update: Update, *, taken_over: bool = False) -> AsyncIterator[None]:
        """Answer an update of an album within the block; this ends when the album is summed up.

        ``taken_over``: an earlier process left it in the inbox. Raises ValueError for a message that stands alone.
        """
        message = update.message
        key = key_of(message) if message else None
        if message is None or key is None:
            raise ValueError(f"update {update.update_id} belongs to no album")
        album = self._open.setdefault(key, _Album())
        album.join(message, update, TAKEN_OVER_PAUSE_S if taken_over else ALBUM_PAUSE_S)
        await asyncio.sleep(0)  # so that all that arrived together are known before one of them is answered
        try:
            yield
        except Exception:  # it stays in the inbox; a stop of the bot ends no picture's part, nor the others' waiting
            del album.updates[message.message_id]
            album.leave(message)
            raise
        album.leave(message)
        await album.until_whole()
        if self._open.get(key) is album:  # the first to come here speaks for all
            del self._open[key]
            try:
                await self._sum_up([album.updates[number] for number in sorted(album.updates)])
            finally:
                album.closed.set()
        await album.closed.wait()

    def forget(self, message: Message) -> None:
        """The album that a message belongs to is another process's now, or the next start's."""
        if key := key_of(message):
            self._open.pop(key, None)

    async def _sum_up(self, updates: list[Update]) -> None:
        """Send the line, and take the album out of the inbox as one: a part of it is no album."""
        messages = [update.message for update in updates if update.message]
        try:
            found = await repeated_if_lost(lambda: self._readings(messages))
            if len(found) > 1 and any(found):
                texts = await self._languages.of_sender(Sender.of(updates[0]))
                await _send(messages[0], texts.album([_outcome(texts, reading) for reading in found]))
            async with self._database.write(about={messages[0].chat_id}) as session:
                for update in updates:
                    await inbox.complete(session, update.update_id)
        except StorageError as error:
            log.warning("an album could not be summed up: %s", error)

    async def _readings(self, messages: list[Message]) -> list[ReadingRecord | None]:
        async with self._database.read() as session:
            return [await readings.by_source(session, each.chat_id, each.message_id) for each in messages]


def key_of(message: Message) -> Key | None:
    """What the pictures of one album have in common; None for a message that stands alone."""
    return (message.chat_id, message.media_group_id) if message.media_group_id else None


def _outcome(texts: Texts, reading: ReadingRecord | None) -> str:
    """What one picture says after all corrections."""
    if reading is None:
        return texts.not_read
    text = reading.corrected_text
    is_settled = reading.sure or all(digit.corrected is not None for digit in reading.digits)
    return texts.album_number(text, sure=is_settled) if text else texts.no_digit


async def _send(message: Message, html: str) -> None:
    """Into the chat and the topic of the album. Without it each picture still has its answer."""
    pause = GrowingPause()
    while True:
        try:
            await message.reply_html(html, allow_sending_without_reply=True)
        except TelegramError as error:
            if not did_not_leave(error):
                log.info("an album's line was not delivered: %s", error)
                return
            await asyncio.sleep(pause.after(error))
        else:
            return
