"""Personal adapters are stored with exactly the corrections that they were trained on, and go with them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from storage import corrections, model_versions, people, personal_adapters, readings, samples
from storage.database import Database
from storage.model_versions import NewVersion
from storage.readings import NewDigit, NewReading, SourceMessage
from storage.samples import Review
from storage.tables import StoredAdapter

MODEL = "a" * 64
ANN = 7


def reading(*labels: int, forced: bool = False) -> NewReading:
    digits = tuple(NewDigit(0, label, 0.9, True, (0.1,) * 10, (1, 2, 3, 4), bytes([label]) * 784) for label in labels)
    return NewReading(digits, "base-2", sure=True, width=10, height=10, forced=forced)


async def corrects(
    db: Database, message: int, label: int, *, consent: bool | None = True, telegram_id: int = ANN
) -> int:
    """Somebody's 7 is corrected to ``label``; returns the person's id."""
    async with db.write() as session:
        person = await people.get_or_create(session, telegram_id, "Ann", "en")
        if consent is not None:
            await (people.give_consent if consent else people.refuse_consent)(session, person.id, 1)
        stored = await readings.add(session, person.id, SourceMessage(telegram_id, message), reading(7))
        await corrections.correct(session, stored.id, person.id, {0: label})
    return person.id


async def find(db: Database) -> personal_adapters.AdapterRecord | None:
    async with db.read() as session:
        return await personal_adapters.find(session, ANN)


async def train(db: Database, person_id: int, content: bytes | None = b"taught") -> bool:
    async with db.write() as session:
        used = await personal_adapters.corrections_of(session, person_id, MODEL)
        return await personal_adapters.store(session, person_id, MODEL, used, content)


async def count(db: Database) -> int | None:
    async with db.read() as session:
        return await session.scalar(select(func.count(StoredAdapter.person_id)))


async def test_an_adapter_fits_its_model_and_its_corrections(db: Database) -> None:
    person = await corrects(db, 1, 2)
    before = await find(db)
    assert before is not None
    assert not before.fits(MODEL)
    assert await train(db, person)
    after = await find(db)
    assert after is not None
    assert (after.content, after.fits(MODEL), after.fits("b" * 64)) == (b"taught", True, False)


@pytest.mark.parametrize("change", ["another", "undone", "relabelled", "rejected"])
async def test_it_no_longer_fits_when_the_corrections_change(db: Database, change: str) -> None:
    person = await corrects(db, 1, 2)
    await corrects(db, 2, 3)
    await train(db, person)
    async with db.write() as session:
        if change == "undone":
            await corrections.undo_last(session, ANN, person)
        elif change == "relabelled":
            latest = await readings.latest(session, ANN, person)
            assert latest is not None
            await corrections.correct(session, latest.id, person, {0: 9})
        elif change == "rejected":
            await samples.set_review(session, [(await samples.consented(session))[0].uid], Review.REJECTED)
    if change == "another":
        await corrects(db, 3, 4)
    record = await find(db)
    assert record is not None
    assert not record.fits(MODEL)


async def test_what_was_trained_on_corrections_that_are_no_more_is_not_stored(db: Database) -> None:
    person = await corrects(db, 1, 2)
    async with db.read() as session:
        used = await personal_adapters.corrections_of(session, person, MODEL)
    await corrects(db, 2, 3)
    async with db.write() as session:
        assert not await personal_adapters.store(session, person, MODEL, used, b"taught")
    assert await count(db) == 0


async def test_a_withdrawn_consent_and_forget_delete_it(db: Database) -> None:
    for message, end in enumerate(("refuse", "forget"), 1):
        person = await corrects(db, message, 2)
        await train(db, person)
        assert await count(db) == 1
        async with db.write() as session:
            await (people.refuse_consent(session, person, 1) if end == "refuse" else people.forget(session, person))
        assert await count(db) == 0
        assert await find(db) is None


async def test_cutting_the_digits_anew_leaves_none_that_was_trained_on_the_old_ones(db: Database) -> None:
    person = await corrects(db, 1, 2)
    await train(db, person)
    async with db.write() as session:
        latest = await readings.latest(session, ANN, person)
        assert latest is not None
        await readings.replace_digits(session, latest.id, reading(7, 1))
    assert await count(db) == 0


async def test_without_consent_there_is_none(db: Database) -> None:
    person = await corrects(db, 1, 2, consent=None)
    assert await find(db) is None
    assert not await train(db, person)


async def test_digits_come_with_the_acts_they_were_labelled_in(db: Database) -> None:
    person = await corrects(db, 1, 2)
    await corrects(db, 2, 10)
    async with db.read() as session:
        used = await personal_adapters.corrections_of(session, person, MODEL)
    assert [digit.label for digit in used.digits] == [2, 10]
    assert len({digit.act for digit in used.digits}) == 2
    assert {len(digit.image) for digit in used.digits} == {784}


async def test_digits_tell_whether_the_version_was_trained_on_them(db: Database) -> None:
    person = await corrects(db, 1, 2)
    async with db.write() as session:
        trained_on = tuple(sample.uid for sample in await samples.consented(session))
        new = NewVersion("base-3", b"served", "{}", trained_on=trained_on)
        version = await model_versions.add(session, new, max_bytes=None)
    await corrects(db, 2, 3)
    async with db.read() as session:
        by_version = await personal_adapters.corrections_of(session, person, version.sha256)
        by_another = await personal_adapters.corrections_of(session, person, MODEL)
    assert [digit.is_trained_on for digit in by_version.digits] == [True, False]
    assert [digit.is_trained_on for digit in by_another.digits] == [False, False]
