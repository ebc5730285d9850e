"""An album is found again for as long as more of its pictures may arrive, and goes with its person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storage import people
from storage.database import Database
from storage.inbox import KEEP
from storage.people import PersonRecord
from storage.personal import stored_albums
from storage.personal.stored_albums import AlbumKey, AlbumRecord
from storage.tables import StoredAlbum, utc_now

ALBUM = AlbumRecord((3, 4), 9)


@pytest.fixture
async def key(db: Database, anna: PersonRecord) -> AlbumKey:
    key = AlbumKey(anna.id, -100, "13547")
    async with db.write() as session:
        await stored_albums.store(session, key, ALBUM)
    return key


async def found(db: Database, key: AlbumKey) -> AlbumRecord:
    async with db.read() as session:
        return await stored_albums.find(session, key)


async def count(db: Database) -> int:
    async with db.read() as session:
        return await session.scalar(select(func.count()).select_from(StoredAlbum)) or 0


async def test_what_is_stored_replaces_what_was(db: Database, key: AlbumKey) -> None:
    assert await found(db, key) == ALBUM
    async with db.write() as session:
        await stored_albums.store(session, key, AlbumRecord((3, 4, 5), None))
    assert await found(db, key) == AlbumRecord((3, 4, 5), None)
    assert await count(db) == 1


@pytest.mark.parametrize("other", [{"chat_id": -200}, {"group_id": "13548"}])
async def test_an_album_of_another_chat_or_another_of_this_one_is_none(
    db: Database, key: AlbumKey, other: dict[str, int | str]
) -> None:
    assert await found(db, replace(key, **other)) == AlbumRecord()  # type: ignore[arg-type]


async def test_after_a_day_nothing_more_can_arrive(db: Database, key: AlbumKey) -> None:
    for later, left in ((KEEP - timedelta(hours=1), 1), (KEEP + timedelta(hours=1), 0)):
        async with db.write() as session:
            await stored_albums.purge(session, utc_now() + later)
        assert await count(db) == left


async def test_albums_go_with_their_person(db: Database, key: AlbumKey) -> None:
    async with db.write() as session:
        await people.forget(session, key.person_id)
    assert await count(db) == 0
