"""Callback data: 64 bytes at most, and only what we wrote is understood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.callback_data import MAX_CARRIED_DIGITS, ButtonAction, CallbackData
from bot.messages.callback_signer import CallbackSigner
from bot.messages.keyboards import Keyboards
from bot.messages.texts import texts_for
from storage.keyring import Keyring
from storage.tables import NOT_A_DIGIT

presses = st.builds(
    CallbackData,
    action=st.sampled_from(ButtonAction),
    target=st.integers(0, 2**63 - 1),
    position=st.integers(0, 10_000),
    label=st.integers(0, NOT_A_DIGIT),
)
SIGNER = CallbackSigner(Keyring.generate())
keyboards = Keyboards(texts_for("en"), SIGNER, owner=7)


@given(presses)
def test_a_press_comes_back_as_it_was_packed_and_fits_into_64_bytes(press: CallbackData) -> None:
    assert CallbackData.parse(press.pack()) == press
    assert len(press.pack().encode()) <= 64


@given(st.text())
def test_foreign_callback_data_is_a_value_error_and_nothing_else(data: str) -> None:
    try:
        press = CallbackData.parse(data)
    except ValueError:
        return
    assert press.pack() == data


@pytest.mark.parametrize(
    "data", ["", "l", "l:1:2", "l:1:2:11", "z:1:2:3", "l:-1:0:0", "l:1:0:٣", "l:01:0:0", "l:1:2:3:4", f"r:{2**63}:0:0"]
)
def test_damaged_callback_data_is_refused(data: str) -> None:
    with pytest.raises(ValueError, match=r"callback data|valid ButtonAction"):
        CallbackData.parse(data)


def test_several_digits_lie_as_on_the_paper_and_long_rows_are_broken() -> None:
    rows = [[(place, str(place % 10)) for place in range(10)], [(10, "7")]]
    keyboard = keyboards.several_digits(5, rows)
    assert [len(row) for row in keyboard.inline_keyboard] == [8, 2, 1, 2]


def test_a_page_of_very_many_digits_still_fits_under_a_message() -> None:
    rows = [[(place, "1") for place in range(start, start + 10)] for start in range(0, 500, 10)]
    keyboard = keyboards.several_digits(5, rows)
    assert sum(len(row) for row in keyboard.inline_keyboard) <= 100


def test_labels_offer_all_ten_and_not_a_digit() -> None:
    buttons = [button for row in keyboards.labels(9, 2).inline_keyboard for button in row]
    meant = [SIGNER.parse(str(button.callback_data)) for button in buttons]
    assert [press.label for press in meant if press.action is ButtonAction.LABEL] == [*range(10), NOT_A_DIGIT]
    assert all(press.target == 9 for press in meant)


@pytest.mark.parametrize("digits", ["", "0", "007", "9" * MAX_CARRIED_DIGITS])
def test_given_digits_are_carried_by_their_button(digits: str) -> None:
    reading = 2**63 - 1
    keyboard = keyboards.given_digits(reading, "4271", digits)
    data = [str(button.callback_data) for button in keyboard.inline_keyboard[0]]
    assert all(len(each.encode()) <= 64 for each in data)
    assert [SIGNER.parse(each).digits for each in data] == ["4271", digits]
    assert {SIGNER.parse(each).target for each in data} == {reading}


def test_more_digits_than_callback_data_carry_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 18 digits"):
        CallbackData.of_digits(1, "1" * (MAX_CARRIED_DIGITS + 1))
