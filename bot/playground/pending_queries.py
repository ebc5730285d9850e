"""Callback queries (pressed buttons) that wait for the bot's answer."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from dataclasses import dataclass, field

from bot.playground.responses import Payload, bad_request

QUERY_LIFETIME_SECONDS = 60.0
"""How long the bot may take to answer a press."""


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
    """One press of one button in one chat; ``pressed_at`` is in seconds of the monotonic clock."""

    chat_id: int
    id: str = field(default_factory=lambda: str(secrets.randbits(62)))
    pressed_at: float = field(default_factory=time.monotonic)
    answer: asyncio.Future[Toast] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    async def toast(self, seconds: float) -> Toast | None:
        """The bot's answer; None where it gives none in time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                return await asyncio.shield(self.answer)
        return None


class PendingQueries:
    """The callback queries that have not been answered."""

    def __init__(self) -> None:
        self._by_id: dict[str, PendingQuery] = {}

    def add(self, chat_id: int) -> PendingQuery:
        query = PendingQuery(chat_id)
        self._by_id[query.id] = query
        return query

    def chat_of(self, query_id: str) -> int | None:
        """The chat in which the button was pressed; None where no such query waits."""
        query = self._by_id.get(query_id)
        return query.chat_id if query else None

    def answer(self, query_id: str, toast: Toast) -> None:
        """Answers a query, once and in time; raises ApiError otherwise."""
        query = self._by_id.pop(query_id, None)
        if query is None or time.monotonic() - query.pressed_at > QUERY_LIFETIME_SECONDS:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        query.answer.set_result(toast)
