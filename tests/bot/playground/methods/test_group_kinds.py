"""Groups that become supergroups, have topics, and admins beside their owner."""

from __future__ import annotations

import pytest
from telegram import Bot, BotCommandScopeAllChatAdministrators, ReplyParameters
from telegram.constants import ChatAction
from telegram.error import BadRequest, ChatMigrated

from bot.playground import Playground
from bot.playground.client import ExpectationError, Participant, People


async def test_a_group_that_became_a_supergroup_names_it(bot: Bot, people: People, ann: Participant) -> None:
    (there,) = await people.group("Class", ann)
    (now,) = await people.upgrade(there)
    with pytest.raises(ChatMigrated) as error:
        await bot.send_message(there.chat, "hello")
    assert error.value.new_chat_id == now.chat
    assert (await bot.get_chat(now.chat)).type == "supergroup"
    told = [update.message for update in await bot.get_updates() if update.message]
    assert [(one.migrate_to_chat_id, one.migrate_from_chat_id) for one in told][-2:] == [
        (now.chat, None),
        (None, there.chat),
    ]
    with pytest.raises(ExpectationError, match="no supergroup yet"):
        await people.upgrade(there)


async def test_a_topic_is_where_it_is_named(bot: Bot, people: People, ann: Participant) -> None:
    (there,) = await people.group("Class", ann, forum=True)
    (inside,) = await people.topic(there)
    asked = await inside.says("/start@playground_bot")
    heard = (await bot.get_updates())[-1].message
    assert heard
    assert heard.is_topic_message
    assert heard.message_thread_id == inside.topic
    assert heard.reply_to_message
    assert heard.reply_to_message.forum_topic_created
    quoted = ReplyParameters(asked["id"])
    assert not (await bot.send_message(there.chat, "general", reply_parameters=quoted)).is_topic_message
    sent = await bot.send_message(there.chat, "hello", message_thread_id=inside.topic)
    assert sent.is_topic_message
    assert (await inside.latest({"id": sent.message_id}))["topic"] == inside.topic
    for wrong in (asked["id"], 1):
        with pytest.raises(BadRequest, match="thread not found"):
            await bot.send_message(there.chat, "hello", message_thread_id=wrong)
        with pytest.raises(BadRequest, match="thread not found"):
            await bot.send_chat_action(there.chat, ChatAction.TYPING, message_thread_id=wrong)


async def test_only_forums_have_topics(people: People, ann: Participant) -> None:
    (there,) = await people.group("Class", ann)
    with pytest.raises(ExpectationError, match="Only forums"):
        await people.topic(there)
    with pytest.raises(ExpectationError, match="groups only"):
        await people.topic(ann)


async def test_an_admin_is_one_beside_the_owner(bot: Bot, people: People, ann: Participant) -> None:
    _, there = await people.group("Class", ann, await people("Bob"))
    await bot.set_my_commands([("rule", "x")], scope=BotCommandScopeAllChatAdministrators())
    assert await people.menu(there) == []
    await people.promote(there)
    assert (await bot.get_chat_member(there.chat, there.id)).status == "administrator"
    assert {one.user.id for one in await bot.get_chat_administrators(there.chat)} == {ann.id, there.id}
    assert await people.menu(there) == ["rule"]


async def test_a_deep_link_starts_the_private_chat_with_its_parameter(
    bot: Bot, people: People, playground: Playground
) -> None:
    (there,) = await people.group("Class", await people("Bob"))
    await there.opens(f"https://t.me/{playground.state.bot.username}?start=privacy")
    said = [update.message for update in await bot.get_updates() if update.message]
    assert (said[-1].text, said[-1].chat.id) == ("/start privacy", there.id)
