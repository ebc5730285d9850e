"""Inline keyboards and their limits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.playground.keyboard import Button, keyboard_from_json
from bot.playground.responses import ApiError


def of(*buttons: dict[str, object]) -> dict[str, object]:
    return {"inline_keyboard": [list(buttons)]}


@given(st.text(min_size=1, max_size=70))
@settings(max_examples=200, deadline=None)
def test_callback_data_is_1_to_64_bytes(data: str) -> None:
    data = data.encode("utf-8", "ignore").decode() or "x"
    if len(data.encode()) <= 64:
        made = keyboard_from_json(of({"text": "a", "callback_data": data}))
        assert made is not None
        assert made.find(data) == Button("a", data)
    else:
        with pytest.raises(ApiError, match="BUTTON_DATA_INVALID"):
            keyboard_from_json(of({"text": "a", "callback_data": data}))


def test_it_is_what_ptb_sends_and_reads() -> None:
    sent = InlineKeyboardMarkup([[InlineKeyboardButton("Right", callback_data="r", style="success")]])
    made = keyboard_from_json(sent.to_dict())
    assert made is not None
    assert InlineKeyboardMarkup.de_json(made.payload(), None) == sent
    assert made.payload() == sent.to_dict()


def test_data_is_found_before_text() -> None:
    made = keyboard_from_json(of({"text": "a", "callback_data": "b"}, {"text": "b", "callback_data": "c"}))
    assert made is not None
    assert made.find("b") == Button("a", "b")
    assert made.find("a") == Button("a", "b")
    assert made.find("z") is None


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (of({"text": "", "callback_data": "x"}), 400),
        (of({"text": "a"}), 501),
        (of({"text": "a", "web_app": {"url": "https://x.org"}}), 501),
        ({"keyboard": [["a"]]}, 501),
        ("x", 400),
        ({"inline_keyboard": [[{"text": "a", "callback_data": "b"}] * 101]}, 400),
    ],
)
def test_what_cannot_be_shown_is_refused(raw: object, status: int) -> None:
    with pytest.raises(ApiError) as refused:
        keyboard_from_json(raw)
    assert refused.value.status == status


@pytest.mark.parametrize("raw", [None, {"remove_keyboard": True}, {"force_reply": True}, {"inline_keyboard": []}])
def test_no_keyboard_is_none(raw: object) -> None:
    assert keyboard_from_json(raw) is None
