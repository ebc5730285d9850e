"""Pressed buttons that wait for the bot's answer."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from dataclasses import dataclass, field

from bot.playground.responses import ApiError, Payload, bad_request

LIFETIME = 60.0
"""Seconds in which the bot may answer a press."""


@dataclass(frozen=True)
class Toast:
    """What a person sees after a press: a note that fades, or (``alert``) one to be closed. Text may be empty."""

    text: str
    alert: bool = False
    url: str | None = None

    def payload(self) -> Payload:
        return {"toast": self.text, "alert": self.alert, "url": self.url}


@dataclass(frozen=True)
class PendingQuery:
    """One press of one button."""

    id: str = field(default_factory=lambda: str(secrets.randbits(62)))
    at: float = field(default_factory=time.monotonic)
    answer: asyncio.Future[Toast] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    async def toast(self, seconds: float) -> Toast | None:
        """The bot's answer; None where it gives none in time."""
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(asyncio.shield(self.answer), seconds)
        return None


class CallbackQueries:
    """The presses that may still be answered."""

    def __init__(self) -> None:
        self._open: dict[str, PendingQuery] = {}

    def add(self) -> PendingQuery:
        press = PendingQuery()
        self._open[press.id] = press
        return press

    def answer(self, press_id: str, toast: Toast) -> None:
        """Answers a press, once and in time; raises ApiError otherwise."""
        press = self._open.pop(press_id, None)
        if press is None or time.monotonic() - press.at > LIFETIME:
            raise too_old()
        press.answer.set_result(toast)


def too_old() -> ApiError:
    """The refusal of a second or late answer."""
    return bad_request("query is too old and response timeout expired or query ID is invalid")
