"""Albums that were summed up: Telegram delivers each picture by itself, and after a failed delivery some come later."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.inbox import KEEP
from storage.tables import StoredAlbum, utc_now


@dataclass(frozen=True, slots=True)
class AlbumKey:
    """Whose album it is: the row id of the person, the chat's id, and Telegram's ``media_group_id``."""

    person_id: int
    chat_id: int
    group_id: str


@dataclass(frozen=True, slots=True)
class AlbumRecord:
    """The ids of an album's messages so far, ascending, and of the message that sums them up, if there is one."""

    messages: tuple[int, ...] = ()
    summary_message: int | None = None


async def find(session: AsyncSession, key: AlbumKey) -> AlbumRecord:
    """What is stored of an album; an empty record where nothing is."""
    row = await _row(session, key)
    return AlbumRecord(tuple(json.loads(row.messages)), row.summary_message) if row else AlbumRecord()


async def store(session: AsyncSession, key: AlbumKey, album: AlbumRecord, *, now: datetime | None = None) -> None:
    """Store an album in place of what is stored of it."""
    row = await _row(session, key)
    if row is None:
        row = StoredAlbum(person_id=key.person_id, chat_id=key.chat_id, group_id=key.group_id)
        session.add(row)
    row.messages, row.summary_message = json.dumps(album.messages), album.summary_message
    row.updated_at = now or utc_now()
    await session.flush()


async def purge(session: AsyncSession, now: datetime | None = None, keep: timedelta = KEEP) -> None:
    """Delete albums of which nothing more can arrive, as Telegram keeps no update for longer than 24 hours."""
    await session.execute(delete(StoredAlbum).where(StoredAlbum.updated_at < (now or utc_now()) - keep))


async def _row(session: AsyncSession, key: AlbumKey) -> StoredAlbum | None:
    """Found by decrypting: of one person these are the albums of a day."""
    rows = await session.scalars(select(StoredAlbum).where(StoredAlbum.person_id == key.person_id))
    return next((row for row in rows if (row.chat_id, row.group_id) == (key.chat_id, key.group_id)), None)
