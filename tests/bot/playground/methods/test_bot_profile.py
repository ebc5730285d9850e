"""The bot itself: who it is, its menus, its descriptions, its files."""

from __future__ import annotations

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatMember,
)
from telegram.error import BadRequest

from bot.playground import Playground
from bot.playground.client import Participant, People


async def menu(person: Participant) -> list[str]:
    answer = await person.client.get(f"/playground/chats/{person.chat}/menu", params={"person": person.id})
    return [one["command"] for one in answer.json()["commands"]]


async def test_the_bot_is_known_as_itself(bot: Bot, playground: Playground) -> None:
    me = await bot.get_me()
    assert str(me.id) == playground.token.partition(":")[0]
    assert me.is_bot
    assert not me.can_read_all_group_messages


def test_every_playground_has_its_own_token() -> None:
    first, second = Playground(), Playground()
    assert first.token != second.token
    assert len(first.token.partition(":")[2]) == 35


async def test_menus_by_scope_and_language(bot: Bot, people: People, ann: Participant) -> None:
    eva = await people("Eva", language="de")
    await eva.says("hallo")
    (there,) = await people.group("Class", ann)
    await bot.set_my_commands([("start", "Begin")])
    await bot.set_my_commands([("los", "Anfang")], language_code="de")
    await bot.set_my_commands([("privat", "x")], scope=BotCommandScopeAllPrivateChats(), language_code="de")
    await bot.set_my_commands([("all", "x")], scope=BotCommandScopeAllGroupChats())
    assert await menu(ann) == ["start"]
    assert await menu(eva) == ["privat"]
    assert await menu(there) == ["all"]
    await bot.set_my_commands([("retrain", "x"), ("start", "y")], scope=BotCommandScopeChat(ann.chat))
    await bot.set_my_commands([("mine", "x")], scope=BotCommandScopeChatMember(there.chat, ann.id))
    assert await menu(ann) == ["retrain", "start"]
    assert await menu(there) == ["mine"]
    assert await bot.get_my_commands(scope=BotCommandScopeChat(ann.chat)) == (
        BotCommand("retrain", "x"),
        BotCommand("start", "y"),
    )
    assert await bot.get_my_commands(language_code="fr") == ()
    await bot.delete_my_commands(scope=BotCommandScopeChat(ann.chat))
    assert await menu(ann) == ["start"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("Start", "x"), "Bot_command_invalid"),
        (("a" * 33, "x"), "Bot_command_invalid"),
        (("start", ""), "Bot_command_description_invalid"),
        (("start", "x" * 257), "Bot_command_description_invalid"),
    ],
)
async def test_bad_commands_are_refused(bot: Bot, command: tuple[str, str], words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        await bot.set_my_commands([command])


async def test_menus_of_chats_need_a_chat_that_the_bot_knows(bot: Bot, people: People) -> None:
    bob = await people("Bob", admin=True)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.set_my_commands([("start", "x")], scope=BotCommandScopeChat(bob.chat))
    with pytest.raises(BadRequest, match="Bot_commands_too_much"):
        await bot.set_my_commands([("start", "x")] * 101)


async def test_names_and_descriptions_by_language(bot: Bot, ann: Participant) -> None:
    await bot.set_my_description("Reads digits")
    await bot.set_my_description("Liest Ziffern", language_code="de")
    await bot.set_my_short_description("Digits")
    await bot.set_my_name("Digits")
    assert (await bot.get_my_description()).description == "Reads digits"
    assert (await bot.get_my_description("de")).description == "Liest Ziffern"
    assert (await bot.get_my_short_description()).short_description == "Digits"
    assert (await bot.get_my_name("fr")).name == "Digits"
    answer = await ann.client.get(f"/playground/chats/{ann.chat}/menu")
    assert answer.json()["description"] == "Reads digits"
    with pytest.raises(BadRequest, match="Bot_description_invalid"):
        await bot.set_my_description("x" * 513)


async def test_files_up_to_20_mb_can_be_fetched(bot: Bot, ann: Participant) -> None:
    await ann.document(b"x" * (20 * 1024 * 1024), "fits.bin")
    await ann.document(b"x" * (20 * 1024 * 1024 + 1), "large.bin")
    fits, large = (
        update.message.document for update in await bot.get_updates() if update.message and update.message.document
    )
    assert (await bot.get_file(fits)).file_size == 20 * 1024 * 1024
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(large)
    with pytest.raises(BadRequest, match="Wrong file_id"):
        await bot.get_file("nothing")


async def test_logging_out_and_closing_are_answered(bot: Bot) -> None:
    assert await bot.log_out()
    assert await bot.close()
