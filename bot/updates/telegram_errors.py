"""Which of Telegram's errors pass by themselves and which are final, in one table.

| what comes | at which call | what it is | what is done |
|---|---|---|---|
| no connection, timeout, 5xx, HTML instead of JSON, 404 | any | passing | tried again with growing pauses |
| 429 | any | passing | tried again after ``retry_after`` |
| 401 | getMe, getUpdates | perhaps a revoked token | getMe is asked: three times 401 within a minute is final |
| 409 | getUpdates | another poller, or a webhook | tried again for two minutes, then final |
| 400, 403 | sendX, getFile | that call's own fault | told to the person, never repeated |
| 400, 403 "not enough rights to send photos" | sendPhoto | a group's restriction | answered in words |

(Bot API, "Making requests"; which exception PTB makes of which status: telegram.request.BaseRequest.)
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum, auto

from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
# Seen of Bot API servers, in small letters.
_NO_RIGHT_TO_WRITE = (
    "not enough rights to send text messages",
    "have no rights to send a message",
    "chat_write_forbidden",
)


class Trouble(Enum):
    """What an error of a call that fetches updates means."""

    PASSING = auto()
    TOKEN_REJECTED = auto()
    OTHER_POLLER = auto()
    WEBHOOK_ACTIVE = auto()


def trouble_of(error: TelegramError) -> Trouble:
    """The row of the table for an error."""
    text = error.message.lower()
    if isinstance(error, InvalidToken) and "unauthorized" in text and "parsing the server response" not in text:
        return Trouble.TOKEN_REJECTED
    if isinstance(error, Conflict):
        return Trouble.WEBHOOK_ACTIVE if "webhook" in text else Trouble.OTHER_POLLER
    return Trouble.PASSING


def may_not_send_pictures(error: Exception | None) -> bool:
    """Whether the bot lacks the right to send photos into a group, where its words may still be welcome."""
    text = _refusal(error)
    return "not enough rights to send" in text and "text messages" not in text


def may_not_write(error: Exception | None) -> bool:
    """Whether the bot lacks the right to write into a group at all."""
    return any(words in _refusal(error) for words in _NO_RIGHT_TO_WRITE)


def _refusal(error: Exception | None) -> str:
    """The words of a 400 or 403, in small letters; of any other error none."""
    return error.message.lower() if isinstance(error, BadRequest | Forbidden) else ""


class GrowingPause:
    """Seconds to wait after one more failure: doubled each time up to a minute, or as long as Telegram asks."""

    def __init__(self, first: float = FIRST_PAUSE_S, longest: float = LONGEST_PAUSE_S) -> None:
        self._first, self._longest = first, longest
        self._next = first

    def next(self) -> float:
        """The pause after one more failure, in seconds."""
        pause, self._next = self._next, min(self._next * 2, self._longest)
        return pause

    def after(self, error: Exception) -> float:
        """The same, but as long as Telegram asks where it does (429, ``retry_after``)."""
        if isinstance(error, RetryAfter):
            wanted = error.retry_after
            return wanted.total_seconds() if isinstance(wanted, timedelta) else float(wanted)
        return self.next()

    def reset(self) -> None:
        """Begin with the shortest again, after a success."""
        self._next = self._first
