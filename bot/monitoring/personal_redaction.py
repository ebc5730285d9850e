"""What an update says of somebody, kept out of the log lines and tracebacks that its handling leads to.

Our own lines name nobody; but an exception may quote whatever it failed over, and libraries log what they are given.
So while an update is handled, every value in it is known here, and hidden wherever an argument or a traceback has it.
"""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import Iterator
from contextvars import ContextVar
from copy import copy
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote

HIDDEN_VALUE: Final = "[personal]"
MIN_LETTERS: Final = 2  # shorter names cannot be told from words of the traceback
DISTINCTIVE_LETTERS: Final = 6  # a value of so many is hidden within longer words too
MIN_NUMBER: Final = 100_000  # Telegram's ids are larger; smaller are counts and sizes
# Of Telegram's JSON what is nobody's: it names kinds and moments.
IMPERSONAL_KEYS: Final = frozenset({"update_id", "date", "edit_date", "type", "mime_type", "language_code", "emoji"})
# These log Telegram's answers, also at ERROR, where they cannot be parsed.
VERBATIM_LOGGER: Final = "telegram"


class _PersonalValues:
    """Those of an update, which are looked up when first something is logged, and go with its context."""

    def __init__(self, payload: str) -> None:
        self._payload = payload

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """Every value in every spelling, the longest first, so that none is hidden by a part of it."""
        said = {word for value in _leaves(json.loads(self._payload)) for word in (value, *value.split())}
        spellings = {spelling for value in said if len(value) >= MIN_LETTERS for spelling in _spellings(value)}
        return tuple(sorted(spellings, key=len, reverse=True))


_personal: ContextVar[_PersonalValues] = ContextVar("what the update says that is being handled")


def hide_values_of(payload: str) -> None:
    """From now on in this context, and in the tasks made in it: hide the values of this update (Telegram's JSON)."""
    _personal.set(_PersonalValues(payload))


def hidden(text: str) -> str:
    """The text without the values of the update that is being handled, in the spellings that messages have."""
    personal = _personal.get(None)
    for value in personal.spellings if personal else ():
        if value in text:
            bounds = ("", "") if len(value) >= DISTINCTIVE_LETTERS else (r"(?<!\w)", r"(?!\w)")
            text = re.sub(re.escape(value).join(bounds), HIDDEN_VALUE, text)
    return text


def without_personal(record: logging.LogRecord) -> logging.LogRecord:
    """A log record whose arguments hold nothing of the update; one of python-telegram-bot has no arguments at all."""
    safe = copy(record)
    if record.name.partition(".")[0] == VERBATIM_LOGGER:
        safe.args = None
    elif isinstance(record.args, tuple):
        safe.args = tuple(each if isinstance(each, int | float) else hidden(str(each)) for each in record.args)
    return safe


def _leaves(content: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(content, dict):
        for key, value in content.items():
            if key not in IMPERSONAL_KEYS:
                yield from _leaves(value)
    elif isinstance(content, list):
        for value in content:
            yield from _leaves(value)
    elif isinstance(content, str) or (type(content) is int and abs(content) >= MIN_NUMBER):
        yield str(content)


def _spellings(value: str) -> set[str]:
    return {
        value,
        repr(value)[1:-1],
        ascii(value)[1:-1],
        json.dumps(value)[1:-1],
        html.escape(value),
        quote(value, errors="replace"),
    }
