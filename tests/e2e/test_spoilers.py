"""Photos that are hidden by a spoiler: what is shown of them in answers is hidden as well."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from storage import readings
from storage.errors import DatabaseReadOnly

Page = Callable[..., bytes]


async def test_the_answer_and_the_digit_images_are_hidden(ann: Any, page: Page) -> None:
    await ann.photo(page("427"), spoiler=True)
    answer = await ann.reply()
    assert answer["spoiler"]
    await ann.press(answer, "What you saw")
    assert (await ann.reply())["spoiler"]


async def test_a_reading_that_cannot_be_stored_is_told_behind_a_spoiler(
    bot: Any, ann: Any, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise DatabaseReadOnly

    monkeypatch.setattr(readings, "add", refuse)
    await ann.photo(page("427"), spoiler=True)
    said = await ann.reply()
    assert hidden(ann, said) == ["I read 427"]
    await ann.photo(page("427"))
    assert hidden(ann, await ann.reply()) == []


@pytest.mark.parametrize("replies", [True, False])
async def test_an_answer_after_a_second_reading_is_hidden_too(bot: Any, ann: Any, page: Page, replies: bool) -> None:
    await ann.photo(page("427"), spoiler=True)
    answer = await ann.reply()
    await ann.says("/correct 42", reply_to=answer if replies else None)
    await ann.press(await ann.reply(), "42")
    again = await ann.reply()
    assert "now I see 2" in ann.words(again)
    assert again["spoiler"]


async def test_an_answer_in_words_is_hidden_where_no_picture_may_be_sent(bot: Any, people: Any, page: Page) -> None:
    (ann,) = await people.group("Class", await people("Ann"))
    refused = "not enough rights to send photos to the chat"
    await people.fault("sendPhoto", times=-1, chat=ann.chat, status=400, description=refused)
    await ann.photo(page("427"), caption=f"@{bot.name}", spoiler=True)
    answer = await ann.reply()
    assert hidden(ann, answer) == ["I read 427"]


def hidden(person: Any, message: Any) -> list[str]:
    """What of a message's words is behind a spoiler."""
    words = person.words(message)
    return [words[each["offset"] :][: each["length"]] for each in message["entities"] if each["type"] == "spoiler"]
