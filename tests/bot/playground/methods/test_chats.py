"""Chats and their members."""

from __future__ import annotations

import pytest
from telegram import Bot, ChatMemberOwner
from telegram.error import BadRequest, Forbidden

from bot.playground.client import Participant, People


async def test_a_private_chat(bot: Bot, ann: Participant) -> None:
    chat = await bot.get_chat(ann.chat)
    assert (chat.type, chat.first_name) == ("private", "Ann")
    assert (await bot.get_chat_member(ann.chat, ann.id)).user.first_name == "Ann"
    with pytest.raises(BadRequest, match="no administrators in the private chat"):
        await bot.get_chat_administrators(ann.chat)
    with pytest.raises(BadRequest, match="private chats"):
        await bot.leave_chat(ann.chat)


async def test_a_group_and_its_members(bot: Bot, people: People, ann: Participant) -> None:
    bob, eve = await people("Bob"), await people("Eve")
    there, _ = await people.group("Class", ann, bob)
    assert (await bot.get_chat(there.chat)).title == "Class"
    assert await bot.get_chat_member_count(there.chat) == 3
    assert (await bot.get_chat_administrators(there.chat))[0] == await bot.get_chat_member(there.chat, ann.id)
    assert isinstance(await bot.get_chat_member(there.chat, ann.id), ChatMemberOwner)
    assert (await bot.get_chat_member(there.chat, bob.id)).status == "member"
    assert (await bot.get_chat_member(there.chat, bot.id)).status == "member"
    with pytest.raises(BadRequest, match="Member not found"):
        await bot.get_chat_member(there.chat, eve.id)


async def test_a_bot_that_left_hears_and_says_nothing(bot: Bot, people: People, ann: Participant) -> None:
    (there,) = await people.group("Class", ann)
    await bot.leave_chat(there.chat)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(there.chat, "hello")
    made = (await people.books())["updates"]["made"]
    await there.says("/start@playground_bot")
    assert (await people.books())["updates"]["made"] == made
