"""Presses: each gets one toast, and what is told of a deletion is what happened to it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import Any

import pytest
from telegram import Message
from telegram.error import BadRequest

from storage import people
from storage.errors import DatabaseFull, DatabaseReadOnly

PHOTO = [{"file_id": "p", "file_unique_id": "u", "width": 320, "height": 240, "file_size": 9000}]
ANN = {"id": 7, "is_bot": False, "first_name": "Ann"}
CHAT = {"id": 7, "type": "private", "first_name": "Ann"}


def said(calls: list[Any], method: str) -> list[str]:
    return [call.words for call in calls if call.method == method]


def keyboard_of(calls: list[Any]) -> list[str]:
    """The callback data of the one message with buttons that was sent."""
    markup = next(call.parameters["reply_markup"] for call in calls if call.parameters.get("reply_markup"))
    return [button["callback_data"] for row in markup["inline_keyboard"] for button in row]


def press(line: Any, data: str, *, date: int = 1) -> list[Any]:
    """Ann presses; ``date`` 0 is Telegram's for a message that the bot can no longer see."""
    message = {"message_id": 1_000_000, "date": date, "chat": CHAT, **({"text": "said"} if date else {})}
    return line.hears(  # type: ignore[no-any-return]
        callback_query={"id": "1", "from": ANN, "chat_instance": "c", "data": data, "message": message}
    )


@pytest.fixture
def forget(line: Any) -> str:
    """The data of the button that deletes everything, for Ann, of whom a reading is stored."""
    line.message(photo=PHOTO)
    command = {"text": "/forget", "entities": [{"type": "bot_command", "offset": 0, "length": 7}]}
    return keyboard_of(line.message(**command))[0]


def is_stored(line: Any) -> bool:
    async def look() -> bool:
        async with line.services.database.read() as session:
            return await people.by_telegram_id(session, 7) is not None

    return bool(line.runner.run(look()))


def test_a_deletion_without_traces_says_that_nothing_is_left(line: Any, forget: str) -> None:
    calls = press(line, forget)
    assert said(calls, "editMessageText") == ["Done: 1 reading and 0 corrections deleted. Nothing of yours is left."]
    assert not is_stored(line)


def test_a_deletion_beside_a_reading_connection_says_when_the_traces_go(line: Any, forget: str) -> None:
    with closing(sqlite3.connect(line.services.database.path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM digits").fetchone()
        calls = press(line, forget)
    assert "last traces leave the file within the hour" in said(calls, "editMessageText")[0]
    assert not is_stored(line)


def test_a_full_disk_after_the_commit_is_no_reason_to_say_that_nothing_was_changed(
    line: Any, forget: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> bool:
        raise DatabaseFull

    monkeypatch.setattr(line.services.database._backend, "scrub", fail)
    calls = press(line, forget)
    assert "Gone for good" in said(calls, "editMessageText")[0]
    assert not is_stored(line)


def test_a_deletion_that_cannot_be_stored_says_that_nothing_was_changed_in_one_toast(
    line: Any, forget: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise DatabaseReadOnly

    monkeypatch.setattr(people, "forget", fail)
    calls = press(line, forget)
    assert [call.method for call in calls] == ["answerCallbackQuery"]
    assert "nothing was changed" in calls[0].words
    assert is_stored(line)


def test_an_outcome_that_cannot_be_edited_into_the_question_is_sent_below_it(
    line: Any, forget: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise BadRequest("Message to edit not found")

    monkeypatch.setattr(Message, "edit_text", fail)
    calls = press(line, forget, date=0)
    assert [call.method for call in calls] == ["answerCallbackQuery", "sendMessage"]
    assert "Nothing of yours is left" in calls[1].words
    assert not is_stored(line)


@pytest.mark.parametrize("data", ["f:0:0:1", "f:0:0:1:AAAAAAAAAAAAAAAA", "c:0:0:1", "r:1:0:0:AAAAAAAAAAAAAAAA"])
@pytest.mark.parametrize("date", [0, 1])
def test_a_forged_press_gets_one_toast_and_does_nothing(line: Any, forget: str, data: str, date: int) -> None:
    calls = press(line, data, date=date)
    assert [call.method for call in calls] == ["answerCallbackQuery"]
    assert "expired" in calls[0].words
    assert is_stored(line)


def test_an_unforeseen_error_under_a_press_ends_the_buttons_waiting(
    line: Any, forget: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def break_down(*_: object) -> None:
        raise LookupError("unforeseen")

    monkeypatch.setattr(people, "forget", break_down)
    monkeypatch.setattr("bot.messages.texts.Texts.error", lambda _, identifier: f"Sorry: {identifier}")
    calls = press(line, forget)
    assert [call.method for call in calls] == ["answerCallbackQuery", "sendMessage"]
    assert calls[1].words.startswith("Sorry")


def test_what_was_left_goes_with_the_periodic_scrub(line: Any, forget: str) -> None:
    async def image() -> bytes:
        from sqlalchemy import text

        async with line.services.database.read() as session:
            return bytes(await session.scalar(text("SELECT image FROM digits ORDER BY id DESC LIMIT 1")))[:40]

    path = line.services.database.path
    wanted = line.runner.run(image())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM digits").fetchone()
        press(line, forget)
        assert any(wanted in file.read_bytes() for file in path.parent.glob("digitbot.db*"))
    line.runner.run(asyncio.wait_for(line.services._scrub(), 5))
    assert not any(wanted in file.read_bytes() for file in path.parent.glob("digitbot.db*"))
