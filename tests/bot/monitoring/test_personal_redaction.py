"""Log lines and tracebacks hold nothing of the update whose handling they are about."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import weakref
from collections.abc import Iterator
from contextvars import copy_context
from typing import Any, NoReturn, cast

import pytest
from telegram import Update

from bot.monitoring import logs, personal_redaction
from bot.monitoring.logs import JOURNAL_FORMAT, RedactingFormatter
from bot.monitoring.personal_redaction import hidden, hide_values_of
from bot.updates.receiver import UpdateReceiver

ANN = {"id": 7_345_210_987, "is_bot": False, "first_name": "Zoë", "last_name": "Überwald", "username": "zoe_ue"}
MESSAGE = {"message_id": 12, "date": 1_750_000_000, "from": ANN, "chat": {"id": ANN["id"], "type": "private"}}
PAYLOAD = json.dumps({"update_id": 5_000_001, "message": MESSAGE | {"text": "/correct vierhundert", "photo": []}})


def line(message: str, *arguments: object, name: str = "bot", error: BaseException | None = None) -> str:
    """A line as the log gets it, logged while that update is handled."""
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, arguments, info)
    context = copy_context()
    context.run(hide_values_of, PAYLOAD)
    return context.run(RedactingFormatter(JOURNAL_FORMAT, []).format, record)


@pytest.mark.parametrize(
    "quoted",
    [
        "Zoë",
        "Überwald",
        "zoe_ue",
        "7345210987",
        "vierhundert",
        "'/correct vierhundert'",
        ascii("Überwald"),
        json.dumps("Zoë"),
        "%C3%9Cberwald",
    ],
)
def test_what_the_update_says_is_in_no_argument_and_no_traceback(quoted: str) -> None:
    value = quoted.strip("'\"")
    assert value not in line("not sent: %s", quoted)
    error = RuntimeError("and again")
    error.__cause__ = ValueError(f"could not convert {quoted}")
    written = line("failed", error=error)
    assert value not in written
    assert "ValueError: could not convert" in written
    assert "RuntimeError: and again" in written


def test_what_is_nobodys_stays() -> None:
    assert line("update %s of %s at %d", "5000001", "private", 1_750_000_000) == (
        "ERROR bot: update 5000001 of private at 1750000000"
    )
    assert line("%d digits, %.2f s", 12, 0.5) == "ERROR bot: 12 digits, 0.50 s"


def test_a_short_name_is_hidden_as_a_word_and_not_within_others() -> None:
    hiding = copy_context()
    hiding.run(hide_values_of, json.dumps({"first_name": "Al"}))
    assert hiding.run(hidden, "Al sent a Final Alert") == "[personal] sent a Final Alert"


def test_outside_of_an_update_nothing_is_hidden() -> None:
    assert hidden("Zoë") == "Zoë"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("telegram.request.BaseRequest", 'Can not load invalid JSON data: "%s"'),
        ("telegram.Bot", "Error while parsing updates! Received data was %r"),
    ],
)
def test_ptb_does_not_log_what_it_cannot_parse(name: str, said: str) -> None:
    record = logging.LogRecord(name, logging.CRITICAL, __file__, 1, said, ("Zoë",), None)
    written = RedactingFormatter(JOURNAL_FORMAT, []).format(record)
    assert "Zoë" not in written
    assert said in written


@pytest.fixture
def configured() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    own = {name: logging.getLogger(name).level for name in logs.OWN_PACKAGES}
    logs.configure("DEBUG", [])
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in own.items():
        logging.getLogger(name).setLevel(before)


@pytest.mark.usefixtures("configured")
def test_at_debug_libraries_still_do_not_log_what_they_are_given() -> None:
    assert logging.getLogger("bot.handlers").isEnabledFor(logging.DEBUG)
    for library in (
        "telegram.Bot",
        "telegram.ext.Application",
        "aiosqlite",
        "PIL.TiffImagePlugin",
        "sqlalchemy",
        "any",
    ):
        assert not logging.getLogger(library).isEnabledFor(logging.DEBUG), library


async def test_what_arrives_is_hidden_before_it_can_be_stored() -> None:
    class Broken:
        async def receive(self, *_: object) -> NoReturn:
            raise RuntimeError("the disk has gone")

    async def receives() -> str:
        update = Update.de_json(json.loads(PAYLOAD), None)
        with pytest.raises(RuntimeError):
            await UpdateReceiver(cast("Any", Broken()), cast("Any", None)).receive([update])
        return hidden("Überwald")

    assert await asyncio.create_task(receives(), context=copy_context()) == "[personal]"


async def test_tasks_made_while_an_update_is_handled_hide_its_values_too() -> None:
    async def later() -> str:
        return hidden("Überwald")

    async def handling() -> str:
        hide_values_of(PAYLOAD)
        return await asyncio.create_task(later())

    assert await asyncio.create_task(handling(), context=copy_context()) == "[personal]"
    assert hidden("Überwald") == "Überwald"


async def test_nothing_of_an_update_is_remembered_once_it_is_handled() -> None:
    async def handling() -> weakref.ref[object]:
        hide_values_of(PAYLOAD)
        assert hidden("Überwald") == "[personal]"
        return weakref.ref(personal_redaction._personal.get())

    values = await asyncio.create_task(handling(), context=copy_context())
    await asyncio.sleep(0)  # the event loop lets go of the task
    gc.collect()
    assert values() is None


def test_half_of_a_utf16_pair_is_hidden_with_what_stands_around_it() -> None:
    context = copy_context()
    context.run(hide_values_of, json.dumps({"message": {"text": "secret \ud83d words"}}))
    assert context.run(hidden, "it said: secret \ud83d words") == "it said: [personal]"
