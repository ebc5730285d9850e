"""What deletion leaves in the file, the journal and its index, also while another connection reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import corrections, people, readings
from storage.database import Database
from storage.errors import DatabaseFull
from storage.keyring import Keyring
from storage.people import PersonRecord
from storage.readings import ReadingRecord

Read = Callable[..., Awaitable[ReadingRecord]]


@pytest.fixture
async def images(db: Database, path: Path, anna: PersonRecord, read: Read) -> list[bytes]:
    """The encrypted images of a reading of Anna's and of its correction, all of which the files hold."""
    reading = await read(anna, "427 15")
    async with db.write() as session:
        await people.give_consent(session, anna.id, 1)
        await corrections.correct(session, reading.id, anna.id, {0: 9})
    async with db.read() as session:
        query = text("SELECT image FROM digits UNION ALL SELECT image FROM corrections")
        images = [bytes(image)[:40] for image in await session.scalars(query)]
    assert len(images) == 6
    assert traces(path, images) == images
    return images


@pytest.fixture
def other(images: list[bytes], path: Path) -> Iterator[sqlite3.Connection]:
    """Another process's connection in the middle of reading."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM digits").fetchone()
        yield connection


def traces(path: Path, values: list[bytes]) -> list[bytes]:
    """Which of these lie in the file, in -wal or in -shm."""
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    return [value for value in values if value in content]


async def forget(db: Database, person_id: int) -> None:
    async with db.write() as session:
        await people.forget(session, person_id)


async def withdraw(db: Database, person_id: int) -> None:
    """Withdraw the consent, once the reading itself has expired."""
    await expire(db, person_id)
    async with db.write() as session:
        await people.refuse_consent(session, person_id, 1)


async def expire(db: Database, _: int) -> None:
    async with db.write() as session:
        await readings.purge_expired(session, timedelta(0))


@pytest.mark.parametrize(("delete", "kept"), [(forget, 0), (withdraw, 0), (expire, 1)])
async def test_no_byte_of_what_was_deleted_is_left_after_a_scrub(
    db: Database,
    path: Path,
    anna: PersonRecord,
    images: list[bytes],
    delete: Callable[[Database, int], Awaitable[None]],
    kept: int,
) -> None:
    await delete(db, anna.id)
    assert await db.scrub()
    assert len(traces(path, images)) == kept, "a sample outlives its reading"


async def test_a_scrub_that_a_reader_holds_up_says_so_and_succeeds_later(
    db: Database, path: Path, anna: PersonRecord, images: list[bytes], other: sqlite3.Connection
) -> None:
    await forget(db, anna.id)
    assert not await db.scrub()
    assert traces(path, images) != []
    other.execute("ROLLBACK")
    assert await db.scrub()
    assert traces(path, images) == []


async def test_a_scrub_that_was_held_up_is_made_up_for_after_a_restart(
    db: Database, path: Path, keyring: Keyring, anna: PersonRecord, images: list[bytes], other: sqlite3.Connection
) -> None:
    await forget(db, anna.id)
    assert not await db.scrub()
    await db.close()
    assert traces(path, images) != []
    other.execute("ROLLBACK")
    async with Database(f"sqlite+aiosqlite:///{path}", keyring) as again:
        assert await again.scrub()
        assert traces(path, images) == []


async def test_a_scrub_that_is_held_up_leaves_writers_their_patience(
    db: Database, anna: PersonRecord, other: sqlite3.Connection
) -> None:
    await forget(db, anna.id)
    assert not await db.scrub()
    async with db.write() as session:
        assert await session.scalar(text("PRAGMA busy_timeout")) == 5000


async def test_a_scrub_that_fails_does_not_undo_the_deletion_and_raises_nothing(
    db: Database, anna: PersonRecord, images: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> bool:
        raise DatabaseFull

    monkeypatch.setattr(db._backend, "scrub", fail)
    await forget(db, anna.id)
    assert not await db.scrub()
    async with db.read() as session:
        assert await people.by_telegram_id(session, anna.telegram_id) is None
