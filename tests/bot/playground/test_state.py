"""Who hears what: groups, privacy mode, edits, ids."""

from __future__ import annotations

import httpx
import pytest
from telegram import Bot, Update

from bot.playground import Playground
from bot.playground.client import Participant, People


async def heard(bot: Bot) -> list[Update]:
    """Everything new, acknowledged."""
    updates = await bot.get_updates()
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return list(updates)


@pytest.mark.parametrize(
    ("text", "hears"),
    [
        ("good morning", False),
        ("/start", True),
        ("/start@playground_bot", True),
        ("/start@PLAYGROUND_bot", True),
        ("/start@other_bot", False),
        ("look, @playground_bot, a 7", True),
        ("look, @playground_bot_2", False),
    ],
)
async def test_in_groups_the_bot_hears_what_is_meant_for_it(
    bot: Bot, people: People, ann: Participant, text: str, hears: bool
) -> None:
    (there,) = await people.group("Class", ann)
    await heard(bot)
    await there.says(text)
    assert len(await heard(bot)) == int(hears)


async def test_replies_to_the_bot_are_heard_and_others_are_not(bot: Bot, people: People, ann: Participant) -> None:
    bob = await people("Bob")
    there, beside = await people.group("Class", ann, bob)
    sent = await bot.send_message(there.chat, "hello")
    theirs = await there.says("plain")
    await heard(bot)
    await beside.says("not for the bot", reply_to=theirs)
    await beside.says("for the bot", reply_to={"id": sent.message_id})
    (update,) = await heard(bot)
    assert update.message is not None
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.text == "hello"
    assert update.message.from_user is not None
    assert update.message.from_user.id == bob.id


async def test_captions_can_address_the_bot(bot: Bot, people: People, ann: Participant, picture: object) -> None:
    assert callable(picture)
    (there,) = await people.group("Class", ann)
    await heard(bot)
    await there.photo(picture())
    await there.photo(picture(), caption="@playground_bot what is it?")
    (update,) = await heard(bot)
    assert update.message is not None
    assert update.message.caption_entities[0].type == "mention"


async def test_the_bot_is_told_that_it_was_added(bot: Bot, people: People, ann: Participant) -> None:
    await heard(bot)
    await people.group("Class", ann)
    made, added = await heard(bot)
    assert made.message is not None
    assert made.message.group_chat_created
    assert added.my_chat_member is not None
    assert (added.my_chat_member.old_chat_member.status, added.my_chat_member.new_chat_member.status) == (
        "left",
        "member",
    )


async def test_edits_are_told_and_the_same_text_is_none(bot: Bot, ann: Participant) -> None:
    await heard(bot)
    message = await ann.says("7")
    await ann.edits(message, "7")
    edited = await ann.edits(message, "/correct 8")
    assert edited["edited"]
    _, update = await heard(bot)
    assert update.edited_message is not None
    assert update.edited_message.edit_date is not None
    assert update.edited_message.entities[0].type == "bot_command"


async def test_replies_are_one_level_deep(bot: Bot, ann: Participant) -> None:
    first = await ann.says("one")
    second = await ann.says("two", reply_to=first)
    await ann.says("three", reply_to=second)
    update = (await heard(bot))[-1]
    assert update.message is not None
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.text == "two"
    assert update.message.reply_to_message.reply_to_message is None


async def test_admins_get_the_ids_kept_for_them(people: People, playground: Playground) -> None:
    made = [(await people("Boss", admin=True)).id for _ in range(3)]
    assert made == list(playground.admin_ids[:3])
    assert (await people("Ann")).id not in playground.admin_ids


async def test_admins_ids_run_out() -> None:
    async with Playground(admin_ids=[5]) as playground, People.at(playground.address) as people:
        assert (await people("Boss", admin=True)).id == 5
        answer = await people.client.post("/playground/people", json={"name": "Second", "admin": True})
        assert answer.status_code == 409
    async with People.at(playground.address) as people:
        with pytest.raises(httpx.ConnectError):
            await people("After the end")


@pytest.mark.parametrize(("name", "account"), [("group", 1_087_968_824), ("channel", 136_817_688)])
async def test_people_write_in_the_name_of_their_group_or_a_channel(
    bot: Bot, people: People, ann: Participant, name: str, account: int
) -> None:
    (there,) = await people.group("Class", ann)
    await heard(bot)
    there.speaks_as = name
    await there.says("/start")
    message = (await heard(bot))[0].message
    assert message is not None
    assert message.from_user is not None
    assert message.sender_chat is not None
    assert message.from_user.id == account
    assert (message.sender_chat.id == message.chat_id) == (name == "group")
