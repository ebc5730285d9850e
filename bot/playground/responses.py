"""JSON answers of the Bot API: payloads and refusals."""

from __future__ import annotations

from typing import TypeAlias

from bot.playground.errors import PlaygroundError

Payload: TypeAlias = dict[str, object]


class ApiError(PlaygroundError):
    """A refused Bot API call, in Telegram's own words (core.telegram.org/bots/api#making-requests)."""

    def __init__(
        self, status: int, description: str, retry_after: int | None = None, *, migrate_to_chat_id: int | None = None
    ) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after
        self.migrate_to_chat_id = migrate_to_chat_id

    def payload(self) -> Payload:
        answer: Payload = {"ok": False, "error_code": self.status, "description": self.description}
        if parameters := filled(retry_after=self.retry_after, migrate_to_chat_id=self.migrate_to_chat_id):
            answer["parameters"] = parameters
        return answer


def bad_request(reason: str) -> ApiError:
    """The commonest refusal: status 400 and ``Bad Request: reason``."""
    return ApiError(400, f"Bad Request: {reason}")


def filled(**fields: object) -> Payload:
    """A payload of the fields that have a value: the Bot API leaves out what is empty or false."""
    return {name: value for name, value in fields.items() if value is not None and value is not False}
