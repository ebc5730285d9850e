"""A person deletes one sample or one reading of theirs; everything else of theirs, and all of others', stays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from storage import model_versions, people, readings, samples
from storage.model_versions import NewVersion
from storage.samples import Sample
from storage.tables import Correction, StoredReading


async def stored(bot: Any) -> list[Sample]:
    async with bot.services.database.read() as session:
        return list(await samples.consented(session))


async def labels(bot: Any) -> list[int]:
    return [sample.label for sample in await stored(bot)]


async def count(bot: Any, table: Any) -> int:
    async with bot.services.database.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


def traces(bot: Any, image: bytes) -> bool:
    """Whether an encrypted value still lies in the database's files."""
    folder = bot.services.database.path.parent
    return any(image in file.read_bytes() for file in folder.glob("digitbot.db*"))


async def encrypted(bot: Any, number: int) -> bytes:
    """A sample's image as it lies in the file."""
    async with bot.services.database.read() as session:
        connection = await session.connection()
        query = f"SELECT image FROM corrections WHERE id = {number}"
        return bytes((await connection.exec_driver_sql(query)).scalar_one())


@pytest.fixture
async def corrected(bot: Any, ann: Any, page: Callable[..., bytes]) -> Any:
    """Ann has agreed, and corrected a 7 to 1 and a 3 to 8; Bob a 5 to 6."""
    bob = await bot_user(ann)
    for person, digit, label in ((ann, "7", "1"), (ann, "3", "8"), (bob, "5", "6")):
        await person.photo(page(digit))
        answer = await person.reply()
        await person.says(f"/correct {label}", reply_to=answer)
        await person.reply()
        if digit != "3":
            question = await person.reply()
            await person.press(question, "Yes, keep it to learn from")
            await person.changed(question)
    return ann


async def bot_user(person: Any) -> Any:
    from bot.playground.client import People

    return await People(person.client)("Bob")


async def sheet_of(person: Any, command: str) -> Any:
    """The sheet of a person's samples, by the button under the answer to a command."""
    await person.says(command)
    await person.press(await person.reply(), "Delete single samples")
    return await person.reply()


@pytest.mark.parametrize("command", ["/mydata", "/privacy"])
async def test_one_sample_is_deleted_from_the_sheet(bot: Any, corrected: Any, command: str) -> None:
    sheet = await sheet_of(corrected, command)
    assert "2 of your 2 samples" in corrected.words(sheet)
    assert corrected.labels(sheet) == ["1", "2"]
    newest = max(sample.number for sample in await stored(bot) if sample.label == 8)
    image = await encrypted(bot, newest)
    assert traces(bot, image)
    await corrected.press(sheet, "1")
    opened = await corrected.changed(sheet)
    assert await labels(bot) == [1, 8, 6], "a tap on a number deletes nothing yet"
    toast = await corrected.press(opened, "Delete 1")
    assert toast["toast"] == "Deleted."
    left = await corrected.changed(opened)
    assert "Your one sample" in corrected.words(left)
    assert corrected.labels(left) == ["1"]
    assert await labels(bot) == [1, 6]
    assert not traces(bot, image), "its bytes are gone from the files"


async def test_a_sheet_without_samples_disappears(bot: Any, corrected: Any) -> None:
    sheet = await sheet_of(corrected, "/privacy")
    for _ in range(2):
        await corrected.press(sheet, "1")
        sheet = await corrected.changed(sheet)
        await corrected.press(sheet, "Delete 1")
        sheet = await corrected.changed(sheet)
    assert sheet["deleted"]
    assert await labels(bot) == [6]


async def test_only_who_has_samples_is_offered_to_delete_one(ann: Any) -> None:
    await ann.says("/privacy")
    assert "Delete single samples" not in ann.labels(await ann.reply())


async def test_in_a_group_no_sheet_is_shown(bot: Any, corrected: Any, people: Any) -> None:
    (in_group,) = await people.group("Class", corrected)
    await in_group.says("/privacy@playground_bot")
    await in_group.until(lambda: next((m for m in in_group.messages.values() if m["bot"]), None))
    assert all("Delete single samples" not in in_group.labels(m) for m in in_group.messages.values())


