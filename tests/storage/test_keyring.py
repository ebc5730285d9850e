"""The keyring encrypts, opens and finds; its file is private and made once."""

from __future__ import annotations

import base64
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import DecryptionFailed, KeyUnusable
from storage.keyring import Keyring

KEYRING = Keyring(bytes(range(32)))
PINNED_CIPHERTEXT = "01000000000000000000000000ae1a45fead7a556d0185a9088a31d09e07"
PINNED_HMAC = "5b57de67d752f9632181811ce7d41785a27a8dd08a29fa979e7bc12679cade16"


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=2000), st.text(max_size=40).filter(lambda text: text.isascii()))
def test_what_is_encrypted_opens_again(value: bytes, context: str) -> None:
    assert KEYRING.decrypt(KEYRING.encrypt(value, context), context) == value


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=100), st.data())
def test_a_changed_bit_anywhere_is_noticed(value: bytes, data: st.DataObject) -> None:
    encrypted = bytearray(KEYRING.encrypt(value, "t.c"))
    encrypted[data.draw(st.integers(0, len(encrypted) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(DecryptionFailed):
        KEYRING.decrypt(bytes(encrypted), "t.c")


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=60))
def test_what_was_never_encrypted_does_not_open(value: bytes) -> None:
    with pytest.raises(DecryptionFailed):
        KEYRING.decrypt(value, "t.c")


def test_a_value_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(DecryptionFailed):
        KEYRING.decrypt(KEYRING.encrypt(b"7", "people.name"), "people.telegram_id")


def test_another_key_does_not_open() -> None:
    with pytest.raises(DecryptionFailed):
        Keyring.generate().decrypt(KEYRING.encrypt(b"7", "t.c"), "t.c")


def test_the_same_value_is_never_encrypted_alike() -> None:
    assert len({KEYRING.encrypt(b"7", "t.c") for _ in range(100)}) == 100


def test_an_id_is_found_by_the_same_key_and_column_only() -> None:
    found = KEYRING.hmac(42, "people.telegram_id")
    assert found == Keyring(bytes(range(32))).hmac(42, "people.telegram_id")
    assert len({found, KEYRING.hmac(43, "people.telegram_id"), KEYRING.hmac(42, "readings.chat_id")}) == 3
    assert found != Keyring.generate().hmac(42, "people.telegram_id")


def test_hmac_and_encryption_use_different_keys() -> None:
    keys = {KEYRING._hmac_key, KEYRING._secret}
    assert len(keys) == 2
    with pytest.raises(DecryptionFailed):
        Keyring(KEYRING._hmac_key).decrypt(KEYRING.encrypt(b"7", "t.c"), "t.c")


def test_these_are_the_derived_values_for_good() -> None:
    """Pinned: a change here would make every database in the world unreadable."""
    encrypted = bytes.fromhex("01000000000000000000000000") + KEYRING._cipher.encrypt(bytes(12), b"7", b"t.c")
    assert KEYRING.decrypt(encrypted, "t.c") == b"7"
    assert encrypted.hex() == PINNED_CIPHERTEXT
    assert KEYRING.hmac(42, "t.c").hex() == PINNED_HMAC


def test_the_text_form_brings_the_key_back() -> None:
    text = KEYRING.to_text()
    assert Keyring.from_text(f" {text}\n").hmac(1, "t.c") == KEYRING.hmac(1, "t.c")
    urlsafe = base64.urlsafe_b64encode(bytes([255] * 32)).decode()
    assert Keyring.from_text(urlsafe).to_text() == base64.b64encode(bytes([255] * 32)).decode()


@pytest.mark.parametrize("text", ["", "abc", "not base64 at all!", base64.b64encode(bytes(31)).decode(), "é" * 44])
def test_a_bad_text_is_refused(text: str) -> None:
    with pytest.raises(KeyUnusable, match="32 bytes"):
        Keyring.from_text(text)


def test_a_keyring_does_not_show_its_secret() -> None:
    assert KEYRING.to_text() not in repr(KEYRING)
    assert "\\x01" not in repr(KEYRING)


def test_the_first_start_makes_a_private_key_file(tmp_path: Path) -> None:
    path = tmp_path / "state" / "key"
    keyring = Keyring.load_or_create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert Keyring.load_or_create(path).to_text() == keyring.to_text()
    assert [file.name for file in path.parent.iterdir()] == ["key"]


def test_starts_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keyrings = list(threads.map(Keyring.load_or_create, [tmp_path / "key"] * 32))
    assert len({keyring.to_text() for keyring in keyrings}) == 1


def test_a_damaged_key_file_is_said_so_and_left(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"\xff\xfe half a key")
    with pytest.raises(KeyUnusable):
        Keyring.load_or_create(path)
    assert path.read_bytes() == b"\xff\xfe half a key"


def test_a_pipe_or_a_folder_is_no_key_file(named_pipe: Path, tmp_path: Path) -> None:
    named_pipe.rename(tmp_path / "key")
    for path in (tmp_path / "key", Path("/dev/zero"), tmp_path):
        with pytest.raises(KeyUnusable):
            Keyring.load_or_create(path)


def test_a_key_file_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(KeyUnusable):
        Keyring.load_or_create(tmp_path / "file" / "key")


def test_a_new_key_and_its_name_are_on_the_disk_before_anything_is_encrypted_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path, named = tmp_path / "encryption-key", []

    def fsync(handle: int) -> None:
        named.append((stat.S_ISDIR(os.fstat(handle).st_mode), path.exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    Keyring.load_or_create(path)
    assert named == [(False, False), (True, True)]
