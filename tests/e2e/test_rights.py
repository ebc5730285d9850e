"""A group where the bot may not send pictures, or may not write: words instead, or silence, and the bot goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Page = Callable[..., bytes]

NO_PHOTOS = "not enough rights to send photos to the chat"
NO_WORDS = "Bad Request: not enough rights to send text messages to the chat"


@pytest.fixture(params=[400, 403])
async def ann(bot: Any, people: Any, request: Any) -> Any:
    """Somebody in a group that lets the bot send no pictures."""
    (member,) = await people.group("Class", await people("Ann"))
    await people.fault("sendPhoto", times=-1, chat=member.chat, status=request.param, description=NO_PHOTOS)
    return member


async def test_an_answer_comes_in_words_with_its_buttons(bot: Any, ann: Any, page: Page) -> None:
    photo = await ann.photo(page("427"), caption=f"@{bot.name}")
    answer = await ann.reply()
    assert ann.words(answer) == "I may not send pictures here. An admin of this group can let me.\nI read 427"
    assert ann.labels(answer) == ["4", "2", "7", "All right", "What you saw"]
    assert (answer["reply_to"], answer["files"]) == (photo["id"], [])


async def test_an_answer_in_words_is_corrected_by_its_buttons(bot: Any, ann: Any, page: Page) -> None:
    await ann.photo(page("427"), caption=f"@{bot.name}")
    answer = await ann.reply()
    await ann.press(answer, "7")
    choice = await ann.changed(answer)
    assert "Digit 3 (read as 7)" in ann.words(choice)
    await ann.press(choice, "1")
    corrected = await ann.until(lambda: _corrected(ann))
    assert ann.words(corrected) == "Corrected: 421 (I had read 427)"
    assert "1" in ann.labels(corrected)


async def test_an_answer_in_words_is_corrected_in_words(bot: Any, ann: Any, page: Page) -> None:
    await ann.photo(page("7"), caption=f"@{bot.name}")
    answer = await ann.reply()
    await ann.says("1", reply_to=answer)
    assert ann.words(await ann.changed(answer)) == "Corrected: 1 (I had read 7)"


async def test_any_other_picture_is_answered_in_words_too(bot: Any, ann: Any, page: Page) -> None:
    await ann.photo(page("427"), caption=f"@{bot.name}")
    answer = await ann.reply()
    await ann.press(answer, "What you saw")
    assert ann.words(await ann.reply()) == "I may not send pictures here. An admin of this group can let me."
    await ann.says(f"/stats@{bot.name}")
    assert ann.words(await ann.reply()) == "I may not send pictures here. An admin of this group can let me."


async def test_where_it_may_not_write_the_bot_is_silent_and_no_admin_is_disturbed(
    bot: Any, people: Any, ann: Any, page: Page
) -> None:
    owner = await people("Owner", admin=True)
    await owner.says("/id")
    await owner.reply()
    await people.fault("sendMessage", times=-1, chat=ann.chat, status=400, description=NO_WORDS)
    await ann.photo(page("427"), caption=f"@{bot.name}")
    await ann.says(f"/help@{bot.name}")
    await ann.silence()
    await owner.silence()
    await owner.photo(page("427"))
    assert "427" in owner.words(await owner.reply())


def _corrected(ann: Any) -> Any:
    return next((each for each in ann.messages.values() if "Corrected" in ann.words(each)), None)
