"""A person's corrections change how their own next photos are read, and nobody else's."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from storage import samples
from storage.tables import Person, StoredAdapter
from tests.drawings import barred_two, letter_s

CORRECTIONS = 5  # the fewest that teach anything


async def teaches(person: Any, first: int = 0, count: int = CORRECTIONS, label: str = "2") -> None:
    """Sends photos with their digits in the caption, and agrees to have the corrections used."""
    for number in range(first, first + count):
        await person.photo(barred_two(number), caption=label)
        assert f"Corrected: {label}" in person.words(await person.reply())
        if number == 0:
            await person.press(await person.reply(), "Yes, keep it to learn from")


async def says_of(person: Any, seed: int = 100) -> str:
    await person.photo(barred_two(seed))
    return str(person.words(await person.reply()))


async def adapters(bot: Any) -> int:
    """How many personal adapters are stored that change anything."""
    changing = select(func.count(StoredAdapter.person_id)).where(StoredAdapter.content.is_not(None))
    async with bot.services.database.read() as session:
        return int(await session.scalar(changing))


async def test_the_next_photo_is_read_as_its_person_taught_and_others_are_not(bot: Any, ann: Any, people: Any) -> None:
    bob = await people("Bob")
    before = await says_of(bob)
    assert "7" in before
    assert "taught" not in before
    await teaches(ann)
    said = await says_of(ann)
    assert "A 2 as you taught me: without your corrections I would read a 7." in said
    assert "Which?" in said  # nobody has counted how many of such readings are right
    assert await says_of(bob) == before


async def test_what_was_taught_outlives_a_restart_and_is_not_in_the_database_in_clear(bots: Any, people: Any) -> None:
    bot, ann = await bots.start(), await people("Ann")
    await teaches(ann)
    assert "as you taught me" in await says_of(ann)
    async with bot.services.database.read() as session:
        content = await session.scalar(select(StoredAdapter.content))
    await bot.end()
    assert content
    assert content[:200] not in bot.services.database.path.read_bytes()
    await bots.start()
    assert "as you taught me" in await says_of(ann, 101)


async def test_forget_deletes_what_was_taught(bot: Any, ann: Any) -> None:
    await teaches(ann)
    assert "as you taught me" in await says_of(ann)
    assert await adapters(bot) == 1
    await ann.says("/forget")
    question = await ann.reply()
    await ann.press(question, "Yes, delete everything")
    await ann.changed(question)
    assert await adapters(bot) == 0
    assert "taught" not in await says_of(ann, 101)


async def test_a_withdrawn_consent_ends_it(bot: Any, ann: Any) -> None:
    await teaches(ann)
    await says_of(ann)
    await ann.says("/privacy")
    question = await ann.reply()
    await ann.press(question, "No, only fix the answer")
    await ann.changed(question)
    assert await adapters(bot) == 0
    assert "taught" not in await says_of(ann, 101)


async def test_without_consent_nothing_is_taught(bot: Any, ann: Any) -> None:
    await ann.photo(barred_two(0), caption="2")
    await ann.reply()
    await ann.press(await ann.reply(), "No, only fix the answer")
    await teaches(ann, first=1)
    assert "taught" not in await says_of(ann)
    assert await adapters(bot) == 0


async def test_undoing_the_corrections_takes_what_they_taught_back(bot: Any, ann: Any) -> None:
    await teaches(ann)
    assert "as you taught me" in await says_of(ann)
    for _ in range(CORRECTIONS):
        await ann.says("/undo")
        assert "Undone" in ann.words(await ann.reply())
    assert "taught" not in await says_of(ann, 101)


async def test_corrections_that_contradict_one_another_teach_nothing(bot: Any, ann: Any) -> None:
    for number, label in enumerate("2138465901"):
        await teaches(ann, first=number, count=1, label=label)
    assert "taught" not in await says_of(ann)


async def test_an_answer_that_was_taught_can_be_corrected_and_confirmed(bot: Any, ann: Any) -> None:
    await teaches(ann)
    await ann.photo(barred_two(100))
    answer = await ann.reply()
    assert ann.labels(answer)[:2] == ["2", "7"]
    await ann.press(answer, "2")
    confirmed = ann.words(await ann.changed(answer))
    assert confirmed.endswith("✓")
    assert "taught" not in confirmed
    await ann.photo(barred_two(101))
    again = await ann.reply()
    await ann.press(again, "7")
    assert "Corrected: 7 (I had read 2)" in ann.words(await ann.changed(again))


async def test_a_burst_of_corrections_is_trained_on_a_few_times_only(bot: Any, ann: Any, monkeypatch: Any) -> None:
    await teaches(ann)
    trainer, trained = bot.services.personal_adapters._trainer, list[int]()
    train = trainer.train

    def counted(model: Any, corrected: Any) -> Any:
        trained.append(len(corrected.labels))
        return train(model, corrected)

    monkeypatch.setattr(trainer, "train", counted)
    photos = [await ann.photo(barred_two(number)) for number in range(20, 26)]
    answers = {}
    for _ in photos:
        answer = await ann.reply()
        answers[answer["reply_to"]] = answer
    trained.clear()
    async with bot.services.database.read() as session:
        telegram_id = (await session.scalars(select(Person.telegram_id))).one()
    for _ in range(50):
        bot.services.personal_adapters.schedule(telegram_id)
    await asyncio.gather(*(ann.says("/correct 2", reply_to=answer) for answer in answers.values()))
    await ann.until(lambda: {"last": 1} if trained[-1:] == [CORRECTIONS + 6] else None, what="the last training")
    assert len(trained) <= 4


async def test_in_groups_it_is_off_unless_the_owner_turns_it_on(bots: Any, people: Any) -> None:
    bot, ann = await bots.start(), await people("Ann")
    (in_group,) = await people.group("Class", ann)
    await teaches(ann)
    assert "as you taught me" in await says_of(ann)
    await in_group.photo(barred_two(101), caption=f"@{bot.name}")
    assert "taught" not in in_group.words(await in_group.reply())
    await bot.end()
    await bots.start(personal_groups=frozenset({in_group.chat}))
    await in_group.photo(barred_two(102), caption=f"@{bot.name}")
    assert "as you taught me" in in_group.words(await in_group.reply())


async def marks_as_none(person: Any, photo: bytes) -> None:
    """Sends a photo of one mark and says that it is no digit."""
    await person.photo(photo)
    answer = await person.reply()
    if "Which?" in person.words(answer):
        await person.press(answer, "Not a digit")
    else:
        await person.press(answer, "It's another digit")
        await person.press(await person.changed(answer), "Not a digit")


async def test_what_was_marked_as_no_digit_is_not_claimed_again(bot: Any, ann: Any, people: Any) -> None:
    bob = await people("Bob")
    await marks_as_none(ann, letter_s(0))
    await ann.press(await ann.reply(), "Yes, keep it to learn from")
    await ann.photo(letter_s(0))
    said = ann.words(await ann.reply())
    assert "I see no digit" in said
    assert "One mark I left out, as you taught me: no digit." in said
    await bob.photo(letter_s(0))
    assert "5" in bob.words(await bob.reply())


async def test_nor_are_others_like_it_and_digits_stay(bot: Any, ann: Any, page: Any) -> None:
    await marks_as_none(ann, letter_s(0))
    await ann.press(await ann.reply(), "Yes, keep it to learn from")
    left_out = []
    for seed in range(1, 8):
        await ann.photo(letter_s(seed))
        answer = await ann.reply()
        left_out.append("as you taught me" in ann.words(answer))
        if not left_out[-1]:
            await ann.press(answer, "It's another digit" if "Which?" not in ann.words(answer) else "Not a digit")
            if "Which?" not in ann.words(answer):
                await ann.press(await ann.changed(answer), "Not a digit")
    assert sum(left_out) >= 4
    await ann.photo(page("5"))
    assert "5" in ann.words(await ann.reply())


async def test_what_was_left_out_can_be_named_all_the_same(bot: Any, ann: Any) -> None:
    await marks_as_none(ann, letter_s(0))
    await ann.press(await ann.reply(), "Yes, keep it to learn from")
    await ann.photo(letter_s(0), caption="5")
    assert "5" in ann.words(await ann.reply())


async def test_a_missed_digit_that_a_person_names_is_a_sample_of_what_was_overlooked(
    bot: Any, ann: Any, page: Any, monkeypatch: Any
) -> None:
    await ann.photo(page("5"), caption="5")
    await ann.reply()
    await ann.press(await ann.reply(), "Yes, keep it to learn from")
    reader = bot.services.reader
    read_async = reader.read_async

    async def overlooking(content: Any, *, count: Any = None, **settings: Any) -> Any:
        """The last digit is left unread, unless so many are asked for."""
        reading = await read_async(content, count=count, **settings)
        if count is not None:
            return reading
        left = tuple(replace(digit, sure=False) for digit in reading.digits[:-1])
        return replace(reading, digits=left, unread=(reading.digits[-1].box,))

    monkeypatch.setattr(reader, "read_async", overlooking)
    await ann.photo(page("427"))
    answer = await ann.reply()
    await ann.says("/correct 427", reply_to=answer)
    said = await ann.reply()
    if "which is right?" in ann.words(said):
        await ann.press(said, "427")
        said = await ann.reply()
    assert "now I see 3" in ann.words(said)
    async with bot.services.database.read() as session:
        kept = await samples.consented(session)
    assert [(sample.label, sample.read_as) for sample in kept] == [(5, 5), (4, 4), (2, 2), (7, None)]
