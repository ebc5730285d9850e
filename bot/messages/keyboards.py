"""The buttons under an answer, and the callback data behind them (at most 64 bytes, Bot API InlineKeyboardButton)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.messages.texts import Texts
from storage.tables import NOT_A_DIGIT


class ButtonAction(StrEnum):
    """What a button does; one letter, for it travels in every button."""

    RIGHT = "r"  # the reading is right
    OPEN = "o"  # show the labels for one digit
    LABEL = "l"  # this digit is that label
    BACK = "b"  # from the labels back to the digits
    SAW = "s"  # what you saw
    CONSENT = "c"  # label 1: keep corrections to learn from, 0: do not
    FORGET = "f"  # label 1: delete everything of mine, 0: do not
    CANCEL = "x"  # end the training run whose number stands in the reading's place
    ACTIVATE = "a"  # make the version whose id stands in the reading's place active


_LARGEST = 2**63 - 1  # of the ids that a database can look for


@dataclass(frozen=True, slots=True)
class CallbackData:
    """One button's meaning. ``reading`` is the stored reading's id, ``position`` a digit's place in it from 0."""

    act: ButtonAction
    reading: int = 0
    position: int = 0
    label: int = 0

    def pack(self) -> str:
        """``"l:1234:0:7"``."""
        return f"{self.act}:{self.reading}:{self.position}:{self.label}"

    @classmethod
    def parse(cls, data: str) -> Self:
        """The opposite of ``pack``. Raises ValueError for anything that ``pack`` does not write."""
        act, *numbers = data.split(":")
        if len(numbers) != 3 or not all(number.isascii() and number.isdigit() for number in numbers):
            raise ValueError(f"not callback data of ours: {data!r}")
        press = cls(ButtonAction(act), *map(int, numbers))
        if press.label > NOT_A_DIGIT or max(press.reading, press.position) > _LARGEST or press.pack() != data:
            raise ValueError(f"not callback data of ours: {data!r}")
        return press


def _button(text: str, act: ButtonAction, reading: int = 0, position: int = 0, label: int = 0) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=CallbackData(act, reading, position, label).pack())


def one_digit(texts: Texts, reading: int) -> InlineKeyboardMarkup:
    """[ Right ] [ It's another digit ] / [ What you saw ]."""
    return InlineKeyboardMarkup(
        [
            [
                _button(texts.right, ButtonAction.RIGHT, reading),
                _button(texts.another_digit, ButtonAction.OPEN, reading),
            ],
            [_button(texts.what_you_saw, ButtonAction.SAW, reading)],
        ]
    )


def this_or_that(texts: Texts, reading: int, labels: Sequence[int]) -> InlineKeyboardMarkup:
    """The likely labels of the one digit first, then all others."""
    return InlineKeyboardMarkup(
        [
            [_button(str(label), ButtonAction.LABEL, reading, 0, label) for label in labels],
            [
                _button(texts.another_digit, ButtonAction.OPEN, reading),
                _button(texts.what_you_saw, ButtonAction.SAW, reading),
            ],
        ]
    )


# Telegram shows eight buttons in a row and takes a hundred under a message (limits seen in its clients).
WIDEST_ROW = 8
MOST_DIGIT_BUTTONS = 90


def several_digits(texts: Texts, reading: int, rows: Iterable[Sequence[tuple[int, str]]]) -> InlineKeyboardMarkup:
    """One button a digit, laid out as on the paper; ``rows`` hold (position, what stands on the button)."""
    lines: list[list[InlineKeyboardButton]] = []
    for row in rows:
        buttons = [
            _button(face, ButtonAction.OPEN, reading, position)
            for position, face in row
            if position < MOST_DIGIT_BUTTONS
        ]
        lines += [buttons[start : start + WIDEST_ROW] for start in range(0, len(buttons), WIDEST_ROW)]
    lines.append(
        [_button(texts.all_right, ButtonAction.RIGHT, reading), _button(texts.what_you_saw, ButtonAction.SAW, reading)]
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
    """Asked about a reading's correction, only that reading's owner may press; 0: whoever asked for it by /privacy."""
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
    """One [ Make NAME active ] a row for (id, name) of each version that could be; None where there is none."""
    rows = [[_button(texts.make_active(name), ButtonAction.ACTIVATE, number)] for number, name in choices]
    return InlineKeyboardMarkup(rows) if rows else None
