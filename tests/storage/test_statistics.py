"""Statistics: of what is stored now, one person's or everybody's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from storage import corrections, people, statistics
from storage.database import Database
from storage.people import PersonRecord
from storage.readings import ReadingRecord
from storage.statistics import Confused
from storage.tables import utc_now

Read = Callable[..., Awaitable[ReadingRecord]]


async def test_readings_and_labels_are_counted(db: Database, anna: PersonRecord, ben: PersonRecord, read: Read) -> None:
    first, _ = await read(anna, "427", message=1), await read(ben, "55", message=2)
    async with db.write() as session:
        await corrections.correct(session, first.id, anna.id, {0: 9, 1: 2})
    async with db.read() as session:
        everybody, own = await statistics.of(session), await statistics.of(session, anna.id)
    assert (everybody.people, everybody.readings, everybody.digits) == (2, 2, 5)
    assert (own.people, own.readings, own.digits, own.right, own.wrong) == (1, 1, 3, 1, 1)
    assert own.confused == (Confused(4, 9, 1),)
    assert [day.day for day in own.days] == [utc_now().date()]


async def test_people_of_whom_nothing_is_left_do_not_count(db: Database, anna: PersonRecord, read: Read) -> None:
    async with db.write() as session:
        await people.get_or_create(session, 5, "Eve", "en")
    async with db.read() as session:
        assert (await statistics.of(session)).people == 0
    await read(anna, "4")
    async with db.read() as session:
        assert (await statistics.of(session)).people == 1


async def test_what_is_confused_equally_often_stays_in_order(db: Database, anna: PersonRecord, read: Read) -> None:
    stored = await read(anna, "42")
    async with db.write() as session:
        await corrections.correct(session, stored.id, anna.id, {0: 9})
        await corrections.correct(session, stored.id, anna.id, {1: 3}, on_behalf=True)
    async with db.write() as session:  # writes the first label anew, so that PostgreSQL finds it behind the second
        assert await people.give_consent(session, anna.id, 1) == 1
    async with db.read() as session:
        assert (await statistics.of(session)).confused == (Confused(4, 9, 1), Confused(2, 3, 1))
