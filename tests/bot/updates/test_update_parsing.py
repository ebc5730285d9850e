"""An update of a form that is not known holds up nothing."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from telegram import Bot, Update

from bot.updates.polling import Poller
from bot.updates.telegram_errors import GrowingPause
from bot.updates.update_parsing import NotAnUpdate, UpdatesRequest, parse_update

MESSAGE = {"message_id": 3, "date": 1_800_000_000, "chat": {"id": 7, "type": "private"}, "text": "a secret"}
STRANGE = {"update_id": 1, "message": {"text": "a secret"}}
UPDATES: list[dict[str, Any]] = [STRANGE, {"update_id": 2, "message": MESSAGE}]


@pytest.mark.parametrize("data", [STRANGE, {"update_id": 1, "message": 5}, {"update_id": 1, "poll": []}])
def test_what_cannot_be_parsed_is_taken_in_by_its_number(data: Any, caplog: pytest.LogCaptureFixture) -> None:
    update = parse_update(data, None)
    assert update.to_dict() == {"update_id": 1}
    assert "secret" not in caplog.text


@pytest.mark.parametrize("data", [None, [], 7, {}, {"update_id": "7"}, {"update_id": {}}, {"message": MESSAGE}])
def test_what_has_no_number_is_no_update(data: Any) -> None:
    with pytest.raises(NotAnUpdate):
        parse_update(data, None)


class _Receiver:
    has_room = True

    def __init__(self) -> None:
        self.received: list[Update] = []
        self.all = asyncio.Event()

    async def receive(self, updates: Sequence[Update]) -> None:
        self.received += updates
        self.all.set()


async def test_polling_goes_on_behind_an_update_that_cannot_be_parsed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(GrowingPause, "next", lambda _: 0.0)
    offsets: list[int] = []

    async def telegram(request: httpx.Request) -> httpx.Response:
        offset = int(httpx.QueryParams(request.content.decode()).get("offset", "0"))
        offsets.append(offset)
        left = [each for each in UPDATES if each["update_id"] >= offset]
        if not left:
            await asyncio.Event().wait()
        return httpx.Response(200, text=json.dumps({"ok": True, "result": left}))

    async def tell(*_: object) -> None:
        pytest.fail("no outage was to be told of")

    receiver = _Receiver()
    request = UpdatesRequest(httpx_kwargs={"transport": httpx.MockTransport(telegram)})
    async with request, asyncio.timeout(10):
        bot = Bot("1:x", get_updates_request=request)
        poller = asyncio.create_task(Poller(bot, receiver, ["message"], tell).run())  # type: ignore[arg-type]
        await receiver.all.wait()
        while offsets[-1] != 3:
            await asyncio.sleep(0.01)
        poller.cancel()
    assert [update.update_id for update in receiver.received] == [1, 2]
    assert receiver.received[1].message
    assert offsets == [0, 0, 3]
    said = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("bot."))
    assert "update 1 is of a form that is not known" in said
    assert "a secret" not in said  # what PTB logs of it loses its arguments: tests/bot/monitoring


async def test_updates_that_come_once_are_parsed_once(caplog: pytest.LogCaptureFixture) -> None:
    request = UpdatesRequest()
    caplog.set_level(logging.WARNING)
    first = json.dumps({"ok": True, "result": UPDATES}).encode()
    assert request.parse_json_payload(first)["result"] == UPDATES
    assert not caplog.records
    assert request.parse_json_payload(first)["result"] == [{"update_id": 1}, UPDATES[1]]
