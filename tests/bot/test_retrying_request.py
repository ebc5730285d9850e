"""Calls over a stumbling network: repeated only where that cannot do a thing twice."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from telegram import Bot, InputFile
from telegram.error import NetworkError

from bot import retrying_request
from bot.retrying_request import RetryingRequest

ROOT = "http://127.0.0.1:1/bot1:x"
SENT_MESSAGE = {"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}}


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying_request, "RETRY_DELAYS_S", (0.0, 0.0, 0.0))


async def calls(method: str, respond: Callable[[int], httpx.Response]) -> tuple[int, int | None]:
    """How often a method was called before it succeeded or was given up (then without a status)."""
    count = 0

    def handle(_: httpx.Request) -> httpx.Response:
        nonlocal count
        count += 1
        return respond(count)

    patient = RetryingRequest(httpx_kwargs={"transport": httpx.MockTransport(handle)})
    async with patient:
        try:
            status, _ = await patient.do_request(url=f"{ROOT}/{method}", method="POST")
        except NetworkError:
            return count, None
    return count, status


def broken_at_first(count: int) -> httpx.Response:
    if count == 1:
        raise httpx.RemoteProtocolError("the line broke")
    return httpx.Response(200)


def unreachable_at_first(count: int) -> httpx.Response:
    if count == 1:
        raise httpx.ConnectError("refused")
    return httpx.Response(200)


@pytest.mark.parametrize("method", ["getFile", "editMessageCaption", "answerCallbackQuery", "setMyCommands"])
async def test_what_is_harmless_twice_is_tried_again_after_a_broken_line(method: str) -> None:
    assert await calls(method, broken_at_first) == (2, 200)


async def test_a_message_that_may_have_been_sent_is_not_sent_again() -> None:
    assert await calls("sendPhoto", broken_at_first) == (1, None)


async def test_a_message_that_cannot_have_been_sent_is_sent_again() -> None:
    assert await calls("sendPhoto", unreachable_at_first) == (2, 200)


async def test_a_server_error_is_tried_again_and_then_told() -> None:
    assert await calls("getFile", lambda count: httpx.Response(502 if count < 3 else 200)) == (3, 200)
    assert await calls("getFile", lambda _: httpx.Response(502)) == (4, 502)


async def test_a_message_that_was_answered_by_a_server_error_may_have_been_sent_and_is_not_sent_again() -> None:
    assert await calls("sendPhoto", lambda _: httpx.Response(504)) == (1, 504)


async def test_a_refusal_is_no_reason_to_try_again() -> None:
    assert await calls("getFile", lambda _: httpx.Response(400)) == (1, 400)


async def test_an_upload_over_a_slow_line_is_waited_for_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line of 2.5 KB a second: the picture of 100 KB arrived after 42 s, and "something went wrong" after 20."""
    waited: list[float] = []

    async def record(_: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        waited.append(request.extensions["timeout"]["read"])
        return httpx.Response(200, json={"ok": True, "result": SENT_MESSAGE})

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", record)
    async with RetryingRequest.with_timeouts(lambda *_: None) as request:
        bot = Bot("1:x", request=request)
        await bot.send_message(7, "I read 4")
        await bot.send_photo(7, InputFile(b"a picture", "reading.jpg"))
    assert waited == [20, 60]
