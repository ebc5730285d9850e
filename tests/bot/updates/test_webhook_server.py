"""The webhook answers 200 only for what is stored, and reads nothing from strangers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
from telegram import Update

from bot.updates import webhook_server
from bot.updates.webhook_server import DELIVERY_SECRET_HEADER, WebhookServer
from storage.errors import DatabaseFull

SECRET = "a-secret"


class _Receiver:
    def __init__(self) -> None:
        self.received: list[int] = []
        self.has_room = True
        self.full = False

    async def receive(self, updates: Sequence[Update]) -> None:
        if self.full:
            raise DatabaseFull
        self.received += [update.update_id for update in updates]


@pytest.fixture
def receiver() -> _Receiver:
    return _Receiver()


@pytest.fixture
async def port(receiver: _Receiver) -> AsyncIterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    server = WebhookServer("hook", None, receiver, SECRET)  # type: ignore[arg-type]
    server.listen("127.0.0.1", number)
    yield number
    await server.close()


async def _post(port: int, content: Any, secret: str = SECRET, path: str = "hook") -> int:
    async with httpx.AsyncClient(trust_env=False) as client:
        address = f"http://127.0.0.1:{port}/{path}"
        body = {"content": content} if isinstance(content, bytes) else {"json": content}
        return (await client.post(address, headers={DELIVERY_SECRET_HEADER: secret}, **body)).status_code


async def test_what_is_stored_is_answered_with_200(port: int, receiver: _Receiver) -> None:
    assert await _post(port, {"update_id": 7}) == 200
    assert receiver.received == [7]


async def test_what_cannot_be_stored_is_left_with_telegram(port: int, receiver: _Receiver) -> None:
    receiver.full = True
    assert await _post(port, {"update_id": 7}) == 503
    receiver.full, receiver.has_room = False, False
    assert await _post(port, {"update_id": 7}) == 503
    assert receiver.received == []


@pytest.mark.parametrize("secret", ["", "another", "a-secret2"])
async def test_a_stranger_is_refused(port: int, receiver: _Receiver, secret: str) -> None:
    assert await _post(port, {"update_id": 7}, secret) == 403
    assert receiver.received == []


async def test_an_update_of_a_form_that_is_not_known_is_not_sent_again(port: int, receiver: _Receiver) -> None:
    assert await _post(port, {"update_id": 7, "message": {"text": "of another year"}}) == 200
    assert receiver.received == [7]


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"7", b'{"update_id": {}}', b"\xff\xfe"])
async def test_a_body_that_is_no_update_is_refused(port: int, receiver: _Receiver, body: bytes) -> None:
    assert await _post(port, body) == 400
    assert receiver.received == []


async def test_another_path_or_method_is_refused(port: int) -> None:
    assert await _post(port, {"update_id": 7}, path="other") == 404
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"http://127.0.0.1:{port}/hook")).status_code == 405


async def _raw(port: int, request: bytes, wait: float) -> bytes:
    """What is answered to these bytes, sent without their end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    try:
        return await asyncio.wait_for(reader.read(), wait)
    finally:
        writer.close()


def _head(secret: str, length: int) -> bytes:
    lines = ["POST /hook HTTP/1.1", "Host: x", f"{DELIVERY_SECRET_HEADER}: {secret}", f"Content-Length: {length}"]
    return "\r\n".join([*lines, "", ""]).encode()


async def test_a_stranger_is_refused_once_the_body_was_dropped(port: int) -> None:
    """Nothing is answered in the middle of a request: a proxy could lose that answer."""
    with pytest.raises(TimeoutError):
        await _raw(port, _head("wrong", 1000) + b"{", wait=0.3)
    body = b"{" * webhook_server.MAX_UPDATE_BYTES
    connection = httpx.AsyncClient(trust_env=False, base_url=f"http://127.0.0.1:{port}")
    async with connection as client:
        for _ in range(3):  # on one connection, which stays usable
            answer = await client.post("/hook", content=body, headers={DELIVERY_SECRET_HEADER: "wrong"})
            assert (answer.status_code, answer.headers.get("Connection")) == (403, None)


async def test_a_body_over_a_megabyte_is_not_taken(port: int, receiver: _Receiver) -> None:
    answer = await _raw(port, _head(SECRET, webhook_server.MAX_UPDATE_BYTES + 1) + b"{", wait=2)
    assert b" 200 " not in answer
    assert receiver.received == []


async def test_a_body_that_does_not_come_is_cut_off(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_server, "BODY_TIMEOUT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    server = WebhookServer("hook", None, _Receiver(), SECRET)  # type: ignore[arg-type]
    server.listen("127.0.0.1", number)
    assert await _raw(number, _head(SECRET, 1000) + b"{", wait=3) == b""
    await server.close()


async def test_health_needs_no_secret_and_tells_nothing_but_a_status(receiver: _Receiver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    server = WebhookServer("hook", None, receiver, SECRET)  # type: ignore[arg-type]
    server.listen("127.0.0.1", number)
    try:
        async with httpx.AsyncClient(trust_env=False, base_url=f"http://127.0.0.1:{number}") as client:

            async def statuses() -> tuple[int, int]:
                answers = [await client.get(path) for path in ("/healthz", "/readyz")]
                assert [answer.content for answer in answers] == [b"", b""]
                return answers[0].status_code, answers[1].status_code

            assert await statuses() == (200, 503)  # Telegram does not know the address yet
            server.ready()
            assert await statuses() == (200, 200)
            receiver.has_room = False
            assert await statuses() == (200, 503)
            assert (await client.post("/healthz", content=b"x")).status_code == 405
            assert (await client.head("/healthz")).status_code == 200
    finally:
        await server.close()
    assert receiver.received == []
