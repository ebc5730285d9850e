"""What a person can ask about the bot and themselves; groups; who is let in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/start", "Send me a photo"),
        ("/help", "What helps"),
        ("/privacy", "What is kept"),
        ("/forget", "cannot be undone"),
        ("/undo", "no correction of yours"),
        ("/read", "reply to a picture"),
        ("/fly", "do not know this command"),
        ("Good morning", "/help tells more"),
    ],
)
async def test_words_are_answered_kindly(ann: Any, command: str, said: str) -> None:
    await ann.says(command)
    assert said in ann.words(await ann.reply())


async def test_id_tells_a_person_theirs_and_whether_they_are_an_admin(bot: Any, people: Any) -> None:
    ann, owner = await people("Ann"), await people("Owner", admin=True)
    await ann.says("/id")
    assert ann.words(await ann.reply()) == f"Your Telegram id is {ann.id}."
    await owner.says("/id")
    assert "You are an admin" in owner.words(await owner.reply())


@pytest.mark.parametrize(
    "extra", [{"location": {"longitude": 1.0, "latitude": 2.0}}, {"dice": {"emoji": "🎲", "value": 3}}]
)
async def test_things_that_are_no_picture_get_a_hint(ann: Any, extra: dict[str, Any]) -> None:
    await ann.sends(**extra)
    assert "Send me a photo" in ann.words(await ann.reply())


async def test_in_a_group_only_the_addressed_bot_answers(bot: Any, people: Any, page: Callable[..., bytes]) -> None:
    bob, ann = await people.group("Class", await people("Bob"), await people("Ann"))
    await ann.says("hello everybody")
    photo = await ann.photo(page("42"))
    await ann.silence()
    await bob.says(f"/read@{bot.name}", reply_to=photo)
    answer = await bob.reply()
    assert "42" in bob.words(answer)
    toast = await ann.press(answer, "4")
    assert "somebody else" in toast["toast"]
    await ann.says("/correct 43", reply_to=answer)
    assert "somebody else" in ann.words(
        await ann.until(lambda: next((m for m in ann.messages.values() if m["bot"] and m["id"] != answer["id"]), None))
    )


async def test_only_listed_people_and_those_with_the_invite_word_are_served(
    bots: Any, people: Any, page: Callable[..., bytes]
) -> None:
    from pydantic import SecretStr

    await bots.start(invite=SecretStr("marmalade"))
    ann = await people("Ann")
    await ann.photo(page("7"))
    assert "invited people" in ann.words(await ann.reply())
    half = json.dumps({"from": ann.id, "text": "/stats \ud83d"})  # of a UTF-16 pair, in ASCII
    await ann.client.post(f"/playground/chats/{ann.chat}/messages", content=half)
    assert "invited people" in ann.words(await ann.reply())
    await ann.says("/privacy")
    assert "What is kept" in ann.words(await ann.reply())
    await ann.says("marmalade")
    assert "Welcome!" in ann.words(await ann.reply())
    await ann.photo(page("7"))
    assert ann.words(await ann.reply()).startswith("7")


async def test_the_command_menu_is_published(bot: Any, playground: Any, people: Any) -> None:
    import httpx

    async with httpx.AsyncClient(base_url=f"{playground.address}/bot{playground.token}", trust_env=False) as client:
        commands = (await client.post("/getMyCommands")).json()["result"]
    assert {"start", "correct", "undo", "privacy", "forget"} <= {command["command"] for command in commands}
