"""Albums in groups and topics: one picture addresses the bot for all, and the line lands where the album is."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from telegram import Message, Update

from bot.updates import albums
from storage.inbox import InboxRecord

PHOTO = [{"file_id": "p", "file_unique_id": "u", "width": 320, "height": 240, "file_size": 9000}]
GROUP = {"id": -100, "type": "supergroup", "title": "Class", "is_forum": True}
MENTION = {"caption": "@digits_bot", "caption_entities": [{"type": "mention", "offset": 0, "length": 11}]}


@pytest.fixture(autouse=True)
def short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(albums, "ALBUM_PAUSE_S", 0.2)


SAYING = {"sendMessage", "sendPhoto", "editMessageText"}


def dispatch(line: Any, *contents: dict[str, Any], album: str) -> None:
    ann = {"id": 8, "is_bot": False, "first_name": "Ann"}
    shared = {"date": 1, "chat": GROUP, "from": ann, "photo": PHOTO, "media_group_id": album}
    place = {"is_topic_message": True, "message_thread_id": 55}
    for content in contents:
        number = next(line.updates)
        message = {**shared, **place, "message_id": 10_000 + number, **content}
        line.app.dispatcher.dispatch(InboxRecord(number, json.dumps({"update_id": number, "message": message}), 0))


def arrives(line: Any, *contents: dict[str, Any], album: str) -> list[Any]:
    """The calls that the pictures of one album lead to, through the dispatcher."""
    line.telegram.calls.clear()

    async def handled() -> None:
        dispatch(line, *contents, album=album)
        while line.app.dispatcher.waiting:
            await asyncio.sleep(0.01)

    line.runner.run(handled())
    return [call for call in line.telegram.calls if call.method in SAYING]


@pytest.mark.parametrize("captioned", [0, 1])
def test_one_caption_addresses_the_bot_for_the_whole_album(line: Any, captioned: int) -> None:
    contents: list[dict[str, Any]] = [{}, {}, {}]
    contents[captioned] = MENTION
    calls = arrives(line, *contents, album=f"a{captioned}")
    assert [call.method for call in calls] == ["sendPhoto"] * 3 + ["sendMessage"]


def test_an_album_that_addresses_nobody_is_left_alone(line: Any) -> None:
    assert arrives(line, {}, {}, album="b") == []


def test_of_an_album_that_addresses_nobody_nothing_is_stored(line: Any) -> None:
    arrives(line, {}, {}, album="i")
    assert arrives(line, {}, album="i") == []
    assert arrives(line, MENTION, album="i")[-1].method == "sendPhoto"


def test_the_line_lands_in_the_topic_of_the_album(line: Any) -> None:
    said = arrives(line, MENTION, {}, album="c")[-1]
    assert said.words == "All 2 pictures: <b><code>427</code></b> · <b><code>427</code></b>"
    assert said.parameters["message_thread_id"] == 55


def test_a_picture_whose_answer_is_stopped_keeps_the_album_open(line: Any) -> None:
    """It is answered after the next start: till then the others must not leave the inbox."""
    albums_of_line, message = line.app.dispatcher.albums, {"date": 1, "chat": GROUP, "photo": PHOTO}

    async def stopped_and_answered() -> list[bool]:
        begun = asyncio.Event()

        async def belong(number: int, *, ends: bool) -> None:
            content = {**message, "message_id": number, "media_group_id": "e"}
            async with albums_of_line.member(Update.de_json({"update_id": number, "message": content}, line.app.bot)):
                begun.set()
                await asyncio.sleep(0 if ends else 60)

        tasks = [asyncio.create_task(belong(number, ends=number == 1)) for number in (1, 2)]
        await begun.wait()
        tasks[1].cancel()
        await asyncio.wait(tasks, timeout=0.6)
        done = [task.done() for task in tasks]
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return done

    assert line.runner.run(stopped_and_answered()) == [False, True]


def test_what_comes_late_is_answered_and_joins_the_summary(line: Any) -> None:
    arrives(line, MENTION, {}, album="d")
    *_, edit = arrives(line, {}, album="d")
    assert edit.method == "editMessageText"
    assert edit.words == "All 3 pictures:" + " ·".join([" <b><code>427</code></b>"] * 3)


def test_what_comes_after_a_single_picture_is_summed_up_with_it(line: Any) -> None:
    assert [call.method for call in arrives(line, MENTION, album="f")] == ["sendPhoto"]
    *_, summary = arrives(line, MENTION, album="f")
    assert summary.words == "All 2 pictures: <b><code>427</code></b> · <b><code>427</code></b>"


def test_a_summary_that_was_deleted_is_sent_anew(line: Any) -> None:
    arrives(line, MENTION, {}, album="g")
    line.telegram.refusals["editMessageText"] = "Bad Request: message to edit not found"
    *_, summary = arrives(line, MENTION, album="g")
    assert summary.method == "sendMessage"
    assert summary.words.startswith("All 3 pictures")


def test_what_comes_while_the_summary_is_sent_waits_for_it(line: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    changed: list[int | None] = []

    async def say_slowly(message: Message, html: str, summary: int | None) -> int:
        changed.append(summary)
        await asyncio.sleep(0.6)
        return 77

    monkeypatch.setattr(albums, "_say", say_slowly)

    async def late() -> None:
        dispatch(line, MENTION, {}, album="h")
        while not changed:
            await asyncio.sleep(0.01)
        dispatch(line, MENTION, album="h")
        while line.app.dispatcher.waiting:
            await asyncio.sleep(0.01)

    line.runner.run(late())
    assert changed == [None, 77]
