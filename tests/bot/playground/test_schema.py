"""The schema check finds mistakes that a test puts into payloads."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any

import pytest
import telegram

from bot.playground.responses import ApiError
from bot.playground.schema import SchemaError, check, check_parameters, check_result, check_update, methods

USER = {"id": 7, "is_bot": False, "first_name": "Ann"}
MESSAGE: dict[str, Any] = {
    "message_id": 5,
    "date": 1_700_000_000,
    "chat": {"id": 7, "type": "private", "first_name": "Ann"},
    "from": USER,
    "text": "hi",
    "entities": [{"type": "bold", "offset": 0, "length": 2}],
    "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]},
}


def test_a_right_message_passes() -> None:
    check(telegram.Message, MESSAGE)
    check_update({"update_id": 1, "message": MESSAGE})


def change(*path: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    def apply(message: dict[str, Any]) -> None:
        target: Any = message
        for step in path[:-1]:
            target = target[step]
        if to is ...:
            del target[path[-1]]
        else:
            target[path[-1]] = to

    return apply


@pytest.mark.parametrize(
    "mistake",
    [
        change("massage_id", to=5),
        change("chat", "titel", to="x"),
        change("from", "can_join_group", to=True),
        change("entities", 0, "offfset", to=0),
        change("reply_markup", "inline_keyboard", 0, 0, "data", to="x"),
        change("message_id", to=...),
        change("chat", to=...),
        change("message_id", to="5"),
        change("date", to=1_700_000_000_000),
        change("text", to=5),
        change("from", "is_bot", to="no"),
        change("from", "id", to="7"),
        change("chat", "type", to="privat"),
        change("reply_markup", to='{"inline_keyboard": []}'),
        change("entities", to={"type": "bold", "offset": 0, "length": 2}),
        change("message_id", to=True),
    ],
)
def test_planted_mistakes_are_caught(mistake: Callable[[dict[str, Any]], None]) -> None:
    wrong = copy.deepcopy(MESSAGE)
    mistake(wrong)
    with pytest.raises(SchemaError):
        check(telegram.Message, wrong)
    with pytest.raises(SchemaError):
        check_update({"update_id": 1, "message": wrong})


@pytest.mark.parametrize(
    ("method", "result"),
    [
        ("sendMessage", True),
        ("sendMessage", [MESSAGE]),
        ("deleteMessage", MESSAGE),
        ("getUpdates", MESSAGE),
        ("getMe", "me"),
        ("answerCallbackQuery", 1),
    ],
)
def test_results_of_the_wrong_kind_are_caught(method: str, result: object) -> None:
    with pytest.raises(SchemaError):
        check_result(method, result)


@pytest.mark.parametrize(
    ("method", "result"),
    [
        ("sendMessage", MESSAGE),
        ("editMessageText", MESSAGE),
        ("sendMediaGroup", [MESSAGE]),
        ("close", True),
        ("getUpdates", []),
    ],
)
def test_right_results_pass(method: str, result: object) -> None:
    check_result(method, result)


def test_ptb_knows_every_method_of_the_bot_api() -> None:
    assert len(methods()) >= 170
    assert {"getme": "getMe", "close": "close", "setmycommands": "setMyCommands"}.items() <= methods().items()
    assert all(inspect.isfunction(getattr(telegram.Bot, name)) for name in methods().values())


def test_missing_parameters_are_named() -> None:
    check_parameters("sendMessage", {"chat_id", "text"})
    with pytest.raises(ApiError, match="parameter text is missing"):
        check_parameters("sendMessage", {"chat_id"})
