"""What of a request is handed to the network at once."""

from __future__ import annotations

import os

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile

from bot.request_body import PIECE_BYTES
from bot.retrying_request import RetryingRequest

SENT = {"ok": True, "result": {"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}}}


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The pieces of all bodies that reach the network."""
    pieces: list[bytes] = []

    async def record(_: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        pieces.extend([piece async for piece in request.stream])
        return httpx.Response(200, json=SENT)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", record)
    return pieces


async def test_an_answer_with_its_picture_is_sent_in_few_pieces_of_bounded_size(pieces: list[bytes]) -> None:
    picture = os.urandom(150_000)
    buttons = InlineKeyboardMarkup.from_row([InlineKeyboardButton("4", callback_data="4")])
    async with RetryingRequest.with_timeouts(lambda *_: None) as request:
        bot = Bot("1:x", request=request)
        await bot.send_photo(7, InputFile(picture, "reading.jpg"), caption="I read 4", reply_markup=buttons)
    body = b"".join(pieces)
    assert picture in body
    assert b"I read 4" in body
    assert len(pieces) == 3
    assert max(map(len, pieces)) <= 2 * PIECE_BYTES


async def test_a_message_is_sent_in_one_piece(pieces: list[bytes]) -> None:
    async with RetryingRequest.with_timeouts(lambda *_: None) as request:
        await Bot("1:x", request=request).send_message(7, "I read 4")
    assert len(pieces) == 1
    assert b"I+read+4" in pieces[0]
