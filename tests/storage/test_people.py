"""People: met once, their consent, and being forgotten."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from storage import corrections, people, readings, samples
from storage.database import Database
from storage.people import Consent, PersonRecord
from storage.readings import ReadingRecord
from storage.tables import Base, Person, StoredReading

Read = Callable[..., Awaitable[ReadingRecord]]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def kept(db: Database, person: PersonRecord) -> list[int]:
    async with db.read() as session:
        return [sample.label for sample in await samples.consented(session, person.id)]


async def correct(db: Database, reading: ReadingRecord, labels: dict[int, int]) -> ReadingRecord:
    async with db.write() as session:
        return await corrections.correct(session, reading.id, reading.person_id, labels)


async def test_a_person_is_met_once_and_keeps_the_chosen_language(db: Database, anna: PersonRecord) -> None:
    async with db.write() as session:
        await people.choose_language(session, anna.id, "fr")
    async with db.write() as session:
        again = await people.get_or_create(session, anna.telegram_id, "Anna Neu", "en")
    assert (again.id, again.name, again.language) == (anna.id, "Anna Neu", "en")
    async with db.read() as session:
        assert await people.languages_of(session, anna.telegram_id) == ("fr", "en")
        assert await people.languages_of(session, 5) == (None, None)
        assert await people.by_telegram_id(session, anna.telegram_id) == again
        assert await people.by_telegram_id(session, 5) is None
        assert await session.scalar(select(func.count()).select_from(Person)) == 1


async def test_a_new_person_has_not_been_asked(anna: PersonRecord) -> None:
    assert (anna.consent, anna.consent_version, anna.consent_at) == (Consent.UNASKED, None, None)
    assert anna.created_at.tzinfo is not None


async def test_consent_remembers_which_wording_and_when(db: Database, anna: PersonRecord) -> None:
    async with db.write() as session:
        await people.give_consent(session, anna.id, version=3)
    async with db.read() as session:
        now = await people.by_telegram_id(session, anna.telegram_id)
    assert now is not None
    assert (now.consent, now.consent_version) == (Consent.GIVEN, 3)
    assert now.consent_at is not None
    assert now.consent_at >= anna.created_at


async def test_before_the_answer_a_correction_waits_and_yes_makes_it_a_sample(
    db: Database, anna: PersonRecord, read: Read
) -> None:
    after = await correct(db, await read(anna, "427"), {0: 9})
    assert after.corrected_text == "927"
    assert await kept(db, anna) == []
    async with db.read() as session:
        assert await corrections.waiting(session, anna.id)
    async with db.write() as session:
        assert await people.give_consent(session, anna.id, version=1) == 1
    assert await kept(db, anna) == [9]
    async with db.read() as session:
        assert not await corrections.waiting(session, anna.id)


async def test_after_yes_every_correction_is_a_sample_at_once(db: Database, anna: PersonRecord, read: Read) -> None:
    async with db.write() as session:
        await people.give_consent(session, anna.id, version=1)
    await correct(db, await read(anna, "427"), {0: 9, 2: 1})
    assert await kept(db, anna) == [9, 1]


async def test_after_no_a_correction_puts_the_answer_right_and_is_never_a_sample(
    db: Database, anna: PersonRecord, read: Read
) -> None:
    reading = await read(anna, "427")
    await correct(db, reading, {0: 9})
    async with db.write() as session:
        await people.refuse_consent(session, anna.id, version=1)
    assert (await correct(db, reading, {1: 3})).corrected_text == "937"
    assert await kept(db, anna) == []
    async with db.write() as session:
        assert await people.give_consent(session, anna.id, version=1) == 0
    assert await kept(db, anna) == [], "what was given under a no stays out"


async def test_a_withdrawn_yes_takes_every_sample_back(db: Database, anna: PersonRecord, read: Read) -> None:
    async with db.write() as session:
        await people.give_consent(session, anna.id, version=1)
    old, young = await read(anna, "427", message=1), await read(anna, "55", message=2)
    await correct(db, old, {0: 9})
    await correct(db, young, {1: 6})
    async with db.write() as session:
        await session.execute(update(StoredReading).where(StoredReading.id == old.id).values(created_at=LONG_AGO))
        assert await readings.purge_expired(session, timedelta(days=7)) == 1
    assert await kept(db, anna) == [9, 6]
    async with db.write() as session:
        assert await people.refuse_consent(session, anna.id, version=1) == 2
    assert await kept(db, anna) == []
    async with db.read() as session:
        standing = await readings.by_id(session, young.id)
        left = await session.scalar(select(func.count()).select_from(Base.metadata.tables["corrections"]))
    assert standing is not None
    assert standing.corrected_text == "56", "a corrected answer stays corrected"
    assert left == 1, "of the purged reading nothing is left"


async def test_forgetting_deletes_all_of_theirs_and_nothing_of_others(
    db: Database, anna: PersonRecord, ben: PersonRecord, read: Read
) -> None:
    async with db.write() as session:
        await people.give_consent(session, anna.id, version=1)
        await people.give_consent(session, ben.id, version=1)
    await correct(db, await read(anna, "427", message=1), {0: 9, 1: 3})
    bens = await correct(db, await read(ben, "55", message=2), {1: 6})
    async with db.write() as session:
        assert await people.forget(session, anna.id) == people.Forgotten(
            readings=1, digits=3, corrections=2, trained=()
        )
    async with db.read() as session:
        assert await people.by_telegram_id(session, anna.telegram_id) is None
        assert await readings.by_message(session, bens.chat_id, 1) is None
        assert await readings.by_id(session, bens.id) == bens
        counts = {
            name: await session.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }
    assert {name: counts[name] for name in ("people", "readings", "digits", "corrections")} == {
        "people": 1,
        "readings": 1,
        "digits": 2,
        "corrections": 1,
    }


async def test_a_forgotten_person_who_returns_is_a_stranger(db: Database, anna: PersonRecord) -> None:
    async with db.write() as session:
        await people.give_consent(session, anna.id, version=1)
        await people.forget(session, anna.id)
        again = await people.get_or_create(session, anna.telegram_id, anna.name, "de")
    assert again.id != anna.id
    assert again.consent is Consent.UNASKED


async def test_an_invited_person_is_let_in_until_they_are_forgotten(db: Database) -> None:
    async with db.write() as session:
        await people.invite(session, 42, "Bea", "en")
    async with db.write() as session:
        assert await people.is_invited(session, 42)
        assert not await people.is_invited(session, 43)
        bea = await people.by_telegram_id(session, 42)
        assert bea is not None
        await people.forget(session, bea.id)
        assert not await people.is_invited(session, 42)


@pytest.mark.parametrize("is_known", [False, True])
async def test_what_belongs_to_a_group_goes_to_the_supergroup_that_it_becomes(
    db: Database, read: Callable[..., Awaitable[ReadingRecord]], is_known: bool
) -> None:
    async with db.write() as session:
        group = await people.get_or_create(session, -5, "Class", "en")
        if is_known:
            await people.get_or_create(session, -1005, "Class", "en")
    stored = await read(group, "42", chat=-5)
    async with db.write() as session:
        await people.move_chat(session, -5, -1005)
        await people.move_chat(session, -5, -1005)
        now = await people.by_telegram_id(session, -1005)
        assert now
        assert (await people.by_id(session, now.id)) == now
        assert await people.by_telegram_id(session, -5) is None
        assert [reading.id for reading in await readings.of_person(session, now.id)] == [stored.id]


@pytest.mark.parametrize("is_known", [False, True])
async def test_the_supergroup_has_what_the_group_was_granted_and_had_answered(db: Database, is_known: bool) -> None:
    async with db.write() as session:
        await people.invite(session, -5, "Class", "en")
        group = await people.get_or_create(session, -5, "Class", "en")
        await people.choose_language(session, group.id, "de")
        await people.give_consent(session, group.id, version=1)
        if is_known:
            await people.get_or_create(session, -1005, "Class", "en")
    async with db.write() as session:
        await people.move_chat(session, -5, -1005)
    async with db.read() as session:
        now = await people.by_telegram_id(session, -1005)
        assert now
        assert (now.consent, now.consent_version, now.chosen_language) == (Consent.GIVEN, 1, "de")
        assert now.consent_at is not None
        assert await people.is_invited(session, -1005)


async def test_what_the_supergroup_answered_itself_stays(db: Database, read: Read) -> None:
    async with db.write() as session:
        group = await people.get_or_create(session, -5, "Class", "en")
        await people.give_consent(session, group.id, version=1)
    await correct(db, await read(group, "42", chat=-5), {0: 9})
    assert await kept(db, group) == [9]
    async with db.write() as session:
        supergroup = await people.get_or_create(session, -1005, "Class", "en")
        await people.refuse_consent(session, supergroup.id, version=1)
        await people.choose_language(session, supergroup.id, "fr")
        await people.move_chat(session, -5, -1005)
    async with db.read() as session:
        now = await people.by_telegram_id(session, -1005)
        assert now
        assert (now.consent, now.chosen_language) == (Consent.REFUSED, "fr")
    assert await kept(db, now) == []


@pytest.mark.parametrize(
    ("said", "stored"),
    [("x" * 200, "x" * 35), ("de\x00", "de"), ("zh-Hant-TW", "zh-Hant-TW"), ("pt_BR\ud800", "pt_BR"), ("", "")],
)
async def test_a_language_that_is_no_tag_is_cut_to_one(db: Database, said: str, stored: str) -> None:
    for _ in range(2):
        async with db.write() as session:
            assert (await people.get_or_create(session, 5, "Eve", said)).language == stored
    async with db.read() as session:
        assert await people.languages_of(session, 5) == (None, stored)
