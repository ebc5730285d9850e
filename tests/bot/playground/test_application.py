"""A plain python-telegram-bot Application, as anybody writes it, serves people through the playground."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import CallbackQueryHandler, CommandHandler, ContextTypes, MessageHandler, filters

from bot.playground.client import People

KEYS = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Right", callback_data="right"), InlineKeyboardButton("No", callback_data="no")]]
)


async def start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    await update.message.reply_html("Hello, <b>you</b>")


async def photo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message
    await update.message.reply_chat_action("upload_photo")
    content = await (await update.message.photo[-1].get_file()).download_as_bytearray()
    await update.message.reply_photo(bytes(content), caption="7?", reply_markup=KEYS, do_quote=True)


async def press(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query
    await update.callback_query.answer("thanks")
    await update.callback_query.edit_message_caption(f"you said {update.callback_query.data}")


HANDLERS = (CommandHandler("start", start), MessageHandler(filters.PHOTO, photo), CallbackQueryHandler(press))


async def test_photo_answer_press_edit(
    serving: Callable[..., Any], people: People, picture: Callable[..., bytes]
) -> None:
    await serving(*HANDLERS)
    ann = await people("Ann")
    await ann.says("/start")
    assert (await ann.reply())["text"] == "Hello, you"
    question = await ann.photo(picture())
    answer = await ann.reply()
    assert (answer["caption"], answer["reply_to"], ann.labels(answer)) == ("7?", question["id"], ["Right", "No"])
    assert (await ann.press(answer, "Right"))["toast"] == "thanks"
    edited = await ann.changed(answer)
    assert (edited["caption"], edited["buttons"]) == ("you said right", [])


async def test_several_people_at_once(
    serving: Callable[..., Any], people: People, picture: Callable[..., bytes]
) -> None:
    await serving(*HANDLERS)
    several = [await people(f"Person {number}") for number in range(5)]
    questions = await asyncio.gather(*(person.photo(picture()) for person in several))
    answers = await asyncio.gather(*(person.reply() for person in several))
    assert [answer["reply_to"] for answer in answers] == [question["id"] for question in questions]
