"""The inline keyboards, and the callback data of their buttons (at most 64 bytes, Bot API InlineKeyboardButton)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.messages.texts import Texts
from storage.tables import NOT_A_DIGIT


class ButtonAction(StrEnum):
    """What a button does; one letter, because it is part of every button's callback data."""

    RIGHT = "r"  # the reading is right
    OPEN = "o"  # show the labels for one digit
    LABEL = "l"  # this digit is that label
    BACK = "b"  # from the labels back to the digits
    SHOW_INPUT = "s"  # send the digit images that the network was given
    CONSENT = "c"  # label 1: corrections may be used for training, 0: they may not
    FORGET = "f"  # label 1: delete everything of mine, 0: do not
    CANCEL = "x"  # end this training run
    ACTIVATE = "a"  # make this model version active


_MAX_ID = 2**63 - 1  # SQLite's largest integer


@dataclass(frozen=True, slots=True)
class CallbackData:
    """The data of one button. ``target`` is the id of the reading, training run or model version it acts on (0: none),
    ``position`` a digit's place in the reading from 0.
    """

    action: ButtonAction
    target: int = 0
    position: int = 0
    label: int = 0

    def pack(self) -> str:
        """``"l:1234:0:7"``."""
        return f"{self.action}:{self.target}:{self.position}:{self.label}"

    @classmethod
    def parse(cls, data: str) -> Self:
        """The opposite of ``pack``. Raises ValueError for anything that ``pack`` does not write."""
        action, *numbers = data.split(":")
        if len(numbers) != 3 or not all(number.isascii() and number.isdigit() for number in numbers):
            raise ValueError(f"not callback data of ours: {data!r}")
        parsed = cls(ButtonAction(action), *map(int, numbers))
        if parsed.label > NOT_A_DIGIT or max(parsed.target, parsed.position) > _MAX_ID or parsed.pack() != data:
            raise ValueError(f"not callback data of ours: {data!r}")
        return parsed


def _button(
    text: str, action: ButtonAction, target: int = 0, position: int = 0, label: int = 0
) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=CallbackData(action, target, position, label).pack())


def one_digit(texts: Texts, reading: int) -> InlineKeyboardMarkup:
    """[ Right ] [ It's another digit ] / [ What you saw ]."""
    return InlineKeyboardMarkup(
        [
            [
                _button(texts.right, ButtonAction.RIGHT, reading),
                _button(texts.another_digit, ButtonAction.OPEN, reading),
            ],
            [_button(texts.show_input, ButtonAction.SHOW_INPUT, reading)],
        ]
    )


def likely_labels(texts: Texts, reading: int, labels: Sequence[int]) -> InlineKeyboardMarkup:
    """The likely labels of the one digit first, then all others."""
    return InlineKeyboardMarkup(
        [
            [_button(str(label), ButtonAction.LABEL, reading, 0, label) for label in labels],
            [
                _button(texts.another_digit, ButtonAction.OPEN, reading),
                _button(texts.show_input, ButtonAction.SHOW_INPUT, reading),
            ],
        ]
    )


# Telegram shows eight buttons in a row and takes a hundred under a message (limits seen in its clients).
MAX_ROW_BUTTONS = 8
MAX_DIGIT_BUTTONS = 90


def several_digits(texts: Texts, reading: int, rows: Iterable[Sequence[tuple[int, str]]]) -> InlineKeyboardMarkup:
    """One button a digit, laid out as on the paper; ``rows`` hold (position, text of the button)."""
    lines: list[list[InlineKeyboardButton]] = []
    for row in rows:
        buttons = [
            _button(text, ButtonAction.OPEN, reading, position)
            for position, text in row
            if position < MAX_DIGIT_BUTTONS
        ]
        lines += [buttons[start : start + MAX_ROW_BUTTONS] for start in range(0, len(buttons), MAX_ROW_BUTTONS)]
    lines.append(
        [
            _button(texts.all_right, ButtonAction.RIGHT, reading),
            _button(texts.show_input, ButtonAction.SHOW_INPUT, reading),
        ]
    )
    return InlineKeyboardMarkup(lines)


def labels(texts: Texts, reading: int, position: int) -> InlineKeyboardMarkup:
    """0-9 in two rows of five, then [ Not a digit ] [ Back ]."""
    digits = [_button(str(label), ButtonAction.LABEL, reading, position, label) for label in range(10)]
    return InlineKeyboardMarkup(
        [
            digits[:5],
            digits[5:],
            [
                _button(texts.not_a_digit, ButtonAction.LABEL, reading, position, NOT_A_DIGIT),
                _button(texts.back, ButtonAction.BACK, reading),
            ],
        ]
    )


def consent(texts: Texts, reading: int = 0) -> InlineKeyboardMarkup:
    """The consent question's buttons. Only the owner of ``reading`` may press them; 0: who sent /privacy."""
    return InlineKeyboardMarkup(
        [
            [_button(texts.consent_yes, ButtonAction.CONSENT, reading, label=1)],
            [_button(texts.consent_no, ButtonAction.CONSENT, reading, label=0)],
        ]
    )


def forget(texts: Texts) -> InlineKeyboardMarkup:
    """The confirming buttons of /forget."""
    return InlineKeyboardMarkup(
        [
            [
                _button(texts.forget_yes, ButtonAction.FORGET, label=1),
                _button(texts.forget_no, ButtonAction.FORGET, label=0),
            ]
        ]
    )


def cancel(texts: Texts, run: int) -> InlineKeyboardMarkup:
    """The button under a training run's progress."""
    return InlineKeyboardMarkup([[_button(texts.cancel, ButtonAction.CANCEL, run)]])


def versions(texts: Texts, choices: Iterable[tuple[int, str]]) -> InlineKeyboardMarkup | None:
    """One [ Make NAME active ] a row for each (id, name); None where there is none."""
    rows = [[_button(texts.make_active(name), ButtonAction.ACTIVATE, version_id)] for version_id, name in choices]
    return InlineKeyboardMarkup(rows) if rows else None