async def test_a_button_deletes_ones_own_samples_alone(bot: Any, ann: Any, corrected: Any, people: Any) -> None:
    sheet = await sheet_of(corrected, "/privacy")
    eve = await people("Eve")
    await eve.says("/privacy")
    theirs = await eve.reply()
    data = sheet["buttons"][0][0]["data"]
    toast = await eve.press(theirs, data.replace(":0:", ":1:"), forged=True)
    assert "expired" in toast["toast"]
    assert len(await labels(bot)) == 3


async def test_an_earlier_label_of_the_same_digit_does_not_come_back(
    bot: Any, ann: Any, page: Callable[..., bytes]
) -> None:
    await ann.photo(page("7"))
    answer = await ann.reply()
    await ann.says("/correct 1", reply_to=answer)
    await ann.reply()
    await ann.press(await ann.reply(), "Yes, keep it to learn from")
    await ann.says("/correct 2", reply_to=answer)
    await ann.reply()
    sheet = await sheet_of(ann, "/privacy")
    await ann.press(sheet, "1")
    await ann.press(await ann.changed(sheet), "Delete 1")
    assert await count(bot, Correction) == 0


async def test_the_models_that_were_trained_on_it_are_told_and_marked(bot: Any, corrected: Any) -> None:
    one, other, _ = await stored(bot)
    async with bot.services.database.write() as session:
        for name, sample in (("tuned-1", one), ("tuned-2", other)):
            version = NewVersion(name, name.encode(), "{}", trained_on=(sample.uid,))
            await model_versions.add(session, version, max_bytes=None)
    sheet = await sheet_of(corrected, "/privacy")
    await corrected.press(sheet, "1")  # the newest
    toast = await corrected.press(await corrected.changed(sheet), "Delete 1")
    assert "1 model trained on it will be trained anew" in toast["toast"]
    async with bot.services.database.read() as session:
        marked = {each.name: each.needs_retraining for each in await model_versions.listing(session)}
    assert (marked["tuned-1"], marked["tuned-2"]) == (False, True)


async def test_forget_as_a_reply_deletes_that_reading_alone(bot: Any, corrected: Any) -> None:
    before = await count(bot, StoredReading)
    answers = [message for message in corrected.messages.values() if message["bot"] and message["files"]]
    answer = max(answers, key=lambda message: message["id"])
    await corrected.says("/forget", reply_to=answer)
    question = await corrected.reply()
    assert "this one reading" in corrected.words(question)
    await corrected.press(question, "No, keep it")
    assert "Nothing was deleted" in corrected.words(await corrected.changed(question))
    assert await count(bot, StoredReading) == before
    await corrected.says("/forget", reply_to=answer)
    question = await corrected.reply()
    await corrected.press(question, "Yes, delete this reading")
    assert "Deleted." in corrected.words(await corrected.changed(question))
    assert await count(bot, StoredReading) == before - 1
    assert await labels(bot) == [1, 6]
    await asyncio.sleep(0.3)
    assert corrected.labels(await corrected.latest(answer)) == [], "its buttons mean nothing any more"
    async with bot.services.database.read() as session:
        person = await people.by_telegram_id(session, corrected.id)
        assert person is not None
        assert [reading.text for reading in await readings.of_person(session, person.id)] == ["7"]


async def test_a_sheet_shows_so_many_and_goes_on_with_the_older_ones(
    bot: Any, corrected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.handlers.sample_deletion.SAMPLES_ON_SHEET", 1)
    sheet = await sheet_of(corrected, "/privacy")
    assert corrected.labels(sheet) == ["1", "Older"]
    await corrected.press(sheet, "Older")
    older = await corrected.reply()
    assert corrected.labels(older) == ["1"]
    await corrected.press(older, "1")
    await corrected.press(await corrected.changed(older), "Delete 1")
    assert await labels(bot) == [8, 6]
