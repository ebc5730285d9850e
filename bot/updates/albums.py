"""Albums: each picture is an update of its own; when all are answered, one message sums the album up.

What arrives later, as after a failed delivery, is summed up in the same message.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message, Update
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.identity import Sender, is_private
from bot.messages.languages import Languages
from bot.messages.texts import Texts
from bot.retrying_request import did_not_leave
from bot.updates.completion import uninterrupted, until_done
from bot.updates.telegram_errors import GrowingPause
from storage import inbox, people, readings
from storage.database import Database
from storage.errors import DatabaseUnreachable, StorageError
from storage.personal import stored_albums
from storage.personal.stored_albums import AlbumKey, AlbumRecord
from storage.readings import ReadingRecord

log = logging.getLogger(__name__)

ALBUM_PAUSE_S = 1.5  # since the last picture of an album arrived: Telegram does not say how many there are

Key: TypeAlias = tuple[int, str]


@dataclass(eq=False)
class _Album:
    """What has arrived of one album: updates by their message's id, and the ids of those that are unanswered.
    ``was_answered``: pictures of it arrived before, and were read."""

    updates: dict[int, Update] = field(default_factory=dict)
    unanswered: set[int] = field(default_factory=set)
    was_answered: bool = False
    quiet_at: float = 0.0
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    def join(self, message: Message, update: Update) -> None:
        self.updates[message.message_id] = update
        self.unanswered.add(message.message_id)
        self.settled.clear()
        self.quiet_at = asyncio.get_running_loop().time() + ALBUM_PAUSE_S

    def leave(self, message: Message) -> None:
        self.unanswered.discard(message.message_id)
        if not self.unanswered:
            self.settled.set()

    async def until_whole(self) -> None:
        """Wait until each picture is answered and none has arrived for a while."""
        while self.unanswered or (left := self.quiet_at - asyncio.get_running_loop().time()) > 0:
            await (self.settled.wait() if self.unanswered else asyncio.sleep(left))


class Albums:
    """The albums that are arriving. Their updates stay in the inbox until they are summed up: a kill loses neither."""

    def __init__(self, database: Database, languages: Languages) -> None:
        self._database = database
        self._languages = languages
        self._open: dict[Key, _Album] = {}
        self._summing_up: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()

    def companions(self, message: Message) -> tuple[Message, ...]:
        """What has arrived of the album that a message belongs to."""
        key = key_of(message)
        album = self._open.get(key) if key else None
        return tuple(each.message for each in album.updates.values() if each.message) if album else ()

    def was_answered(self, message: Message) -> bool:
        """Whether pictures of the album that a message of a group belongs to were read before, and summed up."""
        key = key_of(message)
        return bool(key and key in self._open and self._open[key].was_answered)

    @asynccontextmanager
    async def member(self, update: Update) -> AsyncIterator[None]:
        """Answer an update of an album within the block; this ends when the album is summed up, and the update has left
        the inbox. Raises ValueError for a message that stands alone."""
        message = update.message
        key = key_of(message) if message else None
        if message is None or key is None:
            raise ValueError(f"update {update.update_id} belongs to no album")
        album = self._open.setdefault(key, _Album())
        album.join(message, update)
        await asyncio.sleep(0)  # so that all that arrived together are known before one of them is answered
        if not is_private(message.chat_id):  # where nothing is answered that does not address the bot
            album.was_answered = album.was_answered or await self._is_stored(message, Sender.of(update))
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
                async with self._summing_up.setdefault(key, asyncio.Lock()):
                    await uninterrupted(self._sum_up([album.updates[number] for number in sorted(album.updates)]))
            finally:
                album.closed.set()
        await album.closed.wait()

    def forget(self, message: Message) -> None:
        """The album that a message belongs to is another process's now, or the next start's."""
        if key := key_of(message):
            self._open.pop(key, None)

    async def _sum_up(self, updates: list[Update]) -> None:
        """Say what the album's pictures are, and take them out of the inbox as one: a part of it is no album. Nothing
        is stored of one of which nothing was read, as in a group where nobody asked for it."""
        messages, sender = [update.message for update in updates if update.message], Sender.of(updates[0])
        album, found = await self._looked_up(messages, sender)
        if len(found) > 1 and any(found):
            texts = await self._languages.of_sender(sender)
            html = texts.album([_outcome(texts, reading) for reading in found])
            album = replace(album, summary_message=await _say(messages[0], html, album.summary_message))
        read = album if any(found) else None
        numbers = [update.update_id for update in updates]
        await until_done("an album", lambda: self._complete(numbers, messages[0], sender, read))

    async def _is_stored(self, message: Message, sender: Sender | None) -> bool:
        """False, too, where that cannot be looked up."""
        with suppress(StorageError):
            async with self._database.read() as session:
                key = await _stored_key(session, message, sender)
                return bool(key and (await stored_albums.find(session, key)).messages)
        return False

    async def _looked_up(
        self, messages: list[Message], sender: Sender | None
    ) -> tuple[AlbumRecord, list[ReadingRecord | None]]:
        """What ``_stored`` gives, as soon as the database can be reached; nothing where a value cannot be read."""
        try:
            return await until_done("an album", lambda: self._stored(messages, sender), passing=DatabaseUnreachable)
        except StorageError as error:
            log.warning("an album could not be summed up: %s", error)
            return AlbumRecord(), []

    async def _stored(
        self, messages: list[Message], sender: Sender | None
    ) -> tuple[AlbumRecord, list[ReadingRecord | None]]:
        """The album with what is stored of it from before, and what was read of each of its messages. Raises
        ``StorageError``."""
        async with self._database.read() as session:
            key = await _stored_key(session, messages[0], sender)
            before = await stored_albums.find(session, key) if key else AlbumRecord()
            numbers = sorted({*before.messages, *(each.message_id for each in messages)})
            found = [await readings.by_source(session, messages[0].chat_id, number) for number in numbers]
        return replace(before, messages=tuple(numbers)), found

    async def _complete(
        self, update_ids: list[int], message: Message, sender: Sender | None, album: AlbumRecord | None
    ) -> None:
        """The updates of an album, of which ``message`` is one, leave the inbox, and what is to be stored of it is."""
        about = {message.chat_id, sender.id if sender else 0}
        async with self._database.write(first=True, about=about) as session:
            key = await _stored_key(session, message, sender) if album else None
            if key and album:
                await stored_albums.store(session, key, album)
            for number in update_ids:
                await inbox.complete(session, number)


async def _stored_key(session: AsyncSession, message: Message, sender: Sender | None) -> AlbumKey | None:
    """None for somebody of whom nothing is stored."""
    person = await people.by_telegram_id(session, sender.id) if sender else None
    return AlbumKey(person.id, message.chat_id, message.media_group_id or "") if person else None


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


async def _say(message: Message, html: str, summary: int | None) -> int | None:
    """Into the message ``summary``, else into a new one in the chat and the topic of the album; returns its id. None
    where it was not delivered: each picture still has its answer."""
    pause = GrowingPause()
    while True:
        try:
            if summary is None:
                return (await message.reply_html(html, allow_sending_without_reply=True)).message_id
            await message.get_bot().edit_message_text(html, message.chat_id, summary, parse_mode=ParseMode.HTML)
        except BadRequest as error:
            if summary is None or "not modified" in error.message:
                log.info("the summary of an album was not delivered: %s", error)
                return summary
            summary = None  # it was deleted
        except TelegramError as error:
            if not did_not_leave(error):
                log.info("the summary of an album was not delivered: %s", error)
                return summary
            await asyncio.sleep(pause.after(error))
        else:
            return summary
