"""The whole application without a network: updates go in, and every call it makes of the Bot API is written down."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import pytest
from telegram import Update
from telegram.request import BaseRequest, RequestData

import bot.app
from bot.app import build_application
from bot.context import App
from bot.playground import html_markup
from bot.playground.entities import units
from bot.rate_limiter import ChatRateLimiter
from bot.retrying_request import RetryingRequest
from bot.services import Services
from bot.settings import Settings
from training.synthesis.pages import render_page

BOT = {"id": 1, "is_bot": True, "first_name": "digitbot", "username": "digits_bot"}
# The longest that the Bot API takes, in UTF-16 units after parsing: sendMessage, sendPhoto, answerCallbackQuery.
LONGEST = {"text": 4096, "caption": 1024}
SENDING = {"sendMessage", "sendPhoto"}


@dataclass(frozen=True)
class Call:
    """One call of the Bot API with its parameters as they go over the wire."""

    method: str
    parameters: Mapping[str, Any]

    @property
    def words(self) -> str:
        return str(self.parameters.get("text") or self.parameters.get("caption") or "")


@dataclass(repr=False, eq=False)
class Telegram(BaseRequest):
    """Stands in for the network: answers every call as Telegram would, and writes it down.

    ``refusals``: the methods whose next call is refused with 400, and the words of that.
    """

    file: bytes
    calls: list[Call] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1_000_000))

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    @property
    def read_timeout(self) -> float:
        return 5

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        if "/file/bot" in url:
            return 200, self.file
        parameters = request_data.parameters if request_data else {}
        name = url.rpartition("/")[2]
        self.calls.append(Call(name, parameters))
        if words := self.refusals.pop(name, ""):
            return 400, json.dumps({"ok": False, "error_code": 400, "description": words}).encode()
        return 200, json.dumps({"ok": True, "result": self._result(name, parameters)}).encode()

    def _result(self, name: str, parameters: Mapping[str, Any]) -> Any:
        if name == "getMe":
            return BOT
        if name == "getFile":
            return {"file_id": parameters["file_id"], "file_unique_id": "u", "file_path": "photos/1.jpg"}
        if name in SENDING | {"editMessageText", "editMessageCaption", "editMessageReplyMarkup"}:
            chat = {"id": parameters.get("chat_id", 1), "type": "private", "first_name": "Ann"}
            number = parameters.get("message_id") or next(self.numbers)
            return {"message_id": number, "date": 1, "chat": chat, "from": BOT, "text": "said"}
        return True


@dataclass(repr=False, eq=False)
class Line:
    """The application, and updates for it: ``line.hears(message={...})`` gives the calls that they lead to."""

    runner: asyncio.Runner
    app: App
    services: Services
    telegram: Telegram
    updates: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def hears(self, **content: Any) -> list[Call]:
        self.telegram.calls.clear()
        update = Update.de_json({"update_id": next(self.updates), **content}, self.app.bot)
        self.runner.run(self.app.process_update(update))
        beside = {"sendChatAction", "setMyCommands"}  # what is shown beside the answer
        calls = [call for call in self.telegram.calls if call.method not in beside and not is_notice(call)]
        for call in calls:
            sendable(call)
        return calls

    def message(self, **content: Any) -> list[Call]:
        """A message of Ann's in her own chat, unless the content says otherwise."""
        user = {"id": 7, "is_bot": False, "first_name": "Ann", "language_code": "en"}
        chat = {"id": 7, "type": "private", "first_name": "Ann"}
        return self.hears(message={"message_id": next(self.updates), "date": 1, "chat": chat, "from": user, **content})


def is_notice(call: Call) -> bool:
    """Whether it is for the admins and no part of the answer."""
    return "<i>Notice</i>" in call.words


def sendable(call: Call) -> None:
    """Hold a call against what the Bot API takes, and against the sentence for what nobody foresaw."""
    assert "went wrong" not in call.words, call
    if call.parameters.get("parse_mode") == "HTML":
        text = html_markup.parse_html(call.words).content
        assert 0 < units(text) <= LONGEST["caption" if "caption" in call.parameters else "text"]
    if call.method == "answerCallbackQuery":
        assert units(call.words) <= 200


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """The bot as it comes, open to everybody, with an admin whose id is 99."""
    state: Path = tmp_path_factory.mktemp("state")
    small = cv2.resize(render_page(1, (), text="427").pixels, (320, 240), interpolation=cv2.INTER_AREA)
    telegram = Telegram(bytes(cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR))[1]))
    settings = Settings.load(token="1:" + "a" * 35, state=state, admins=frozenset({99}))
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner() as runner:
        patch.setattr(RetryingRequest, "with_timeouts", lambda *_: telegram)
        patch.setattr(bot.app, "ChatRateLimiter", lambda: ChatRateLimiter(per_second=10_000, group_per_minute=10_000))
        services = Services(settings)
        app = build_application(settings, services)
        runner.run(app.initialize())
        runner.run(services.__aenter__())
        yield Line(runner, app, services, telegram)
        runner.run(app.shutdown())
        runner.run(services.__aexit__())
