"""What every request of the control side shares: JSON in, JSON out, and sentences for what cannot be."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from bot.errors import BotError
from bot.playground.api import BotApi
from bot.playground.chat_members import Chat, Person
from bot.playground.guard import Guarded
from bot.playground.message import Message
from bot.playground.responses import ApiError, Payload
from bot.playground.state import NoRoomError, PlaygroundState
from bot.playground.view import message_view

LONGEST = 60.0
"""Seconds that a request waits for news at most."""


class RefusedError(BotError):
    """A request that cannot be served; the message is one sentence for the client."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass
class Control:
    """What the handlers share."""

    state: PlaygroundState
    api: BotApi


class ControlHandler(Guarded):
    """JSON in, JSON out; errors are ``{"error": "one sentence"}`` with a 4xx."""

    def initialize(self, control: Control) -> None:
        self._control = control
        self._state = control.state
        self._gone = False

    def on_connection_close(self) -> None:
        """A client that has gone away waits for no news any more."""
        self._gone = True
        self._state.news.ring()

    @property
    def _root(self) -> str:
        return f"http://{self.request.host}"

    def _json(self) -> Payload:
        try:
            body = json.loads(self.request.body or b"{}")
        except ValueError:
            raise RefusedError(400, "The body is no JSON.") from None
        if not isinstance(body, dict):
            raise RefusedError(400, "The body is no JSON object.")
        return body

    def _number(self, name: str, default: float) -> float:
        value = self.get_query_argument(name, "")
        try:
            return float(value) if value else default
        except ValueError:
            raise RefusedError(400, f"{name} is no number.") from None

    def _chat(self, number: str) -> Chat:
        chat = self._state.chats.get(int(number))
        return chat or self._missing(f"There is no chat {number}.")

    def _message(self, chat: Chat, number: str) -> Message:
        message = self._state.message(chat.id, int(number))
        return message or self._missing(f"There is no message {number} in this chat.")

    def _person(self, number: object) -> Person:
        try:
            person = self._state.people.get(int(str(number)))
        except ValueError:
            person = None
        return person or self._missing(f"There is no person {number}.")

    def _member(self, chat: Chat, number: object) -> Person:
        person = self._person(number)
        if person not in chat.people:
            raise RefusedError(403, f"{person.name} is not in this chat.")
        return person

    def _missing(self, sentence: str) -> NoReturn:
        raise RefusedError(404, sentence)

    def _view(self, message: Message) -> Payload:
        return message_view(message, self._root)

    def _send(self, answer: object) -> None:
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.finish(json.dumps(answer))

    async def _wait_until(self, news: Callable[[], bool]) -> None:
        """Waits for news, as long as the client asks (``wait``) and is there."""
        until = time.monotonic() + min(self._number("wait", 0), LONGEST)
        while not news() and not self._gone and (left := until - time.monotonic()) > 0:
            await self._state.news.wait(left)

    def write_error(self, status_code: int, **details: object) -> None:  # noqa: ARG002  (tornado's)
        info = details.get("exc_info")
        error = info[1] if isinstance(info, tuple) else None
        if isinstance(error, RefusedError):
            self.set_status(error.status)
        elif isinstance(error, ApiError):
            self.set_status(400)
        elif isinstance(error, NoRoomError):
            self.set_status(409)
        sentence = str(error) if isinstance(error, RefusedError | ApiError | NoRoomError) else f"{self._reason}."
        self.finish({"error": sentence})

    def log_exception(self, typ: object, value: object, tb: object) -> None:
        """A refusal is an answer, not a failure to be logged."""
        if not isinstance(value, RefusedError | ApiError | NoRoomError):
            super().log_exception(typ, value, tb)  # type: ignore[arg-type]
