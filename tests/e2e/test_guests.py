"""Somebody mentions the bot in a chat that it is no member of: it answers there, once, and stores nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from storage import people as stored_people

Page = Callable[..., bytes]


@pytest.fixture
async def ann(bot: Any, people: Any) -> Any:
    """Somebody in a group without the bot."""
    (member,) = await people.group_without_bot("Elsewhere", await people("Ann"))
    return member


async def test_a_mention_in_reply_to_a_photo_is_answered_with_its_reading(bot: Any, ann: Any, page: Page) -> None:
    photo = await ann.photo(page("427"))
    asked = await ann.says(f"@{bot.name} what digits are these?", reply_to=photo)
    answer = await ann.reply()
    assert ann.words(answer) == "I read 427"
    assert (answer["reply_to"], answer["buttons"]) == (asked["id"], [])
    await ann.silence()


async def test_a_mention_in_a_photos_caption_is_answered(bot: Any, ann: Any, page: Page) -> None:
    await ann.photo(page("7"), caption=f"@{bot.name} what digit is this?")
    assert ann.words(await ann.reply()).startswith("7 · ")


async def test_a_photo_behind_a_spoiler_is_answered_behind_one(bot: Any, ann: Any, page: Page) -> None:
    await ann.photo(page("7"), caption=f"@{bot.name}", spoiler=True)
    assert "spoiler" in {entity["type"] for entity in (await ann.reply())["entities"]}


async def test_nothing_is_stored_of_a_guest(bot: Any, ann: Any, page: Page) -> None:
    await ann.photo(page("427"), caption=f"@{bot.name}")
    await ann.reply()
    async with bot.services.database.read() as session:
        assert await stored_people.by_telegram_id(session, ann.id) is None


async def test_a_doubtful_reading_is_said_to_be_doubtful(bot: Any, ann: Any, doubtful: tuple[bytes, str]) -> None:
    photo, label = doubtful
    await ann.photo(photo, caption=f"@{bot.name}")
    assert ann.words(await ann.reply()) == f"This may be {label}; I am not sure."


@pytest.mark.parametrize(("content", "said"), [(b"no picture", "not a picture"), (b"\x00" * 21_000_000, "20 MB")])
async def test_what_cannot_be_read_gets_its_sentence(bot: Any, ann: Any, content: bytes, said: str) -> None:
    await ann.document(content, "photo.jpg", caption=f"@{bot.name}")
    assert said in ann.words(await ann.reply())


async def test_a_blank_page_is_said_to_have_no_digit(bot: Any, ann: Any, blank: bytes) -> None:
    await ann.photo(blank, caption=f"@{bot.name}")
    assert "no digit" in ann.words(await ann.reply())


async def test_a_mention_without_a_picture_is_told_how_to_ask(bot: Any, ann: Any) -> None:
    await ann.says(f"@{bot.name} hello")
    assert "Mention me in reply to a photo" in ann.words(await ann.reply())


async def test_what_does_not_mention_the_bot_is_not_heard(bot: Any, ann: Any, page: Page) -> None:
    await ann.photo(page("427"))
    await ann.says("/start")
    await ann.silence()


async def test_guests_without_access_hear_nothing(bots: Any, people: Any, page: Page) -> None:
    bot = await bots.start(users=frozenset({1}))
    (ann,) = await people.group_without_bot("Elsewhere", await people("Ann"))
    await ann.photo(page("427"), caption=f"@{bot.name}")
    await ann.silence()


async def test_an_error_is_not_told_in_a_chat_of_the_same_id(
    bot: Any, ann: Any, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(bot.services.reader, "read", fail)
    await ann.photo(page("427"), caption=f"@{bot.name}")
    await ann.silence()
