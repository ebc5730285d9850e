"""Each fault does to python-telegram-bot what the network would."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import MessageHandler, filters

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
    done = ["hello", "again"] if fault.get("drop") == "after" else ["again"]
    assert [(await ann.reply())["text"] for _ in done] == done


async def test_a_delay_longer_than_the_patience_of_the_bot_is_a_timeout(
    bot: Bot, people: People, ann: Participant
) -> None:
    await people.fault("sendMessage", delay=0.5)
    with pytest.raises(TimedOut):
        await bot.send_message(ann.chat, "late", read_timeout=0.1)


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
