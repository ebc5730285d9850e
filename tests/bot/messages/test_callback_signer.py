"""Signed callback data: only what this bot made, and only for its owner."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.callback_data import ButtonAction, CallbackData
from bot.messages.callback_signer import CallbackSigner
from storage.keyring import Keyring
from storage.tables import NOT_A_DIGIT

KEYRING = Keyring.generate()
SIGNER = CallbackSigner(KEYRING)
LARGEST = 2**63 - 1

data = st.builds(
    CallbackData,
    action=st.sampled_from(ButtonAction),
    target=st.integers(0, LARGEST),
    position=st.integers(0, LARGEST),
    label=st.integers(0, NOT_A_DIGIT),
)
owners = st.integers(-(2**52), 2**52)


@given(data, owners)
def test_signed_data_fit_and_come_back_for_their_owner(given_data: CallbackData, owner: int) -> None:
    signed = SIGNER.sign(given_data, owner)
    assert len(signed.encode()) <= 64
    assert SIGNER.parse(signed) == given_data
    assert SIGNER.is_for(signed, owner)


@given(data, data, owners, owners)
def test_no_other_owner_and_no_other_data_pass(one: CallbackData, other: CallbackData, owner: int, thief: int) -> None:
    signed = SIGNER.sign(one, owner)
    assert SIGNER.is_for(signed, thief) == (owner == thief)
    moved = f"{other.pack()}:{signed.rpartition(':')[2]}"
    assert SIGNER.is_for(moved, owner) == (one == other)


def test_another_key_passes_nothing() -> None:
    assert not SIGNER.is_for(CallbackSigner(Keyring.generate()).sign(CallbackData(ButtonAction.RIGHT, 1), 7), 7)
    assert CallbackSigner(KEYRING).is_for(SIGNER.sign(CallbackData(ButtonAction.RIGHT, 1), 7), 7)


def test_largest_data_still_fit_into_64_bytes() -> None:
    largest = CallbackData(ButtonAction.LABEL, LARGEST, LARGEST, NOT_A_DIGIT)
    assert len(SIGNER.sign(largest, -(2**52)).encode()) <= 64


@given(st.text())
def test_any_text_is_refused_without_another_error(text: str) -> None:
    assert not SIGNER.is_for(text, 7)
    with pytest.raises(ValueError, match=r"signed|callback data|valid ButtonAction"):
        SIGNER.parse(text)


@pytest.mark.parametrize("text", ["l:1:2:3", "l:1:2:3:", "l:1:2:3:abc", "", ":", "c:0:0:1"])
def test_unsigned_data_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not signed"):
        SIGNER.parse(text)
