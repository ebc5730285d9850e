"""Telegram's limits kept per chat: a flood in one chat holds back that chat alone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any, TypeAlias

from aiolimiter import AsyncLimiter
from telegram.constants import FloodLimit
from telegram.error import ChatMigrated, RetryAfter
from telegram.ext import BaseRateLimiter

log = logging.getLogger(__name__)

MAX_TRIES = 6  # of one call, the first included; after that its update is handled again later
MARGIN_S = 0.1  # beyond what Telegram asks for
FREE_FOR_MESSAGES = 0.5  # part of a limit that chat actions leave
MAX_IDLE_CHATS = 512  # chats whose limiters are kept

Chat: TypeAlias = int | str
Result: TypeAlias = bool | dict[str, Any] | list[dict[str, Any]]


class ChatRateLimiter(BaseRateLimiter[int]):
    """At most 30 messages a second in all and 20 a minute in a group (Bot FAQ, "Broadcasting to users").

    A 429 is waited out in its own chat, by every call to it: sending and editing share one limit. Calls without a chat
    are not held back, and a 429 to one of them goes to whoever called. A chat action is left out rather than that a
    message waits for it.
    """

    def __init__(
        self,
        *,
        per_second: float = FloodLimit.MESSAGES_PER_SECOND,
        group_per_minute: float = FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP,
    ) -> None:
        self._per_second = per_second
        self._overall = AsyncLimiter(per_second, 1)
        self._group_per_minute = group_per_minute
        self._groups: dict[Chat, AsyncLimiter] = {}
        self._closed_until: dict[Chat, float] = {}

    def share_among(self, processes: int) -> None:
        """Keep to one part of the overall limit, where so many processes send at once. A group is one process's."""
        self._overall = AsyncLimiter(max(self._per_second / processes, 1.0), 1)

    async def initialize(self) -> None:
        """Nothing to make."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(  # noqa: PLR0913, PLR0917 - PTB's signature
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,  # noqa: ANN401
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Result:
        """Raises RetryAfter where Telegram has asked for patience ``rate_limit_args`` (else ``MAX_TRIES``) times.

        What is sent to a group that has become a supergroup goes there.
        """
        chat = data.get("chat_id")
        if chat is None:
            return await callback(*args, **kwargs)
        if endpoint == "sendChatAction" and not self._has_room(chat):
            return True
        tries, floods = rate_limit_args or MAX_TRIES, 0
        while True:
            await self._open(chat)
            try:
                async with AsyncExitStack() as limits:
                    for limiter in self._limiters(chat):
                        await limits.enter_async_context(limiter)
                    return await callback(*args, **kwargs)
            except ChatMigrated as error:
                chat = _follow(endpoint, data, error)
            except RetryAfter as error:
                floods += 1
                self._close(chat, error)
                log.info("%s: chat is limited (%s), try %d of %d", endpoint, error, floods, tries)
                if floods == tries:
                    raise

    async def _open(self, chat: Chat) -> None:
        """Wait until the chat may be written to; another 429 meanwhile makes it longer."""
        loop = asyncio.get_running_loop()
        while (wait := self._closed_until.get(chat, 0.0) - loop.time()) > 0:  # noqa: ASYNC110 - a time is awaited
            await asyncio.sleep(wait)
        self._closed_until.pop(chat, None)

    def _close(self, chat: Chat, error: RetryAfter) -> None:
        wanted = error.retry_after
        seconds = wanted.total_seconds() if isinstance(wanted, timedelta) else float(wanted)
        until = asyncio.get_running_loop().time() + seconds + MARGIN_S
        self._closed_until[chat] = max(until, self._closed_until.get(chat, 0.0))

    def _has_room(self, chat: Chat) -> bool:
        return all(limiter.has_capacity(limiter.max_rate * FREE_FOR_MESSAGES) for limiter in self._limiters(chat))

    def _limiters(self, chat: Chat) -> list[AsyncLimiter]:
        """The overall one, and a group's own; channels and groups have negative ids or names."""
        if isinstance(chat, int) and chat > 0:
            return [self._overall]
        if len(self._groups) > MAX_IDLE_CHATS:
            self._groups = {key: each for key, each in self._groups.items() if not each.has_capacity(each.max_rate)}
        group = self._groups.setdefault(chat, AsyncLimiter(self._group_per_minute, 60))
        return [group, self._overall]


def _follow(endpoint: str, data: dict[str, Any], error: ChatMigrated) -> int:
    """Address a call to the supergroup that its group has become; returns that one's id.

    Raises the error for what cannot be done there: messages of the group cannot be edited, nor quoted.
    """
    if not endpoint.startswith("send"):
        raise error
    data.pop("reply_parameters", None)
    data["chat_id"] = error.new_chat_id
    return error.new_chat_id
