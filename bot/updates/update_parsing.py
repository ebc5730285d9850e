"""Updates of a form that python-telegram-bot does not know: none of them may hold up what comes behind it.

Telegram delivers an update again until it is taken in, and gives those behind it only then. Such an update is taken in
as one of its number alone, which nothing answers.
"""

from __future__ import annotations

import logging
from typing import Any

from telegram import Bot, Update

from bot.errors import BotError
from bot.observed_request import ObservedRequest

log = logging.getLogger(__name__)

PARSE_ERRORS = (ValueError, TypeError, KeyError, AttributeError)  # what PTB's de_json raises at other forms


class NotAnUpdate(BotError):
    """A JSON value that has no update's number."""


def parse_update(data: Any, bot: Bot | None) -> Update:  # noqa: ANN401 - any JSON
    """The update that a JSON value is, or one of its number alone. Raises ``NotAnUpdate``."""
    number = data.get("update_id") if isinstance(data, dict) else None
    if not isinstance(number, int):
        raise NotAnUpdate
    try:
        return Update.de_json(data, bot)
    except PARSE_ERRORS as error:
        log.warning("update %d is of a form that is not known (%s), and is left out", number, type(error).__name__)
        return Update(number)


class UpdatesRequest(ObservedRequest):
    """The request for getUpdates, whose answers PTB parses as a whole.

    What comes a second time could not be stored, or not be parsed: only then each update is tried, as that takes as
    long as parsing them.
    """

    _first = 0  # number of the first update of the last answer

    def parse_json_payload(self, payload: bytes) -> dict[str, Any]:  # type: ignore[override]
        """The answer, in which updates that came again and cannot be parsed are numbers alone. PTB calls it on the
        object."""
        answer = super().parse_json_payload(payload)
        updates = answer.get("result")
        if not isinstance(updates, list) or not updates or not isinstance(updates[0], dict):
            return answer
        before, self._first = self._first, updates[0].get("update_id", 0)
        return {**answer, "result": [_parsable(data) for data in updates]} if before == self._first else answer


def _parsable(data: dict[str, Any]) -> dict[str, Any]:
    try:
        return data if len(parse_update(data, None).to_dict()) > 1 else {"update_id": data["update_id"]}
    except NotAnUpdate:
        return data
