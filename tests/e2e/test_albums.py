"""An album: each of its pictures is answered, and then one line sums it up."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from bot import lifecycle
from bot.updates import albums

Page = Callable[..., bytes]


async def answers(ann: Any, count: int) -> list[str]:
    return [ann.words(await ann.reply()) for _ in range(count)]


async def test_one_line_follows_the_answers_in_the_order_of_the_album(ann: Any, page: Page, blank: bytes) -> None:
    await ann.photo(page("12"), blank, page("34"), page("56"))
    *each, line = await answers(ann, 5)
    assert {"I read 12", "I read 34", "I read 56"} < set(each)
    assert line == "All 4 pictures: 12 · no digit · 34 · 56"
    await ann.silence(2.0)


async def test_a_picture_that_fails_has_its_place_in_the_line(ann: Any, page: Page) -> None:
    await ann.documents(page("12"), b"This is no picture.", page("34"))
    *each, line = await answers(ann, 4)
    assert sum("not a picture" in words for words in each) == 1
    assert line == "All 3 pictures: 12 · not read · 34"


async def test_an_album_of_which_nothing_was_read_gets_no_line(ann: Any) -> None:
    await ann.documents(b"no picture", b"nor this")
    await answers(ann, 2)
    await ann.silence(2.5)


async def test_a_single_photo_gets_no_line(ann: Any, page: Page) -> None:
    await ann.photo(page("12"))
    await ann.reply()
    await ann.silence(2.5)


async def test_the_line_says_what_a_caption_corrected(ann: Any, page: Page) -> None:
    await ann.photo(page("427"), page("35"), caption="421")
    said = await answers(ann, 4)
    assert said[-1] == "All 2 pictures: 421 · 35"


async def test_two_albums_at_once_are_summed_up_apart(ann: Any, page: Page) -> None:
    await ann.photo(page("12"), page("34"))
    await ann.photo(page("56"), page("78"))
    lines = {words for words in await answers(ann, 6) if words.startswith("All")}
    assert lines == {"All 2 pictures: 12 · 34", "All 2 pictures: 56 · 78"}


async def test_an_album_that_replies_to_the_bot_in_a_group_is_summed_up_and_any_other_is_not(
    bot: Any, people: Any, page: Page
) -> None:
    (ann,) = await people.group("Class", await people("Ann"))
    await ann.photo(page("12"), page("34"))
    await ann.silence(2.0)
    await ann.says(f"/start@{bot.name}")
    await ann.photo(page("12"), page("34"), reply_to=await ann.reply())
    *each, line = await answers(ann, 3)
    assert sorted(each) == ["I read 12", "I read 34"]
    assert line == "All 2 pictures: 12 · 34"


async def test_after_a_stop_between_the_answers_and_the_line_only_the_line_is_made_up_for(
    bots: Any, people: Any, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(albums, "ALBUM_PAUSE_S", 60.0)
    monkeypatch.setattr(lifecycle, "LAST_ANSWERS_TIMEOUT_S", 0.1)
    first = await bots.start()
    ann = await people("Ann")
    await ann.documents(page("12"), b"This is no picture.")
    await answers(ann, 2)
    await first.end()
    monkeypatch.setattr(albums, "ALBUM_PAUSE_S", 0.2)
    await bots.start()
    assert await answers(ann, 1) == ["All 2 pictures: 12 · not read"]
    await ann.silence(1.0)


async def test_what_is_answered_after_a_restart_is_summed_up_with_what_was_answered_before(
    bots: Any, people: Any, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifecycle, "LAST_ANSWERS_TIMEOUT_S", 0.1)
    first = await bots.start()
    ann = await people("Ann")
    read = first.services.reader.read

    def slowly(*given: Any, **named: Any) -> Any:
        time.sleep(1)
        return read(*given, **named)

    monkeypatch.setattr(first.services.reader, "read", slowly)
    await ann.photo(page("12"), page("34"), page("56"))
    await ann.reply()
    await first.end()
    await bots.start()
    said = await answers(ann, 3)
    assert said[-1] == "All 3 pictures: 12 · 34 · 56"


async def test_a_flood_wait_of_one_picture_delays_the_line(ann: Any, people: Any, page: Page) -> None:
    await people.fault("sendPhoto", status=429, retry_after=3)
    await ann.photo(page("12"), page("34"))
    assert (await answers(ann, 3))[-1] == "All 2 pictures: 12 · 34"


def tiff(*pages: bytes) -> bytes:
    images = [Image.open(io.BytesIO(one)).convert("L") for one in pages]
    buffer = io.BytesIO()
    images[0].save(buffer, "TIFF", save_all=True, append_images=images[1:], compression="tiff_deflate")
    return buffer.getvalue()


async def test_the_first_page_of_a_file_is_read_and_the_others_are_told_of(ann: Any, page: Page) -> None:
    await ann.document(tiff(page("427"), page("12"), page("35")), "scan.tiff")
    said = ann.words(await ann.reply())
    assert said.startswith("I read the first page of 3.")
    assert said.endswith("I read 427")
    await ann.document(tiff(page("427")), "scan.tiff")
    assert ann.words(await ann.reply()) == "I read 427"


async def test_the_line_lands_in_the_topic_of_the_album(bot: Any, people: Any, page: Page) -> None:
    (ann,) = await people.topic(*await people.group("Class", await people("Ann"), forum=True))
    await ann.says(f"/start@{bot.name}")
    await ann.photo(page("12"), page("34"), reply_to=await ann.reply())
    messages = [await ann.reply() for _ in range(3)]
    assert ann.words(messages[-1]) == "All 2 pictures: 12 · 34"
    assert {message["topic"] for message in messages} == {ann.topic}
