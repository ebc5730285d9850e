"""Logging: the token is in no line, however it is spelt."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

import pytest

from bot.monitoring.logs import JOURNAL_FORMAT, REDACTED, JournalFormatter, RedactingFormatter, UpdateFilter, is_journal

TOKEN = "123456:" + "Abc-" * 8
SECRET_PART = TOKEN.partition(":")[2]


def line(message: str, *arguments: object, error: BaseException | None = None) -> str:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("httpx", logging.INFO, __file__, 1, message, arguments, info)
    return RedactingFormatter(JOURNAL_FORMAT, [TOKEN]).format(record)


@pytest.mark.parametrize(
    "address",
    [
        f"https://example.org/bot{TOKEN}/getMe",
        f"https://example.org/file/bot{TOKEN.replace(':', '%3A')}/photos/1.jpg",
        f"https://example.org/file/bot{TOKEN.replace(':', '%3a')}/photos/1.jpg",
        f"https://example.org/?next=bot{TOKEN.replace(':', '%253A')}",
        SECRET_PART,
    ],
)
def test_every_spelling_of_the_token_is_hidden(address: str) -> None:
    written = line("GET %s", address)
    assert SECRET_PART not in written
    assert REDACTED in written


def test_a_traceback_is_searched_too() -> None:
    with pytest.raises(ValueError, match="cannot fetch") as caught:
        raise ValueError(f"cannot fetch /bot{TOKEN}/getFile")
    assert SECRET_PART not in line("failed", error=caught.value)


def test_other_lines_stay_as_they_are() -> None:
    assert line("read %s digits", 3) == "INFO httpx: read 3 digits"


async def test_lines_of_an_update_begin_with_its_number() -> None:
    def written() -> str:
        record = logging.LogRecord("bot", logging.INFO, __file__, 1, "photo sure", (), None)
        assert UpdateFilter().filter(record)
        return RedactingFormatter(JOURNAL_FORMAT, [TOKEN]).format(record)

    async def log() -> str:
        return written()

    assert await asyncio.create_task(log(), name="update 123") == "INFO bot: update 123: photo sure"
    assert await asyncio.create_task(log(), name="polling") == "INFO bot: photo sure"
    assert await asyncio.to_thread(written) == "INFO bot: photo sure"


def test_the_journal_gets_each_line_with_its_priority_and_no_time() -> None:
    record = logging.LogRecord("bot", logging.WARNING, __file__, 1, "one\ntwo", (), None)
    assert JournalFormatter(JOURNAL_FORMAT, [TOKEN]).format(record) == "<4>WARNING bot: one\n<4>two"


def test_the_journal_is_known_by_the_stream_and_not_by_the_variable_alone(tmp_path: Path) -> None:
    with (tmp_path / "stream").open("w") as stream:
        status = os.fstat(stream.fileno())
        assert is_journal(stream.fileno(), {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"})
        assert not is_journal(stream.fileno(), {"JOURNAL_STREAM": f"{status.st_dev}:1"})  # inherited, and led elsewhere
        assert not is_journal(stream.fileno(), {})
    assert not is_journal(-1, {})
