"""Readings: stored once, found by question, answer or person, gone when their time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from storage import corrections, people, readings, samples
from storage.database import Database
from storage.errors import DecryptionFailed
from storage.people import PersonRecord
from storage.readings import NewDigit, NewReading, ReadingRecord, SourceMessage
from storage.tables import NOT_A_DIGIT, StoredDigit, StoredReading

Read = Callable[..., Awaitable[ReadingRecord]]
Make = Callable[[str], NewReading]
CHAT = -1_001_234_567_890


async def test_a_reading_comes_back_as_it_was_stored(
    db: Database, anna: PersonRecord, read: Read, new_reading: Make
) -> None:
    stored = await read(anna, "427 15")
    async with db.read() as session:
        loaded = await readings.by_id(session, stored.id)
    assert loaded == stored
    assert (stored.text, stored.corrected_text, stored.sure, stored.model) == ("427 15", "427 15", True, "base-1")
    assert (stored.chat_id, stored.question_message, stored.photo_file) == (CHAT, 10, "photo-file-id")
    assert (stored.width, stored.height) == (640, 480)
    for digit, given_digit in zip(stored.digits, new_reading("427 15").digits, strict=True):
        assert (digit.label, digit.row, digit.box) == (given_digit.label, given_digit.row, given_digit.box)
        assert (digit.image, digit.probabilities) == (given_digit.image, given_digit.probabilities)
        assert (digit.confidence, digit.corrected) == (given_digit.confidence, None)
    assert [digit.position for digit in stored.digits] == [0, 1, 2, 3, 4]


async def test_the_count_of_unread_marks_is_stored_and_replaced(
    db: Database, anna: PersonRecord, new_reading: Make
) -> None:
    source = SourceMessage(CHAT, 10)
    async with db.write() as session:
        stored = await readings.add(session, anna.id, source, replace(new_reading("427"), unread=2))
        again = await readings.replace_digits(session, stored.id, new_reading("42"))
    assert stored.unread == 2
    assert again is not None
    assert again.unread == 0


async def test_a_reading_without_digits_is_kept_too(anna: PersonRecord, read: Read) -> None:
    empty = await read(anna, "")
    assert (empty.digits, empty.text, empty.corrected_text) == ((), "", "")


async def test_the_same_message_twice_is_one_reading(db: Database, anna: PersonRecord, read: Read) -> None:
    first, second = await read(anna, "427"), await read(anna, "111")
    assert second == first
    async with db.read() as session:
        assert await session.scalar(select(func.count()).select_from(StoredReading)) == 1
        assert await session.scalar(select(func.count()).select_from(StoredDigit)) == 3


async def test_the_same_message_at_once_is_one_reading(db: Database, anna: PersonRecord, read: Read) -> None:
    stored = await asyncio.gather(*(read(anna, "427") for _ in range(20)))
    assert len({reading.id for reading in stored}) == 1


async def test_the_same_message_number_in_another_chat_is_another_reading(anna: PersonRecord, read: Read) -> None:
    assert (await read(anna, "4", chat=1)).id != (await read(anna, "4", chat=2)).id


async def test_question_and_answer_both_find_the_reading(db: Database, anna: PersonRecord, read: Read) -> None:
    stored = await read(anna, "427", message=10)
    async with db.write() as session:
        await readings.set_answer(session, stored.id, 11)
    async with db.read() as session:
        for message in (10, 11):
            found = await readings.by_message(session, CHAT, message)
            assert found is not None
            assert (found.id, found.answer_message) == (stored.id, 11)
        assert await readings.by_message(session, CHAT, 12) is None
        assert await readings.by_message(session, CHAT + 1, 10) is None


async def test_the_latest_is_ones_own_and_of_this_chat(
    db: Database, anna: PersonRecord, ben: PersonRecord, read: Read
) -> None:
    await read(anna, "1", message=1)
    second = await read(anna, "2", message=2)
    await read(ben, "3", message=3)
    await read(anna, "4", message=4, chat=99)
    async with db.read() as session:
        assert await readings.latest(session, CHAT, anna.id) == second
        assert await readings.latest(session, 98, anna.id) is None


async def test_looking_again_puts_other_digits_in_place(
    db: Database, anna: PersonRecord, read: Read, new_reading: Make
) -> None:
    stored = await read(anna, "42")
    async with db.write() as session:
        await people.give_consent(session, anna.id, 1)
        await corrections.correct(session, stored.id, anna.id, {0: 9})
    async with db.write() as session:
        again = await readings.replace_digits(session, stored.id, new_reading("421"))
    assert again is not None
    assert (again.id, again.question_message, again.text) == (stored.id, 10, "421")
    assert [digit.corrected for digit in again.digits] == [None, None, None]
    async with db.read() as session:
        assert await samples.consented(session) == ()
        assert await readings.by_id(session, stored.id) == again
    async with db.write() as session:
        assert await readings.replace_digits(session, stored.id + 1, new_reading("4")) is None


async def test_seven_days_later_a_reading_is_gone_and_a_consented_correction_stays(
    db: Database, anna: PersonRecord, ben: PersonRecord, read: Read
) -> None:
    async with db.write() as session:
        await people.give_consent(session, anna.id, 1)
    annas, bens = await read(anna, "427", message=1), await read(ben, "55", message=2)
    async with db.write() as session:
        await corrections.correct(session, annas.id, anna.id, {0: 8})
        await corrections.correct(session, annas.id, anna.id, {0: 9})
        await corrections.correct(session, bens.id, ben.id, {0: 6})
    week = timedelta(days=7)
    async with db.write() as session:
        assert await readings.purge_expired(session, week, now=annas.created_at + week - timedelta(seconds=1)) == 0
    async with db.write() as session:
        assert await readings.purge_expired(session, week, now=bens.created_at + week + timedelta(seconds=1)) == 2
    async with db.read() as session:
        assert await readings.by_id(session, annas.id) is None
        assert await session.scalar(select(func.count()).select_from(StoredDigit)) == 0
        left = await samples.consented(session)
        rows = await session.scalar(text("SELECT count(*) FROM corrections"))
    assert [(sample.label, sample.read_as, sample.image) for sample in left] == [(9, 4, annas.digits[0].image)]
    assert rows == 1, "what was replaced or not consented to went with its reading"


async def test_the_id_of_a_purged_reading_is_never_given_again(db: Database, anna: PersonRecord, read: Read) -> None:
    old = await read(anna, "4", message=1)
    async with db.write() as session:
        await readings.purge_expired(session, timedelta(days=7), now=old.created_at + timedelta(days=8))
    assert (await read(anna, "4", message=2)).id > old.id


async def test_a_value_changed_in_the_file_is_noticed(db: Database, anna: PersonRecord, read: Read) -> None:
    stored = await read(anna, "42")
    async with db.write() as session:
        image = bytes((await session.execute(text("SELECT image FROM digits WHERE position = 0"))).scalar_one())
        changed = image[:100] + bytes([image[100] ^ 1]) + image[101:]
        await session.execute(text("UPDATE digits SET image = :image WHERE position = 0"), {"image": changed})
    async with db.read() as session:
        with pytest.raises(DecryptionFailed):
            await readings.by_id(session, stored.id)


async def test_a_value_moved_to_another_column_is_noticed(db: Database, anna: PersonRecord, read: Read) -> None:
    stored = await read(anna, "42")
    async with db.write() as session:
        await session.execute(text("UPDATE digits SET image = probabilities"))
    async with db.read() as session:
        with pytest.raises(DecryptionFailed):
            await readings.by_id(session, stored.id)


@given(st.integers().filter(lambda n: n != 784 and 0 <= n < 2000))
def test_an_image_of_another_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="784"):
        NewDigit(0, 4, 0.9, True, (0.1,) * 10, (0, 0, 1, 1), bytes(size))


@pytest.mark.parametrize("label", [-1, NOT_A_DIGIT, 11])
def test_a_model_only_ever_says_digits(label: int) -> None:
    with pytest.raises(ValueError, match="0 to 9"):
        NewDigit(0, label, 0.9, True, (0.1,) * 10, (0, 0, 1, 1), bytes(784))


def test_a_question_may_lack_a_file() -> None:
    assert SourceMessage(1, 2).photo_file is None


async def test_a_group_that_became_a_supergroup_keeps_its_readings_and_numbers_messages_anew(
    db: Database, anna: PersonRecord, read: Read, new_reading: Make
) -> None:
    old = await read(anna, "427", message=10)
    async with db.write() as session:
        await readings.set_answer(session, old.id, 11)
        await readings.move_chat(session, CHAT, CHAT - 1)
        await readings.move_chat(session, CHAT, CHAT - 1)
        latest = await readings.latest(session, CHAT - 1, anna.id)
        assert latest
        assert latest.id == old.id
        assert latest.is_moved
        assert await readings.latest(session, CHAT, anna.id) is None
        # The supergroup's own message with the number of an old one is another photo.
        assert await readings.by_message(session, CHAT - 1, 11) is None
        new = await readings.add(session, anna.id, SourceMessage(CHAT - 1, 10), new_reading("5"))
    assert new.id != old.id
    assert not new.is_moved
