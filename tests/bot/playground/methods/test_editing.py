"""Edits, deletions, presses and reactions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, Message, Update
from telegram.error import BadRequest

from bot.playground.client import Participant, People

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("Right", callback_data="r")]])


async def pressed(bot: Bot, ann: Participant) -> tuple[Update, asyncio.Task[dict[str, object]]]:
    """A press that waits for its answer."""
    await bot.send_message(ann.chat, "7?", reply_markup=KEYS)
    press = asyncio.create_task(ann.press(await ann.reply(), "Right"))
    while not (updates := await bot.get_updates(offset=-1, timeout=5)) or updates[0].callback_query is None:
        pass
    return updates[0], press


async def test_text_is_edited_and_the_keyboard_goes_unless_given_again(bot: Bot, ann: Participant) -> None:
    sent = await bot.send_message(ann.chat, "7", reply_markup=KEYS)
    first = await ann.reply()
    edited = await sent.edit_text("<b>8</b>", parse_mode="HTML")
    assert isinstance(edited, Message)
    assert (edited.message_id, edited.text, edited.reply_markup) == (sent.message_id, "8", None)
    assert edited.edit_date is not None
    seen = await ann.changed(first)
    assert (seen["text"], seen["edited"], seen["buttons"]) == ("8", True, [])


async def test_the_same_again_is_not_modified(bot: Bot, ann: Participant, picture: Callable[..., bytes]) -> None:
    sent = await bot.send_message(ann.chat, "<b>7</b>", parse_mode="HTML", reply_markup=KEYS)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_text("<b>7</b>", parse_mode="HTML", reply_markup=KEYS)
    await sent.edit_text("7", reply_markup=KEYS)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_reply_markup(KEYS)
    photo = await bot.send_photo(ann.chat, picture(), caption="a")
    with pytest.raises(BadRequest, match="Message is not modified"):
        await photo.edit_caption("a")


async def test_caption_and_media_are_edited(bot: Bot, ann: Participant, picture: Callable[..., bytes]) -> None:
    sent = await bot.send_photo(ann.chat, picture(), caption="a", reply_markup=KEYS)
    assert isinstance(edited := await sent.edit_caption("b", reply_markup=KEYS), Message)
    assert (edited.caption, edited.reply_markup) == ("b", KEYS)
    assert isinstance(edited := await sent.edit_media(InputMediaPhoto(picture(300, 200), caption="c")), Message)
    assert (edited.caption, edited.photo[-1].width, edited.reply_markup) == ("c", 300, None)


async def test_edits_of_the_wrong_kind_are_refused(bot: Bot, ann: Participant, picture: Callable[..., bytes]) -> None:
    text, photo = await bot.send_message(ann.chat, "7"), await bot.send_photo(ann.chat, picture())
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await text.edit_caption("x")
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await photo.edit_text("x")
    with pytest.raises(BadRequest, match="Message_too_long"):
        await text.edit_text("x" * 4097)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("x", ann.chat, 1)
    theirs = await ann.says("mine")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", ann.chat, theirs["id"])


async def test_deleted_messages_are_gone(bot: Bot, ann: Participant) -> None:
    sent, theirs = await bot.send_message(ann.chat, "7"), await ann.says("mine")
    await ann.reply()
    assert await sent.delete()
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await sent.delete()
    assert await bot.delete_messages(ann.chat, [theirs["id"], sent.message_id])
    news = (await ann.client.get(f"/playground/chats/{ann.chat}/messages", params={"after": theirs["id"]})).json()
    assert [(one["id"], one["deleted"]) for one in news] == [(sent.message_id, True), (theirs["id"], True)]
    left = (await ann.client.get(f"/playground/chats/{ann.chat}/messages")).json()
    assert [one["text"] for one in left] == ["/start"]


async def test_in_a_group_only_own_messages_are_deleted(bot: Bot, people: People, ann: Participant) -> None:
    (there,) = await people.group("Class", ann)
    theirs = await there.says("/hi")
    with pytest.raises(BadRequest, match="can't be deleted"):
        await bot.delete_message(there.chat, theirs["id"])


async def test_a_press_gets_its_toast_once(bot: Bot, ann: Participant) -> None:
    update, press = await pressed(bot, ann)
    query = update.callback_query
    assert query is not None
    assert (query.data, query.from_user.id, query.message and query.message.message_id) == (
        "r",
        ann.id,
        (ann.messages and max(ann.messages)),
    )
    await query.answer("Thanks", show_alert=True)
    assert await press == {"toast": "Thanks", "alert": True, "url": None}
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer()


async def test_a_press_may_be_answered_without_words(bot: Bot, ann: Participant) -> None:
    update, press = await pressed(bot, ann)
    assert update.callback_query is not None
    with pytest.raises(BadRequest, match="Message_too_long"):
        await update.callback_query.answer("x" * 201)
    await update.callback_query.answer()
    assert (await press)["toast"] == ""


async def test_an_old_press_cannot_be_answered(bot: Bot, ann: Participant, monkeypatch: pytest.MonkeyPatch) -> None:
    update, press = await pressed(bot, ann)
    monkeypatch.setattr("bot.playground.pending_queries.QUERY_LIFETIME_SECONDS", 0.0)
    assert update.callback_query is not None
    with pytest.raises(BadRequest, match="Query is too old"):
        await update.callback_query.answer("late")
    press.cancel()


async def test_reactions_are_seen(bot: Bot, ann: Participant) -> None:
    theirs = await ann.says("7")
    assert await bot.set_message_reaction(ann.chat, theirs["id"], "👍")
    assert (await ann.latest(theirs))["reaction"] == "👍"
    await bot.set_message_reaction(ann.chat, theirs["id"])
    assert "reaction" not in await ann.latest(theirs)
    with pytest.raises(BadRequest, match="Reaction_invalid"):
        await bot.set_message_reaction(ann.chat, theirs["id"], "7")
    with pytest.raises(BadRequest, match="Message to react not found"):
        await bot.set_message_reaction(ann.chat, 1, "👍")
