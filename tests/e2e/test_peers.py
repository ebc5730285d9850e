"""Where other bots fail, and what their users complain of, as behaviour of ours in a chat; see tests/README.md."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from storage import activations, model_versions
from storage.model_versions import NewVersion


async def test_an_iphones_heic_sent_as_a_file_is_read(ann: Any, page: Callable[..., bytes]) -> None:
    """HEIC is refused as no picture, or the bot falls silent."""
    heic = io.BytesIO()
    Image.open(io.BytesIO(page("427"))).save(heic, "HEIF")
    await ann.document(heic.getvalue(), "IMG_0001.HEIC")
    assert "427" in ann.words(await ann.reply())


async def test_a_picture_reads_alike_as_a_photo_and_as_a_file(ann: Any, page: Callable[..., bytes]) -> None:
    """A picture sent as a file is rejected, or read otherwise than as a photo, which is recompressed on the way."""
    png = io.BytesIO()
    Image.open(io.BytesIO(page("385 16"))).save(png, "PNG")
    await ann.photo(png.getvalue())
    as_photo = ann.words(await ann.reply())
    await ann.document(png.getvalue(), "scan.png")
    assert ann.words(await ann.reply()) == as_photo
    assert "385 16" in as_photo


async def test_the_caption_of_an_album_puts_right_the_photo_it_belongs_to(ann: Any, page: Callable[..., bytes]) -> None:
    """Of an album's updates one has the caption, and it is taken for all of them or for none."""
    await ann.photo(page("12"), page("34"), caption="12")
    *said, line = [ann.words(await ann.reply()) for _ in range(4)]
    assert line == "All 2 pictures: 12 · 34"
    [question] = [words for words in said if "May I keep" in words]
    said.remove(question)
    captioned, other = sorted(said, key=lambda words: "34" in words)
    assert "12" in captioned
    assert captioned.endswith("✓")
    assert "34" in other
    assert "✓" not in other
    await ann.silence()


async def test_others_are_answered_while_a_photo_takes_long(
    bot: Any, ann: Any, people: Any, page: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work on the event loop makes the bot deaf for as long as it takes."""
    begun, over, read = asyncio.Event(), [False], bot.services.reader.read
    loop = asyncio.get_running_loop()

    def slowly(content: bytes, **options: Any) -> Any:
        loop.call_soon_threadsafe(begun.set)
        time.sleep(4.0)
        over[0] = True
        return read(content, **options)

    monkeypatch.setattr(bot.services.reader, "read", slowly)
    bob = await people("Bob")
    await ann.photo(page("7"))
    await begun.wait()
    await bob.says("/help")
    assert "What helps" in bob.words(await bob.reply())
    assert over == [False]
    assert ann.words(await ann.reply()).startswith("7")


async def test_nobody_else_looks_into_a_reading(bot: Any, people: Any, page: Callable[..., bytes]) -> None:
    """Everybody can fetch what everybody else has sent."""
    ann, bob = await people.group("Class", await people("Ann"), await people("Bob"))
    photo = await ann.photo(page("42"))
    await ann.says(f"/read@{bot.name}", reply_to=photo)
    answer = await ann.reply()
    await bob.reply()
    assert "somebody else" in (await bob.press(answer, "What you saw"))["toast"]
    await bob.silence()


async def test_a_button_that_deletes_everything_is_its_owners_alone(bot: Any, people: Any) -> None:
    """A button does what it does for whoever presses it."""
    ann, bob = await people("Ann"), await people("Bob")
    await ann.says("/forget")
    question = await ann.reply()
    deletes = question["buttons"][0][0]["data"]
    await bob.says("/help")
    assert "expired" in (await bob.press(await bob.reply(), deletes, forged=True))["toast"]
    assert ann.labels(await ann.latest(question)) == ann.labels(question)


@pytest.mark.parametrize("data", ["a:1:0:0", "x:1:0:0"])
async def test_an_admins_button_forged_by_somebody_else_does_nothing(bot: Any, ann: Any, data: str) -> None:
    """Any person may wipe or exchange the model: the command is hidden, and its handler looks at nobody."""
    said = await ann.says("/help")
    answer = await ann.reply()
    assert said
    before = bot.services.reader.model
    assert "Only admins" in (await ann.press(answer, data, forged=True))["toast"]
    assert bot.services.reader.model is before


async def test_a_correction_alone_leaves_the_model_as_it_is(bot: Any, ann: Any, page: Callable[..., bytes]) -> None:
    """Each correction is a training step on the model that answers: anybody can teach it nonsense."""
    before = bot.services.reader.model
    await ann.photo(page("7"))
    first = ann.words(await ann.reply())
    await ann.says("/correct 1")
    await ann.reply()
    await ann.press(await ann.reply(), "Yes, keep it to learn from")
    await ann.photo(page("7"))
    assert ann.words(await ann.reply()) == first
    assert bot.services.reader.model is before


async def test_the_version_that_was_active_answers_after_a_restart(
    bots: Any, people: Any, page: Callable[..., bytes]
) -> None:
    """What was trained is lost at the next start, or saved under a name that nothing loads."""
    first = await bots.start()
    ann = await people("Ann")
    base = first.services.reader.model
    async with first.services.database.write() as session:
        await model_versions.add(
            session, NewVersion("base-3", base.content, base.card.to_json(), parent=base.name), max_bytes=None
        )
        await activations.activate(session, "base-3")
    await first.end()
    second = await bots.start()
    assert second.services.reader.model.name == "base-3"
    await ann.photo(page("7"))
    assert ann.words(await ann.reply()).startswith("7")


async def test_a_name_that_is_sql_is_a_name(bot: Any, people: Any, page: Callable[..., bytes]) -> None:
    """What people type is pasted into SQL."""
    robert = await people("Robert'); DROP TABLE person; --")
    await robert.photo(page("7"))
    await robert.reply()
    await robert.says("/correct 7'; DELETE FROM stored_reading; --")
    assert "not made of digits" in robert.words(await robert.reply())
    await robert.says("/correct 1")
    assert "Corrected: 1" in robert.words(await robert.reply())


async def test_many_people_correcting_at_once_never_meet_a_locked_database(
    bot: Any, people: Any, page: Callable[..., bytes], caplog: pytest.LogCaptureFixture
) -> None:
    """Writers at the same time fail with "database is locked", and an answer is lost."""
    crowd = [await people(f"Person {number}") for number in range(8)]
    content = page("7")
    await asyncio.gather(*(person.photo(content) for person in crowd))
    answers = await asyncio.gather(*(person.reply() for person in crowd))
    await asyncio.gather(
        *(person.says("/correct 1", reply_to=answer) for person, answer in zip(crowd, answers, strict=True))
    )
    said = await asyncio.gather(*(person.reply() for person in crowd))
    assert [person.words(answer) for person, answer in zip(crowd, said, strict=True)] == ["Corrected: 1."] * 8
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
