"""Updates by webhook, with the secret header."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import Bot, Update
from telegram.error import BadRequest, Conflict
from telegram.ext import Application, MessageHandler, filters

from bot.playground import Playground
from bot.playground.client import Participant, People

SECRET = "a-secret_1"


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
async def heard(playground: Playground, port: int) -> AsyncIterator[list[str]]:
    """What an unmodified Application with a webhook hears."""
    words: list[str] = []

    async def hear(update: Update, _: object) -> None:
        assert update.message
        words.append(update.message.text or "")
        await update.message.reply_text(f"heard {update.message.text}")

    builder = Application.builder().token(playground.token).base_url(f"{playground.address}/bot")
    app: Application[Any, Any, Any, Any, Any, Any] = builder.base_file_url(f"{playground.address}/file/bot").build()
    app.add_handler(MessageHandler(filters.TEXT, hear))
    async with app:
        await app.start()
        assert app.updater
        await app.updater.start_webhook(
            "127.0.0.1", port, "hook", webhook_url=f"http://127.0.0.1:{port}/hook", secret_token=SECRET
        )
        yield words
        await app.updater.stop()
        await app.stop()


async def test_updates_are_pushed_and_answered(heard: list[str], people: People, bot: Bot) -> None:
    ann = await people("Ann")
    for number in range(3):
        await ann.says(str(number))
    for number in range(3):
        assert (await ann.reply())["text"] == f"heard {number}"
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.last_error_message) == (0, None)
    assert (await people.books())["updates"] == {"made": 3, "delivered": 3, "acknowledged": 3, "repeated": 0}


async def test_a_wrong_secret_is_refused_by_the_bot_and_the_update_kept(
    heard: list[str], people: People, bot: Bot, port: int
) -> None:
    await bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="another")
    ann = await people("Ann")
    await ann.says("hello")
    await asyncio.sleep(0.3)
    info = await bot.get_webhook_info()
    assert heard == []
    assert info.pending_update_count == 1
    assert "403" in (info.last_error_message or "")
    await bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token=SECRET)
    assert (await ann.reply())["text"] == "heard hello"


@pytest.mark.parametrize(
    "fault", [{"status": 500}, {"status": 200, "html": True}, {"drop": "before"}, {"garbage": True}]
)
async def test_a_failed_delivery_is_tried_again(heard: list[str], people: People, fault: dict[str, Any]) -> None:
    await people.fault("webhook", times=2, **fault)
    ann = await people("Ann")
    await ann.says("hello")
    await ann.reply()
    await ann.silence(0.2)
    assert heard == ["hello"]


@pytest.mark.parametrize("fault", [{"drop": "after"}, {"status": 502, "done": True}, {"duplicate": True}])
async def test_some_faults_deliver_twice(heard: list[str], people: People, fault: dict[str, Any]) -> None:
    await people.fault("webhook", **fault)
    ann = await people("Ann")
    await ann.says("hello")
    await ann.reply()
    await ann.reply()
    assert heard == ["hello", "hello"]
    assert (await people.books())["updates"]["repeated"] == 1


async def test_a_fault_of_one_chat_holds_back_the_deliveries_of_that_chat(
    heard: list[str], people: People, bot: Bot
) -> None:
    ann, bob = await people("Ann"), await people("Bob")
    await people.fault("webhook", times=-1, chat=ann.chat, status=502)
    await ann.says("waits")
    await bob.says("passes")
    assert (await bob.reply())["text"] == "heard passes"
    await ann.silence(0.3)
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.last_error_message) == (1, "Wrong response from the webhook: Bad Gateway")
    await people.client.delete("/playground/faults")
    assert (await ann.reply())["text"] == "heard waits"


async def test_each_chat_gets_its_updates_in_order(heard: list[str], people: People) -> None:
    crowd = [await people(f"Person {number}") for number in range(5)]
    await people.fault("webhook", times=3, status=500)
    for number in range(4):
        await asyncio.gather(*(person.says(f"{place} {number}") for place, person in enumerate(crowd)))
    for person in crowd:
        for _ in range(4):
            await person.reply()
    for place in range(5):
        assert [words for words in heard if words.startswith(str(place))] == [
            f"{place} {number}" for number in range(4)
        ]
    assert (await people.books())["updates"] == {"made": 20, "delivered": 20, "acknowledged": 20, "repeated": 0}


async def test_polling_and_webhook_exclude_each_other(bot: Bot, port: int) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    await bot.set_webhook(f"http://127.0.0.1:{port}/hook")
    with pytest.raises(Conflict, match="setWebhook"):
        await asyncio.wait_for(poll, 2)
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_pending_updates_are_dropped_on_request(bot: Bot, ann: Participant) -> None:
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/hook",
        "http://example.org/hook",
        "ftp://127.0.0.1/",
        "http://10.0.0.1/",
        "http://localhost:99999/",
    ],
)
async def test_only_this_machine_is_pushed_to(bot: Bot, address: str) -> None:
    with pytest.raises(BadRequest, match="Bad webhook"):
        await bot.set_webhook(address)


async def test_secrets_have_a_form(bot: Bot) -> None:
    with pytest.raises(BadRequest, match="unallowed characters"):
        await bot.set_webhook("http://127.0.0.1:1/hook", secret_token="no spaces")
