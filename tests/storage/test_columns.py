"""Encrypted columns give back what they were given; times keep their moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects.sqlite import dialect as sqlite

from storage.columns import (
    Encrypted,
    EncryptedBytes,
    EncryptedFloats,
    EncryptedInt,
    EncryptedText,
    IdHmac,
    UtcTime,
    attach_keyring,
)
from storage.keyring import Keyring

T = TypeVar("T")
KEYRING = Keyring(bytes(32))
DIALECT = sqlite()
attach_keyring(DIALECT, KEYRING)


def trip(column: Encrypted[T], value: T) -> T | None:
    encrypted = column.process_bind_param(value, DIALECT)
    return column.process_result_value(encrypted, DIALECT)


@settings(deadline=None, max_examples=50)
@given(st.text(), st.binary(), st.integers(-(2**63), 2**63 - 1), st.lists(st.floats(allow_nan=False)).map(tuple))
def test_an_encrypted_value_comes_back_as_it_was(
    words: str, content: bytes, number: int, numbers: tuple[float, ...]
) -> None:
    assert trip(EncryptedText("t.c"), words) == words
    assert trip(EncryptedBytes("t.c"), content) == content
    assert trip(EncryptedInt("t.c"), number) == number
    assert trip(EncryptedFloats("t.c"), numbers) == numbers


@pytest.mark.parametrize(
    "column", [EncryptedText("t.c"), EncryptedBytes("t.c"), EncryptedInt("t.c"), IdHmac("t.c"), UtcTime()]
)
def test_null_stays_null(column: EncryptedText | EncryptedBytes | EncryptedInt | IdHmac | UtcTime) -> None:
    assert column.process_bind_param(None, DIALECT) is None
    assert column.process_result_value(None, DIALECT) is None


def test_all_ids_are_encrypted_to_one_length() -> None:
    encrypted = [EncryptedInt("t.c").process_bind_param(number, DIALECT) for number in (0, 9, 2**52, -(2**52))]
    assert len({len(value) for value in encrypted if value}) == 1


def test_an_id_becomes_its_hmac_and_an_hmac_stays() -> None:
    once = IdHmac("t.c").process_bind_param(42, DIALECT)
    assert once == KEYRING.hmac(42, "t.c")
    assert IdHmac("t.c").process_bind_param(once, DIALECT) == once


@given(st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2900, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001
def test_a_time_keeps_its_moment_whatever_its_zone(moment: datetime, hours: int) -> None:
    given_time = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    stored = UtcTime().process_bind_param(given_time, DIALECT)
    loaded = UtcTime().process_result_value(stored, DIALECT)
    assert loaded == given_time
    assert loaded is not None
    assert loaded.tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        UtcTime().process_bind_param(datetime(2025, 6, 1), DIALECT)  # noqa: DTZ001
