"""A flood in one chat holds back that chat alone."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from telegram.error import ChatMigrated, RetryAfter

from bot.rate_limiter import ChatRateLimiter

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")


class _Telegram:
    """Carries calls out, but for the first ``floods`` to a chat."""

    def __init__(self, **floods: int) -> None:
        self._floods = floods
        self.done: list[tuple[str, float]] = []

    async def call(self, name: str) -> bool:
        if self._floods.get(name, 0):
            self._floods[name] -= 1
            raise RetryAfter(1)
        self.done.append((name, time.monotonic()))
        return True


async def _send(limiter: ChatRateLimiter, telegram: _Telegram, name: str, data: dict[str, Any], tries: int = 0) -> Any:
    return await limiter.process_request(telegram.call, (name,), {}, "sendMessage", data, tries or None)


async def test_a_flood_in_one_chat_holds_back_no_other() -> None:
    limiter, telegram, start = ChatRateLimiter(), _Telegram(ann=1), time.monotonic()
    await asyncio.gather(
        _send(limiter, telegram, "ann", {"chat_id": 1}),
        *(_send(limiter, telegram, "bob", {"chat_id": 2}) for _ in range(5)),
    )
    late = {name: at - start for name, at in telegram.done}
    assert late["bob"] < 0.5
    assert late["ann"] > 1.0


async def test_every_call_to_a_limited_chat_waits() -> None:
    limiter, telegram, start = ChatRateLimiter(), _Telegram(send=1), time.monotonic()
    sending = asyncio.create_task(_send(limiter, telegram, "send", {"chat_id": 1}))
    await asyncio.sleep(0.05)
    await _send(limiter, telegram, "edit", {"chat_id": 1})
    assert time.monotonic() - start > 1.0
    await sending


async def test_what_concerns_no_chat_is_not_held_back_and_hears_of_its_own_flood() -> None:
    with pytest.raises(RetryAfter):
        await _send(ChatRateLimiter(), _Telegram(getMe=1), "getMe", {})


async def test_a_chat_action_takes_nothing_from_messages() -> None:
    limiter, telegram = ChatRateLimiter(group_per_minute=6), _Telegram()

    async def call(endpoint: str) -> None:
        data = {"chat_id": -5}
        assert await limiter.process_request(telegram.call, (endpoint,), {}, endpoint, data, None) is True

    for _ in range(10):
        await call("sendChatAction")
    await call("sendMessage")
    await asyncio.wait_for(call("sendPhoto"), 1)
    assert [name for name, _ in telegram.done].count("sendChatAction") == 4
    assert [name for name, _ in telegram.done][-2:] == ["sendMessage", "sendPhoto"]


async def test_patience_ends() -> None:
    with pytest.raises(RetryAfter):
        await _send(ChatRateLimiter(), _Telegram(ann=9), "ann", {"chat_id": 1}, tries=2)


class _Moved:
    """A group that has become the supergroup -1005: calls for it fail, and name that one."""

    def __init__(self) -> None:
        self.done: list[dict[str, Any]] = []

    async def call(self, _: str, data: dict[str, Any]) -> bool:
        if data["chat_id"] == -5:
            raise ChatMigrated(-1005)
        self.done.append(dict(data))
        return True


async def test_what_is_sent_to_a_group_that_became_a_supergroup_goes_there_without_its_quotation() -> None:
    limiter, telegram, data = ChatRateLimiter(), _Moved(), {"chat_id": -5, "text": "7", "reply_parameters": {"id": 1}}
    assert await limiter.process_request(telegram.call, ("sendMessage", data), {}, "sendMessage", data, None)
    assert telegram.done == [{"chat_id": -1005, "text": "7"}]


async def test_a_group_that_became_a_supergroup_takes_no_try() -> None:
    limiter, telegram, data = ChatRateLimiter(), _Moved(), {"chat_id": -5, "text": "7"}
    assert await limiter.process_request(telegram.call, ("sendMessage", data), {}, "sendMessage", data, 1)
    assert telegram.done == [{"chat_id": -1005, "text": "7"}]


async def test_messages_of_a_group_that_became_a_supergroup_cannot_be_edited() -> None:
    limiter, telegram, data = ChatRateLimiter(), _Moved(), {"chat_id": -5, "message_id": 3}
    with pytest.raises(ChatMigrated):
        await limiter.process_request(telegram.call, ("editMessageText", data), {}, "editMessageText", data, None)
    assert telegram.done == []


async def test_processes_that_send_at_once_share_the_overall_limit() -> None:
    limiter, telegram, start = ChatRateLimiter(per_second=4), _Telegram(), time.monotonic()
    limiter.share_among(2)
    for chat in range(1, 4):  # two may leave at once, the third half a second later
        await _send(limiter, telegram, "send", {"chat_id": chat})
    assert time.monotonic() - start > 0.4
    limiter.share_among(100)
    await _send(limiter, telegram, "send", {"chat_id": 1})
