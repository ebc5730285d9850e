"""`digitbot playground` as a process of its own: bots beside it end and start, and its state stays."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.messages.catalogue import catalogue_languages
from bot.playground.client import MessageView, Participant, People

Start = Callable[..., Awaitable[Process]]
BOT_START_SECONDS = 60.0


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts a command: ``process = await start("run", DIGITBOT_TOKEN="...")``; ends what is left of it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DIGITBOT_")}
    running: list[Process] = []

    async def run(*arguments: str, **variables: str) -> Process:
        environment = {**kept, "DIGITBOT_STATE": str(tmp_path / "state"), **variables}
        command = [sys.executable, "-P", "-m", "bot.cli.main", *arguments]
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=PIPE, stderr=PIPE)
        running.append(process)
        return process

    yield run
    for process in running:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def address_of(process: Process) -> dict[str, Any]:
    assert process.stdout
    line: dict[str, Any] = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))
    return line


async def answer_to(question: MessageView, person: Participant) -> MessageView:
    def answered() -> MessageView | None:
        return next((one for one in person.messages.values() if one["bot"] and one["reply_to"] == question["id"]), None)

    return await person.until(answered, BOT_START_SECONDS, "an answer to the photo")


async def all_acknowledged(people: People) -> bool:
    """Whether, within ten seconds, the bot has acknowledged every update that was made."""
    for _ in range(100):
        updates = (await people.books())["updates"]
        if updates["acknowledged"] == updates["made"]:
            return True
        await asyncio.sleep(0.1)
    return False


async def test_the_page_is_given_the_languages_that_the_bot_speaks(start: Start) -> None:
    told = await address_of(await start("playground", "--port", "0", "--no-browser"))
    async with httpx.AsyncClient() as client:
        news = (await client.get(f"{told['address']}/playground/news")).json()
    assert news["languages"] == list(catalogue_languages())


async def test_a_killed_bot_starts_again_and_the_chat_is_still_there(start: Start, page: Callable[..., bytes]) -> None:
    told = await address_of(await start("playground", "--port", "0", "--no-browser"))
    settings = {"DIGITBOT_API_URL": told["address"], "DIGITBOT_TOKEN": told["token"]}
    async with People.at(told["address"]) as people:
        ann = await people("Ann", admin=True)
        assert ann.id == told["admins"][0]
        first_bot = await start("run", **settings)
        first = await ann.photo(page("7"))
        assert (await answer_to(first, ann))["caption"].startswith("7")
        assert await all_acknowledged(people)
        await asyncio.sleep(0.5)  # a kill between sending and recording an answer may double it
        first_bot.kill()
        await first_bot.wait()
        missed = await ann.photo(page("4"))
        second_bot = await start("run", **settings)
        assert (await answer_to(missed, ann))["caption"].startswith("4")
        assert await all_acknowledged(people)
        listed = (await people.client.get(f"/playground/chats/{ann.chat}/messages")).json()
        assert [one["id"] for one in listed if not one["bot"]] == [first["id"], missed["id"]]
        assert [one["reply_to"] for one in listed if one["bot"]] == [first["id"], missed["id"]]
        second_bot.terminate()
        assert await asyncio.wait_for(second_bot.wait(), 15) == 0


async def test_a_bot_killed_before_it_has_summed_an_album_up_does_so_after_its_start(
    start: Start, page: Callable[..., bytes]
) -> None:
    told = await address_of(await start("playground", "--port", "0", "--no-browser"))
    settings = {"DIGITBOT_API_URL": told["address"], "DIGITBOT_TOKEN": told["token"]}
    async with People.at(told["address"]) as people:
        ann = await people("Ann")
        bot = await start("run", **settings)
        await ann.documents(page("12"), b"no picture", page("34"))
        answers = [await ann.reply(BOT_START_SECONDS) for _ in range(3)]
        await asyncio.sleep(0.5)  # a kill between sending and recording an answer may double it
        bot.kill()
        await bot.wait()
        await start("run", **settings)
        line = await ann.reply(BOT_START_SECONDS)
        assert ann.words(line) == "All 3 pictures: 12 · not read · 34"
        assert all(answer["reply_to"] for answer in answers)
        await ann.silence(2.5)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_ends_at_once_whatever_waits(start: Start, number: signal.Signals) -> None:
    process = await start("playground", "--port", "0", "--no-browser", "--token", "123456:" + "x" * 35)
    told = await address_of(process)
    assert told["token"].startswith("123456:")
    async with People.at(told["address"]) as people:
        ann = await people("Ann")
        await people.fault("getMe", delay=60)
        bot = f"/bot{told['token']}"
        news = f"/playground/chats/{ann.chat}/messages"
        waiting = [
            asyncio.create_task(people.client.get(f"{bot}/getMe")),
            asyncio.create_task(people.client.get(f"{bot}/getUpdates", params={"timeout": 50})),
            asyncio.create_task(people.client.get(news, params={"wait": 50})),
        ]
        await asyncio.sleep(0.3)
        begun = time.monotonic()
        process.send_signal(number)
        assert await asyncio.wait_for(process.wait(), 10) == 0
        assert time.monotonic() - begun < 5  # 0.25 s on idle cores; what waits would take 50 s and more
        ended = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(one, httpx.HTTPError | httpx.Response) for one in ended)
    assert process.stderr
    assert await process.stderr.read() == b""


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--token", "nonsense"], 2, "this is no bot token"),
        (["--port", "65536"], 2, "a port is a number from 0 to 65535"),
        (["--port", "{taken}"], 1, "cannot be used (Address already in use): choose another with --port"),
    ],
)
async def test_what_is_wrong_is_one_sentence(start: Start, arguments: list[str], status: int, said: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = await start("playground", "--no-browser", *(one.replace("{taken}", port) for one in arguments))
        output, errors = await process.communicate()
    assert (process.returncode, output) == (status, b"")
    assert said in errors.decode()
    assert "Traceback" not in errors.decode()
