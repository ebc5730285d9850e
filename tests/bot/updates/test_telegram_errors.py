"""The table of what passes and what is final."""

from __future__ import annotations

import pytest
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.updates.telegram_errors import GrowingPause, Trouble, may_not_send_pictures, may_not_write, trouble_of


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (NetworkError("Bad Gateway"), Trouble.PASSING),
        (NetworkError("Internal Server Error (500)"), Trouble.PASSING),
        (TimedOut(), Trouble.PASSING),
        (RetryAfter(3), Trouble.PASSING),
        (BadRequest("nonsense"), Trouble.PASSING),
        (TelegramError("Invalid server response"), Trouble.PASSING),  # HTML with status 200
        (InvalidToken("Not Found"), Trouble.PASSING),  # 404: a proxy, or another path
        (InvalidToken("Unauthorized (401). Parsing the server response b'<html>' failed"), Trouble.PASSING),
        (InvalidToken("Unauthorized"), Trouble.TOKEN_REJECTED),
        (Conflict("terminated by other getUpdates request"), Trouble.OTHER_POLLER),
        (Conflict("can't use getUpdates method while webhook is active"), Trouble.WEBHOOK_ACTIVE),
    ],
)
def test_each_error_has_its_row(error: TelegramError, trouble: Trouble) -> None:
    assert trouble_of(error) is trouble


def test_pauses_grow_to_a_minute_and_begin_again_after_a_success() -> None:
    pause = GrowingPause()
    assert [pause.after(TimedOut()) for _ in range(9)] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    pause.reset()
    assert pause.after(TimedOut()) == 1


def test_telegrams_own_wish_counts() -> None:
    assert GrowingPause().after(RetryAfter(17)) == 17


@pytest.mark.parametrize(
    ("error", "pictures", "words"),
    [
        (BadRequest("Not enough rights to send photos to the chat"), False, True),
        (Forbidden("Forbidden: not enough rights to send photos to the chat"), False, True),
        (BadRequest("Not enough rights to send text messages to the chat"), True, False),
        (BadRequest("Have no rights to send a message"), True, False),
        (BadRequest("Not enough rights to restrict/unrestrict chat member"), True, True),
        (NetworkError("Not enough rights to send photos to the chat"), True, True),
        (None, True, True),
    ],
)
def test_what_a_group_lets_the_bot_send(error: TelegramError | None, pictures: bool, words: bool) -> None:
    assert (not may_not_send_pictures(error), not may_not_write(error)) == (pictures, words)
