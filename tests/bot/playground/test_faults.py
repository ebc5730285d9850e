"""Each fault does to python-telegram-bot what the network would."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import MessageHandler, filters

from bot.playground import Playground
from bot.playground.client import Participant, People


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ({"status": 429, "retry_after": 3}, RetryAfter, "Retry in 3"),
        ({"status": 429}, RetryAfter, "Retry in 1"),
        ({"status": 500}, NetworkError, "Internal Server Error"),
        ({"status": 502}, NetworkError, "Bad Gateway"),
        ({"status": 400, "description": "Bad Request: so there"}, BadRequest, "So there"),
        ({"status": 403}, Forbidden, "blocked by the user"),
        ({"status": 409}, Conflict, "terminated by other getUpdates"),
        ({"status": 401}, InvalidToken, "Unauthorized"),
        ({"status": 404}, InvalidToken, "Not Found"),
        ({"status": 413}, NetworkError, "Request Entity Too Large"),
        ({"status": 504}, NetworkError, "Gateway Timeout"),
        ({"status": 200, "html": True}, TelegramError, "Invalid server response"),
        ({"status": 502, "html": True}, NetworkError, "Bad Gateway"),
        ({"status": 504, "done": True}, NetworkError, "Gateway Timeout"),
        ({"status": 200, "html": True, "done": True}, TelegramError, "Invalid server response"),
        ({"garbage": True}, TelegramError, "Invalid server response"),
        ({"drop": "before"}, NetworkError, "disconnected"),
        ({"drop": "after"}, NetworkError, "disconnected"),
    ],
)
async def test_a_fault_raises_what_the_network_would(
    bot: Bot, people: People, ann: Participant, fault: dict[str, Any], error: type[Exception], words: str
) -> None:
    await people.fault("sendMessage", **fault)
    with pytest.raises(error, match=words) as raised:
        await bot.send_message(ann.chat, "hello")
    assert type(raised.value) is error
    await bot.send_message(ann.chat, "again")
    done = ["hello", "again"] if fault.get("drop") == "after" or fault.get("done") else ["again"]
    assert [(await ann.reply())["text"] for _ in done] == done


async def test_a_delay_longer_than_the_patience_of_the_bot_is_a_timeout(
    bot: Bot, people: People, ann: Participant
) -> None:
    await people.fault("sendMessage", delay=0.5)
    with pytest.raises(TimedOut):
        await bot.send_message(ann.chat, "late", read_timeout=0.1)


async def test_a_call_whose_client_has_gone_away_is_carried_out(bot: Bot, people: People, ann: Participant) -> None:
    await people.fault("sendMessage", delay=0.3)
    with pytest.raises(TimedOut):
        await bot.send_message(ann.chat, "late", read_timeout=0.1)
    assert (await ann.reply())["text"] == "late"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504, 599])
@pytest.mark.parametrize("html", [False, True])
@pytest.mark.parametrize("method", ["getMe", "getUpdates", "getFile", "sendPhoto", "editMessageText", "file"])
async def test_every_method_can_fail_with_every_status(
    playground: Playground, people: People, method: str, status: int, html: bool
) -> None:
    path = "/file/bot{}/photos/file_0.jpg" if method == "file" else f"/bot{{}}/{method}"
    await people.fault(method, status=status, html=html, retry_after=7)
    answer = await people.client.get(path.format(playground.token))
    assert answer.status_code == status
    if html:
        assert answer.headers["Content-Type"] == "text/html"
        assert answer.text.startswith("<html>")
    else:
        error = answer.json()
        assert (error["ok"], error["error_code"], error["parameters"]["retry_after"]) == (False, status, 7)
    assert answer.headers.get("Retry-After") == (None if html else "7")
    counted = (await people.books())["calls"][method]
    assert counted == {f"{status} html" if html else str(status): 1}


async def test_a_fault_of_one_chat_leaves_the_others_alone(bot: Bot, people: People, ann: Participant) -> None:
    bob = await people("Bob")
    await bob.says("hi")
    sent = await bot.send_message(ann.chat, "before")
    await people.fault("*", times=-1, chat=ann.chat, status=429, retry_after=2)
    for _ in range(2):
        with pytest.raises(RetryAfter, match="Retry in 2"):
            await bot.send_message(ann.chat, "no")
    with pytest.raises(RetryAfter):
        await sent.edit_text("no")
    with pytest.raises(RetryAfter):
        await bot.send_chat_action(ann.chat, "typing")
    await bot.send_message(bob.chat, "yes")
    await bot.get_me()
    assert (await bob.reply())["text"] == "yes"
    await people.client.delete("/playground/faults")
    await sent.edit_text("after")
    assert (await ann.latest({"id": sent.message_id}))["text"] == "after"


async def test_the_answer_to_a_press_belongs_to_its_chat(bot: Bot, people: People, ann: Participant) -> None:
    keys = InlineKeyboardMarkup.from_button(InlineKeyboardButton("a", callback_data="b"))
    await bot.send_message(ann.chat, "7?", reply_markup=keys)
    await people.fault("answerCallbackQuery", chat=ann.chat, status=429)
    press = asyncio.create_task(ann.press(await ann.reply(), "a"))
    while not (query := (await bot.get_updates(offset=-1, timeout=5))[0].callback_query):
        pass
    with pytest.raises(RetryAfter):
        await query.answer("early")
    await query.answer("late")
    assert (await press)["toast"] == "late"


async def test_a_fault_lasts_until_it_is_deleted(client: httpx.AsyncClient, people: People, bot: Bot) -> None:
    await people.fault("getMyName", times=-1, status=502)
    await people.fault("getMe", times=3, delay=0.01)
    for _ in range(5):
        with pytest.raises(NetworkError):
            await bot.get_my_name()
    await bot.get_me()
    waiting = (await client.get("/playground/faults")).json()
    assert waiting == [
        {"method": "getMyName", "times": -1, "status": 502},
        {"method": "getMe", "times": 2, "delay": 0.01},
    ]
    await client.delete("/playground/faults")
    await bot.get_my_name()


async def test_a_short_delay_is_only_that(bot: Bot, people: People, ann: Participant) -> None:
    await people.fault("sendMessage", delay=0.2)
    begun = asyncio.get_running_loop().time()
    await bot.send_message(ann.chat, "late")
    assert asyncio.get_running_loop().time() - begun >= 0.2


async def test_times_counts_and_other_methods_go_on(bot: Bot, people: People, ann: Participant) -> None:
    await people.fault("sendMessage", times=2, status=500)
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(ann.chat, "no")
        await bot.get_me()
    await bot.send_message(ann.chat, "yes")
    assert (await people.books())["calls"]["sendMessage"] == {"500": 2, "ok": 1}


async def test_a_star_means_any_call(bot: Bot, people: People) -> None:
    await people.fault("*", times=2, status=500)
    for call in (bot.get_my_commands, bot.get_my_name):
        with pytest.raises(NetworkError):
            await call()
    await bot.get_my_name()


@pytest.mark.parametrize("fault", [{"status": 500}, {"drop": "before"}, {"drop": "after"}])
async def test_a_download_fails(
    bot: Bot, people: People, ann: Participant, picture: Callable[..., bytes], fault: dict[str, Any]
) -> None:
    await ann.photo(picture())
    message = (await bot.get_updates())[-1].message
    assert message is not None
    file = await message.photo[-1].get_file()
    await people.fault("file", **fault)
    with pytest.raises(NetworkError):
        await file.download_as_bytearray()
    assert bytes(await file.download_as_bytearray())[:3] == b"\xff\xd8\xff"


async def test_polling_survives_faults_and_loses_nothing(serving: Callable[..., Any], people: People) -> None:
    heard: list[str] = []

    async def hear(update: Update, _: object) -> None:
        assert update.message
        heard.append(update.message.text or "")

    await serving(MessageHandler(filters.TEXT, hear))
    ann = await people("Ann")
    await people.fault("getUpdates", drop="before")
    await people.fault("getUpdates", drop="after")
    for number in range(3):
        await ann.says(str(number))
    for _ in range(100):
        if len(heard) >= 3:
            break
        await asyncio.sleep(0.1)
    assert heard == ["0", "1", "2"]


async def test_duplicates_are_delivered_twice_and_written_down(bot: Bot, people: People, ann: Participant) -> None:
    await people.fault("getUpdates", duplicate=True)
    first = await bot.get_updates()
    again = await bot.get_updates(offset=first[-1].update_id + 1)
    assert [update.update_id for update in again] == [update.update_id for update in first]
    assert await bot.get_updates(offset=first[-1].update_id + 1) == ()
    assert (await people.books())["updates"] == {"made": 1, "delivered": 1, "acknowledged": 1, "repeated": 1}


async def test_a_waiting_poll_meets_a_new_fault_at_once(bot: Bot, people: People) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    await people.fault("getUpdates", status=502)
    assert await asyncio.wait_for(poll, 2) == ()
    with pytest.raises(NetworkError):
        await bot.get_updates()


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "Name the method"),
        ({"method": "sendMessage"}, "Give exactly one of"),
        ({"method": "sendMessage", "status": 500, "drop": "before"}, "Give exactly one of"),
        ({"method": "sendMessage", "drop": "sometimes"}, '"before" or "after"'),
        ({"method": "sendMessage", "status": 200}, "400 to 599"),
        ({"method": "sendMessage", "status": "500"}, "status as a number"),
        ({"method": "sendMessage", "status": 500, "times": 0}, "from 1 on"),
        ({"method": "sendMessage", "delay": True}, "delay as a number"),
        ({"method": "sendMessage", "duplicate": True}, "Only updates"),
        ({"method": "sendMessage", "explode": True}, "no explode"),
        ({"method": "sendMessage", "html": True}, "Give exactly one of"),
        ({"method": "sendMessage", "delay": 1, "html": True}, "html and done beside a status only"),
        ({"method": "sendMessage", "drop": "before", "done": True}, "html and done beside a status only"),
        ({"method": "sendMessage", "status": 204, "html": True}, "with html it may be 200"),
        ({"method": "sendMessage", "status": 200, "done": True}, "with html it may be 200"),
        ({"method": "sendMessage", "status": 500, "times": -2}, "or as -1"),
        ({"method": "sendMessage", "status": 500, "done": 1}, "done as true or false"),
        ({"method": "sendMessage", "delay": -1}, "delay as seconds from 0"),
        ({"method": "sendMessage", "status": 500, "description": 5}, "description as a text"),
        ({"method": "sendMessage", "status": 500, "chat": "5"}, "chat as a number"),
        ({"method": "getUpdates", "status": 500, "chat": 5}, "Calls of getUpdates name no chat"),
        ({"method": "sendNothing", "status": 500}, "has no method sendNothing"),
    ],
)
async def test_what_is_no_fault_is_refused(client: httpx.AsyncClient, asked: dict[str, Any], sentence: str) -> None:
    answer = await client.post("/playground/faults", json=asked)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]


async def test_waiting_faults_can_be_forgotten(client: httpx.AsyncClient, people: People, bot: Bot) -> None:
    await people.fault("getMyName", times=9, status=500)
    await client.delete("/playground/faults")
    await bot.get_my_name()
