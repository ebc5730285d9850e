"""The digits of a reply in words, and chat actions that end with their work."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from bot.handlers import _helpers
from bot.handlers._helpers import digits_said, showing_chat_action
from bot.messages.texts import texts_for

ENGLISH, SPANISH = texts_for("en"), texts_for("es")


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("429", "429"),
        ("it says 427 16", "42716"),
        ("No, it\u2019s 12/05/2026.", "12052026"),
        ("4.2 \u2013 9", "429"),
        ("\u2066٤٢٧\u2069", "427"),
        ("the digits\n4 | 2", "42"),
        ("427, please!", "427"),
        ("427 is wrong", None),
        ("427 no", None),
        ("", None),
        ("it says", None),
        ("-7", None),
        ("is it 7?", None),
        ("I sent 3", None),
        ("the 4 is a 9", None),
        ("7 \U0001f600", None),
    ],
)
def test_a_reply_is_digits_with_nothing_else_to_say(text: str, digits: str | None) -> None:
    assert digits_said(text, ENGLISH.lead_in_words, ENGLISH.trailing_words) == digits


@pytest.mark.parametrize(("text", "digits"), [("no, es 427", "427"), ("es 427 por favor", "427"), ("no es 427", None)])
def test_what_denies_the_digits_behind_it_needs_a_comma(text: str, digits: str | None) -> None:
    assert digits_said(text, SPANISH.lead_in_words, SPANISH.trailing_words) == digits


class SlowlyCancelled:
    """A message whose chat action takes a moment to end, as a request does whose connection is closed."""

    def __init__(self) -> None:
        self.begun, self.ending, self.may_end = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def reply_chat_action(self, action: str) -> None:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ending.set()
            await self.may_end.wait()


async def test_a_stop_in_the_moment_in_which_a_chat_action_ends_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_helpers, "CHAT_ACTION_DELAY_S", 0)
    message: Any = SlowlyCancelled()

    async def work() -> None:
        async with showing_chat_action(message):
            await message.begun.wait()

    task = asyncio.create_task(work())
    async with asyncio.timeout(5):
        await message.ending.wait()
        task.cancel()
        await asyncio.sleep(0)
        message.may_end.set()
        with suppress(asyncio.CancelledError):
            await task
    assert task.cancelled()
