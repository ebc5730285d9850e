"""One sample or one reading is deleted for its person, with all that comes of it, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from storage import corrections, model_versions, people, readings, samples
from storage.database import Database
from storage.model_versions import NewVersion
from storage.people import PersonRecord
from storage.personal import single_deletion
from storage.personal.single_deletion import Deleted
from storage.readings import ReadingRecord
from storage.tables import Correction, StoredAdapter
from tests.storage.conftest import CHAT, Read


@pytest.fixture
async def reading(db: Database, anna: PersonRecord, read: Read) -> ReadingRecord:
    """Anna has agreed, and corrected the first and the last digit of 427; her adapter is trained of these."""
    made = await read(anna, "427")
    async with db.write() as session:
        await people.give_consent(session, anna.id, 1)
        await corrections.correct(session, made.id, anna.id, {0: 9})
        await corrections.correct(session, made.id, anna.id, {2: 1})
        session.add(StoredAdapter(person_id=anna.id, model_sha256="a", corrections="2:2", content=b"a"))
    return made


async def count(db: Database, table: Any) -> int:
    async with db.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def labels(db: Database) -> list[int]:
    async with db.read() as session:
        return [sample.label for sample in await samples.consented(session)]


async def number_of(db: Database, label: int) -> int:
    async with db.read() as session:
        return next(sample.number for sample in await samples.consented(session) if sample.label == label)


async def test_a_sample_goes_with_the_adapter_that_it_trained(
    db: Database, anna: PersonRecord, reading: ReadingRecord
) -> None:
    number = await number_of(db, 9)
    async with db.write() as session:
        assert await single_deletion.delete_sample(session, anna.id, number) == Deleted(1, ())
    assert await labels(db) == [1]
    assert await count(db, StoredAdapter) == 0
    async with db.read() as session:
        now = await readings.by_id(session, reading.id)
    assert now is not None
    assert now.corrected_text == "421", "the digit is read as before"


async def test_nobody_deletes_somebody_elses(db: Database, ben: PersonRecord, reading: ReadingRecord) -> None:
    number = await number_of(db, 9)
    async with db.write() as session:
        assert await single_deletion.delete_sample(session, ben.id, number) is None
        assert await single_deletion.delete_reading(session, ben.id, reading.id) is None
        assert await single_deletion.delete_sample(session, ben.id, 999) is None
    assert await labels(db) == [9, 1]
    assert await count(db, StoredAdapter) == 1


async def test_only_the_versions_that_were_trained_on_it_are_marked(
    db: Database, anna: PersonRecord, reading: ReadingRecord
) -> None:
    async with db.write() as session:
        for sample in await samples.consented(session):
            version = NewVersion(f"tuned-{sample.label}", bytes([sample.label]), "{}", trained_on=(sample.uid,))
            await model_versions.add(session, version, max_bytes=None)
    number = await number_of(db, 1)
    async with db.write() as session:
        assert await single_deletion.delete_sample(session, anna.id, number) == Deleted(1, ("tuned-1",))
        listing = await model_versions.listing(session)
    assert [version.name for version in listing if version.needs_retraining] == ["tuned-1"]


async def test_a_label_that_was_replaced_does_not_become_a_sample_again(
    db: Database, anna: PersonRecord, reading: ReadingRecord
) -> None:
    async with db.write() as session:
        await corrections.correct(session, reading.id, anna.id, {0: 3})
    assert await labels(db) == [1, 3]
    number = await number_of(db, 3)
    async with db.write() as session:
        await single_deletion.delete_sample(session, anna.id, number)
    assert await labels(db) == [1]
    assert await count(db, Correction) == 1


async def test_an_admin_who_removes_a_sample_leaves_no_earlier_label_and_no_adapter(
    db: Database, anna: PersonRecord, reading: ReadingRecord
) -> None:
    async with db.write() as session:
        await corrections.correct(session, reading.id, anna.id, {0: 3})
        uid = next(sample.uid for sample in await samples.consented(session) if sample.label == 3)
        assert await samples.remove(session, [uid]) == 1
    assert await labels(db) == [1]
    assert await count(db, StoredAdapter) == 0


async def test_a_reading_goes_with_all_its_corrections(
    db: Database, anna: PersonRecord, reading: ReadingRecord, read: Read
) -> None:
    other = await read(anna, "5", message=20)
    async with db.write() as session:
        await corrections.correct(session, other.id, anna.id, {0: 6})
        assert await single_deletion.delete_reading(session, anna.id, reading.id) == Deleted(2, ())
    assert await labels(db) == [6]
    assert await count(db, StoredAdapter) == 0
    async with db.read() as session:
        assert await readings.by_id(session, reading.id) is None
        assert await readings.by_id(session, other.id) is not None


async def test_undoing_a_correction_leaves_no_adapter_that_was_trained_on_it(
    db: Database, anna: PersonRecord, reading: ReadingRecord
) -> None:
    async with db.write() as session:
        await corrections.undo_last(session, CHAT, anna.id)
    assert await labels(db) == [9]
    assert await count(db, StoredAdapter) == 0


async def test_ones_samples_are_listed_the_newest_first(
    db: Database, anna: PersonRecord, reading: ReadingRecord
) -> None:
    async with db.read() as session:
        assert [sample.label for sample in await single_deletion.own_samples(session, anna.id)] == [1, 9]
