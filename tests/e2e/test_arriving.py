"""Everything that can arrive in the chat gets its answer, or its refusal in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Page = Callable[..., bytes]

FILE = {"file_id": "f", "file_unique_id": "u"}
CLIP = {**FILE, "width": 320, "height": 240, "duration": 3}
PLACE = {"longitude": 1.5, "latitude": 2.5}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"voice": {**FILE, "duration": 2}}, "cannot listen"),
        ({"audio": {**FILE, "duration": 2}}, "cannot listen"),
        ({"video": CLIP}, "still pictures only"),
        ({"video_note": {**FILE, "length": 240, "duration": 2}}, "still pictures only"),
        ({"animation": CLIP, "document": FILE}, "still pictures only"),
        ({"location": PLACE}, "no use for places"),
        ({"venue": {"location": PLACE, "title": "School", "address": "1"}, "location": PLACE}, "no use for places"),
        ({"contact": {"phone_number": "427", "first_name": "Bob"}}, "no use for contacts"),
        ({"dice": {"emoji": "🎲", "value": 4}}, "do not play games"),
        ({"story": {"id": 1, "chat": {"id": 9, "type": "private"}}}, "does not let me see"),
        ({"checklist": {"title": "Numbers", "tasks": [{"id": 1, "text": "427"}]}}, "no part in polls"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
async def test_what_is_no_picture_is_refused_in_words_of_its_own(ann: Any, content: dict[str, Any], said: str) -> None:
    await ann.sends(**content)
    assert said in ann.words(await ann.reply())
    await ann.silence()


async def test_a_moving_sticker_is_refused(ann: Any) -> None:
    for name in ("wave.tgs", "wave.webm"):
        await ann.sticker(b"moving", name)
        assert "still pictures only" in ann.words(await ann.reply())


async def test_in_a_group_nothing_of_it_is_answered(bot: Any, people: Any) -> None:
    (ann,) = await people.group("Class", await people("Ann"))
    await ann.sends(voice={**FILE, "duration": 2})
    await ann.sends(location=PLACE)
    await ann.silence()


async def test_an_edited_caption_is_answered_in_words_and_corrects_nothing(ann: Any, page: Page) -> None:
    photo = await ann.photo(page("427"), caption="427")
    answers = [await ann.reply(), await ann.reply()]
    answer = next(each for each in answers if "427" in ann.words(each))
    await ann.edits(photo, "421")
    said = await ann.reply()
    assert "changes nothing" in ann.words(said)
    assert "/correct 421" in ann.words(said)
    assert said["reply_to"] == photo["id"]
    assert ann.words(await ann.latest(answer)) == ann.words(answer)


async def test_an_edited_caption_that_says_what_stands_or_no_digits_is_left_alone(ann: Any, page: Page) -> None:
    photo = await ann.photo(page("427"), caption="my homework")
    assert "427" in ann.words(await ann.reply())
    await ann.edits(photo, "427")
    await ann.edits(photo, "our homework")
    await ann.silence()


async def test_an_edited_caption_in_a_group_is_answered_where_it_addresses_the_bot(
    bot: Any, people: Any, page: Page
) -> None:
    (ann,) = await people.group("Class", await people("Ann"))
    photo = await ann.photo(page("427"), caption=f"@{bot.name}")
    await ann.reply()
    await ann.edits(photo, "421")
    await ann.silence()
    await ann.edits(photo, f"@{bot.name} 421")
    assert "/correct 421" in ann.words(await ann.reply())


@pytest.mark.parametrize("caption", ["@{} 421", "421 @{}", "/correct@{} 421"])
async def test_a_caption_in_a_group_that_mentions_the_bot_and_gives_the_digits_corrects(
    bot: Any, people: Any, page: Page, caption: str
) -> None:
    (ann,) = await people.group("Class", await people("Ann"))
    await ann.photo(page("427"), caption=caption.format(bot.name))
    assert "Corrected: 421 (I had read 427)" in ann.words(await ann.reply())


async def test_a_caption_that_is_no_label_is_read_all_the_same(ann: Any, page: Page) -> None:
    await ann.photo(page("427"), caption="page 12 of my homework")
    answer = await ann.reply()
    assert ann.words(answer) == "I read 427"
    await ann.silence()


async def test_a_caption_that_wants_to_correct_without_digits_is_explained(ann: Any, page: Page) -> None:
    await ann.photo(page("427"), caption="/correct four")
    assert ann.words(await ann.reply()) == "I read 427"
    assert "four is not made of digits" in ann.words(await ann.reply())
