"""What is counted of readings and labels: one person's, or everybody's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from storage import statistics
from storage.database import Database
from storage.people import PersonRecord
from storage.readings import ReadingRecord
from storage.statistics import Statistics

Read = Callable[..., Awaitable[ReadingRecord]]


async def of(db: Database, person: PersonRecord | None = None) -> Statistics:
    async with db.read() as session:
        return await statistics.of(session, person.id if person else None)


async def test_people_are_those_whose_readings_are_stored(
    db: Database, anna: PersonRecord, ben: PersonRecord, read: Read
) -> None:
    assert (await of(db)).people == 0
    await read(anna, "427")
    await read(anna, "15", message=11)
    assert ((await of(db)).people, (await of(db)).readings) == (1, 2)
    assert (await of(db, ben)).people == 0
    await read(ben, "8", message=12)
    assert (await of(db)).people == 2
