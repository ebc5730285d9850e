"""What an answer says of a stored reading."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.messages.callback_signer import CallbackSigner
from bot.messages.keyboards import Keyboards
from bot.messages.reading_message import render, render_choice
from bot.messages.texts import texts_for
from storage.keyring import Keyring
from storage.readings import DigitRecord, ReadingRecord
from storage.tables import NOT_A_DIGIT, utc_now

KEYBOARDS = Keyboards(texts_for("en"), CallbackSigner(Keyring.generate()), owner=7)


def digit(position: int, label: int, *, sure: bool = True) -> DigitRecord:
    """A digit whose second label is the next number."""
    probabilities = [0.01] * 10
    probabilities[label], probabilities[(label + 1) % 10] = 0.8, 0.12
    return DigitRecord(position, position, 0, label, None, 0.8, sure, tuple(probabilities), (0, 0, 9, 9), bytes(784))


def reading(labels: str, unsure: str = "") -> ReadingRecord:
    digits = tuple(digit(position, int(label), sure=label not in unsure) for position, label in enumerate(labels))
    sure = bool(digits) and not unsure
    return ReadingRecord(1, 1, 7, 10, 11, "file", "base-1", sure, 640, 480, utc_now(), digits)


def corrected(before: ReadingRecord, *labels: int | None) -> ReadingRecord:
    digits = (replace(digit, corrected=label) for digit, label in zip(before.digits, labels, strict=True))
    return replace(before, digits=tuple(digits))


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        (reading("7"), "<b><code>7</code></b> · 80 % sure"),
        (reading("7", unsure="7"), "This could be a <code>7</code> or a <code>8</code>. Which?"),
        (reading("427"), "I read <b><code>427</code></b>"),
        (
            reading("427", unsure="2"),
            "I read <b><code>427</code></b>, but I am not sure of digit 2 (a 2 or a 3?). Tap a digit to correct it.",
        ),
        (corrected(reading("427"), None, None, 1), "Corrected: <b><code>421</code></b> (I had read <code>427</code>)"),
        (corrected(reading("427", unsure="2"), 4, 2, 7), "I read <b><code>427</code></b> ✓"),
        (corrected(reading("42"), NOT_A_DIGIT, None), "Corrected: <b><code>2</code></b> (I had read <code>42</code>)"),
        (
            corrected(reading("7"), NOT_A_DIGIT),
            "Corrected: there is no digit in this picture (I had read <code>7</code>)",
        ),
    ],
)
def test_an_answer_says_the_reading_as_it_is_now(stored: ReadingRecord, text: str) -> None:
    assert render(KEYBOARDS, stored).text == text


def test_marks_that_could_not_be_read_are_told_until_a_correction() -> None:
    several, one = replace(reading("427", unsure="2"), unread=2), replace(reading("7", unsure="7"), unread=1)
    told = render(KEYBOARDS, several).text
    assert told.startswith(
        "I read <b><code>427</code></b>; two marks I could not read (dotted red box), and I am not sure of digit"
    )
    assert render(KEYBOARDS, one).text.endswith("Which?\nBeside it, one mark I could not read (dotted red box).")
    assert "could not read" not in render(KEYBOARDS, corrected(several, None, None, 1)).text


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        (reading("1", unsure="1"), "I am not sure that there is a digit. Is this a <b><code>1</code></b>?"),
        (
            reading("17", unsure="17"),
            "I am not sure that these are digits. Is this <b><code>17</code></b>? Tap a digit to correct it.",
        ),
        (corrected(reading("1", unsure="1"), 1), "Corrected: <b><code>1</code></b>"),
        (corrected(reading("1", unsure="1"), 7), "Corrected: <b><code>7</code></b>"),
        (corrected(reading("1", unsure="1"), NOT_A_DIGIT), "Corrected: there is no digit in this picture"),
    ],
)
def test_what_may_be_a_digit_is_asked_about_and_never_said_to_be_read(stored: ReadingRecord, text: str) -> None:
    assert render(KEYBOARDS, replace(stored, asked=True)).text == text


def test_what_may_be_a_digit_can_be_confirmed_or_denied_with_one_tap() -> None:
    keyboard = render(KEYBOARDS, replace(reading("1", unsure="1"), asked=True)).keyboard
    assert keyboard is not None
    labels = [button.text for row in keyboard.inline_keyboard for button in row]
    assert labels == ["Yes", "It's another digit", "Not a digit", "What you saw"]


def test_a_picture_without_digits_has_advice_and_no_buttons() -> None:
    answer = render(KEYBOARDS, reading(""))
    assert answer.text.startswith("I see no digit")
    assert answer.keyboard is None


def test_the_only_digit_of_a_reading_has_no_number_while_its_label_is_chosen() -> None:
    assert render_choice(KEYBOARDS, reading("7"), 0).text == "Read as <code>7</code>: which digit is it?"
