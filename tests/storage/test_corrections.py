"""Corrections: acts on one's own readings, each once, each of which can be undone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from storage import corrections, people, readings, samples
from storage.database import Database
from storage.errors import CorrectionError, CorrectionProblem
from storage.people import PersonRecord
from storage.readings import NewReading, ReadingRecord, SourceMessage
from storage.samples import Sample
from storage.tables import NOT_A_DIGIT

Read = Callable[..., Awaitable[ReadingRecord]]
CHAT = -1_001_234_567_890


async def correct(
    db: Database, reading: ReadingRecord, labels: dict[int, int], update_id: int | None = None
) -> ReadingRecord:
    async with db.write() as session:
        return await corrections.correct(session, reading.id, reading.person_id, labels, update_id=update_id)


async def undo(db: Database, person: PersonRecord, chat: int = CHAT) -> ReadingRecord | None:
    async with db.write() as session:
        return await corrections.undo_last(session, chat, person.id)


async def kept(db: Database) -> tuple[Sample, ...]:
    async with db.read() as session:
        return await samples.consented(session)


@pytest.fixture
async def anna(db: Database, anna: PersonRecord) -> PersonRecord:
    """Anna, who has said yes."""
    async with db.write() as session:
        await people.give_consent(session, anna.id, 1)
    return anna


async def test_a_correction_changes_the_text_and_is_a_sample(db: Database, anna: PersonRecord, read: Read) -> None:
    stored = await read(anna, "427 15")
    after = await correct(db, stored, {1: 3, 4: 6})
    assert (after.text, after.corrected_text) == ("427 15", "437 16")
    assert [digit.corrected for digit in after.digits] == [None, 3, None, None, 6]
    async with db.read() as session:
        assert await readings.by_id(session, stored.id) == after
    three, six = await kept(db)
    assert (three.label, three.read_as, three.model, three.image) == (3, 2, "base-1", stored.digits[1].image)
    assert (six.label, six.read_as, six.image) == (6, 5, stored.digits[4].image)
    assert three.uid != six.uid
    assert three.made_at.tzinfo is not None


async def test_not_a_digit_drops_out_of_the_text_and_an_empty_row_with_it(
    db: Database, anna: PersonRecord, read: Read
) -> None:
    stored = await read(anna, "47 1")
    assert (await correct(db, stored, {0: NOT_A_DIGIT})).corrected_text == "7 1"
    assert (await correct(db, stored, {2: NOT_A_DIGIT})).corrected_text == "7"
    assert [sample.label for sample in await kept(db)] == [NOT_A_DIGIT, NOT_A_DIGIT]


async def test_a_correction_has_the_features_of_its_digit(
    db: Database, anna: PersonRecord, new_reading: Callable[[str], NewReading]
) -> None:
    known, unknown = new_reading("42").digits
    features = (1.5, -2.25, *(0.0,) * 11)
    new = replace(new_reading("42"), digits=(replace(known, hypothesis_features=features), unknown))
    async with db.write() as session:
        stored = await readings.add(session, anna.id, SourceMessage(CHAT, 10), new)
    assert [digit.hypothesis_features for digit in stored.digits] == [features, None]
    await correct(db, stored, {0: NOT_A_DIGIT, 1: 3})
    assert [sample.hypothesis_features for sample in await kept(db)] == [features, None]
    async with db.read() as session:
        assert [sample.label for sample in await samples.decided_hypotheses(session)] == [NOT_A_DIGIT]
        assert await samples.decided_hypotheses(session, approved_only=True) == ()


async def test_a_label_like_the_models_confirms_it(db: Database, anna: PersonRecord, read: Read) -> None:
    after = await correct(db, await read(anna, "4"), {0: 4})
    assert after.digits[0].corrected == 4
    assert [(sample.label, sample.read_as) for sample in await kept(db)] == [(4, 4)]


async def test_the_same_press_twice_is_one_correction(db: Database, anna: PersonRecord, read: Read) -> None:
    stored = await read(anna, "42")
    await correct(db, stored, {0: 9})
    assert (await correct(db, stored, {0: 9})).corrected_text == "92"
    assert len(await kept(db)) == 1


async def test_the_same_update_twice_acts_once(db: Database, anna: PersonRecord, read: Read) -> None:
    stored = await read(anna, "42")
    await correct(db, stored, {0: 9}, update_id=5)
    await correct(db, stored, {0: 8}, update_id=6)
    assert (await correct(db, stored, {0: 9}, update_id=5)).corrected_text == "82"


async def test_a_second_correction_of_a_digit_takes_the_place_of_the_first(
    db: Database, anna: PersonRecord, read: Read
) -> None:
    stored = await read(anna, "42")
    await correct(db, stored, {0: 9})
    assert (await correct(db, stored, {0: 1})).corrected_text == "12"
    assert [sample.label for sample in await kept(db)] == [1]


async def test_undo_takes_a_whole_act_back_and_the_one_before_stands_again(
    db: Database, anna: PersonRecord, read: Read
) -> None:
    stored = await read(anna, "427")
    await correct(db, stored, {0: 9})
    await correct(db, stored, {0: 1, 1: 1, 2: 1})
    texts = []
    while (after := await undo(db, anna)) is not None:
        texts.append((after.corrected_text, [sample.label for sample in await kept(db)]))
    assert texts == [("927", [9]), ("427", [])]


async def test_undo_goes_back_over_several_readings_but_stays_ones_own_and_in_the_chat(
    db: Database, anna: PersonRecord, ben: PersonRecord, read: Read
) -> None:
    first, second = await read(anna, "4", message=1), await read(anna, "5", message=2)
    elsewhere, bens = await read(anna, "6", message=3, chat=99), await read(ben, "7", message=4)
    for reading in (first, second, elsewhere, bens):
        await correct(db, reading, {0: 0})
    undone = [await undo(db, anna) for _ in range(3)]
    assert [reading and reading.id for reading in undone] == [second.id, first.id, None]
    async with db.read() as session:
        for reading in (elsewhere, bens):
            now = await readings.by_id(session, reading.id)
            assert now is not None
            assert now.corrected_text == "0"


async def test_somebody_elses_reading_is_refused(
    db: Database, anna: PersonRecord, ben: PersonRecord, read: Read
) -> None:
    stored = await read(anna, "42")
    async with db.write() as session:
        with pytest.raises(CorrectionError) as refusal:
            await corrections.correct(session, stored.id, ben.id, {0: 9})
    assert refusal.value.problem is CorrectionProblem.FOREIGN
    assert await kept(db) == ()


async def test_a_purged_reading_is_said_to_be_gone(db: Database, anna: PersonRecord, read: Read) -> None:
    stored = await read(anna, "42")
    await correct(db, stored, {1: 3})
    async with db.write() as session:
        await readings.purge_expired(session, timedelta(days=7), now=stored.created_at + timedelta(days=8))
    with pytest.raises(CorrectionError) as refusal:
        await correct(db, stored, {0: 9})
    assert refusal.value.problem is CorrectionProblem.GONE
    assert await undo(db, anna) is None


async def test_a_digit_that_is_not_there_changes_nothing(db: Database, anna: PersonRecord, read: Read) -> None:
    stored = await read(anna, "42")
    with pytest.raises(CorrectionError) as refusal:
        await correct(db, stored, {0: 9, 2: 1})
    assert refusal.value.problem is CorrectionProblem.NO_SUCH_DIGIT
    assert await kept(db) == ()


@pytest.mark.parametrize("label", [-1, 11, 421])
async def test_a_label_beyond_ten_is_refused(db: Database, anna: PersonRecord, read: Read, label: int) -> None:
    stored = await read(anna, "42")
    with pytest.raises(ValueError, match="0 to 10"):
        await correct(db, stored, {0: label})


@pytest.mark.parametrize("consents", ["before", "after"])
async def test_digits_that_were_forced_to_fit_a_count_never_become_samples(
    db: Database, ben: PersonRecord, read: Read, new_reading: Callable[[str], NewReading], consents: str
) -> None:
    stored = await read(ben, "427")
    async with db.write() as session:
        if consents == "before":
            await people.give_consent(session, ben.id, 1)
        await readings.replace_digits(session, stored.id, replace(new_reading("4271"), forced=True))
    after = await correct(db, stored, {0: 4, 1: 2, 2: 7, 3: 9})
    assert (after.forced, after.corrected_text) == (True, "4279")
    async with db.write() as session:
        assert await people.give_consent(session, ben.id, 1) == 0
        assert not await corrections.waiting(session, ben.id)
    assert await kept(db) == ()


async def test_a_digit_that_was_overlooked_is_a_sample_of_that(db: Database, anna: PersonRecord, read: Read) -> None:
    stored = await read(anna, "427")
    await correct(db, stored, {0: 4, 1: 2, 2: 7})
    async with db.write() as session:
        await corrections.mark_overlooked(session, stored.id, (2,))
    assert [(sample.label, sample.read_as) for sample in await kept(db)] == [(4, 4), (2, 2), (7, None)]


async def test_what_an_admin_labels_on_behalf_of_a_person_is_no_sample(
    db: Database, anna: PersonRecord, read: Callable[..., Awaitable[ReadingRecord]]
) -> None:
    stored = await read(anna, "42")
    async with db.write() as session:
        await people.give_consent(session, anna.id, 1)
        corrected = await corrections.correct(session, stored.id, anna.id, {0: 7}, on_behalf=True)
        assert corrected.corrected_text == "72"
        assert await samples.consented(session) == ()
