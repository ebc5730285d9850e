"""What all handlers of the control side share: JSON in, JSON out, and errors as sentences."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from bot.playground.api import BotApi
from bot.playground.chat_members import Chat, User
from bot.playground.errors import AdminIdsExhaustedError, PlaygroundError
from bot.playground.guard import GuardedHandler
from bot.playground.message import Message
from bot.playground.responses import ApiError, Payload
from bot.playground.state import PlaygroundState
from bot.playground.view import message_view

MAX_WAIT_SECONDS = 60.0
"""How long a request waits for news at most, whatever it asks for."""


class RefusedError(PlaygroundError):
    """A request of the control side that cannot be served, with the HTTP status to answer."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass
class Control:
    """What the handlers share."""

    state: PlaygroundState
    api: BotApi


class ControlHandler(GuardedHandler):
    """JSON in, JSON out; errors are ``{"error": "one sentence"}`` with a 4xx."""

    def initialize(self, control: Control) -> None:
        self._control = control
        self._state = control.state
        self._gone = False

    def on_connection_close(self) -> None:
        """A client that has gone away waits for no news any more."""
        self._gone = True
        self._state.change_notifier.notify()

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
            number = float(value) if value else default
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise RefusedError(400, f"{name} is no number.")
        return number

    def _chat(self, number: str) -> Chat:
        chat = self._state.chats.get(int(number))
        return chat or self._missing(f"There is no chat {number}.")

    def _message(self, chat: Chat, number: str) -> Message:
        message = self._state.messages.get(chat.id, int(number)) if number.isdecimal() else None
        return message or self._missing(f"There is no message {number} in this chat.")

    def _person(self, number: object) -> User:
        try:
            person = self._state.people.get(int(str(number)))
        except ValueError:
            person = None
        return person or self._missing(f"There is no person {number}.")

    def _member(self, chat: Chat, number: object) -> User:
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

    async def _wait_until(self, has_news: Callable[[], bool]) -> None:
        """Waits for news, as long as the client asks (``wait``) and is there."""
        until = time.monotonic() + min(self._number("wait", 0), MAX_WAIT_SECONDS)
        while not has_news() and not self._gone and (left := until - time.monotonic()) > 0:
            await self._state.change_notifier.wait(left)

    def write_error(self, status_code: int, **details: object) -> None:  # noqa: ARG002  (tornado's)
        info = details.get("exc_info")
        error = info[1] if isinstance(info, tuple) else None
        if status := _refusal_status(error):
            self.set_status(status)
            self.finish({"error": str(error)})
        else:
            self.finish({"error": f"{self._reason}."})

    def log_exception(self, typ: object, value: object, tb: object) -> None:
        """A refusal is an answer, not a failure to be logged."""
        if _refusal_status(value) is None:
            super().log_exception(typ, value, tb)  # type: ignore[arg-type]


def _refusal_status(error: object) -> int | None:
    """The status that an error is answered with; None for one that is a fault of the playground."""
    if isinstance(error, RefusedError):
        return error.status
    if isinstance(error, ApiError):
        return 400
    return 409 if isinstance(error, AdminIdsExhaustedError) else None
