"""Logging: the token is in no line, however it is spelt."""

from __future__ import annotations

import logging

import pytest

from bot.logs import JOURNAL_FORMAT, REDACTED, RedactingFormatter

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
