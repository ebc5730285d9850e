"""The keys of the database: one secret, from which the encryption key and the HMAC key are derived."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.durable_files import flush_names
from storage.errors import DatabaseFull, DecryptionFailed, KeyUnusable, is_disk_full

SECRET_BYTES: Final = 32
# AES-GCM with random 96-bit nonces is good for 2**32 values a key (NIST SP 800-38D, 8.3): far beyond this bot's life.
NONCE_BYTES: Final = 12
# The first byte of every encrypted value, so that another cipher can follow without guessing.
FORMAT: Final = b"\x01"


class Keyring:
    """Encrypts values and makes the HMACs by which ids are looked up. Thread-safe; never shows its secret.

    ``encrypt`` and ``decrypt`` are AES-256-GCM; ``context`` (table and column) is bound to the value, so that a value
    copied into another column does not decrypt. ``hmac`` is HMAC-SHA256: the same id gives the same 32 bytes, which say
    nothing about it to whoever lacks the key. Both keys are derived from the secret by HKDF (RFC 5869). Raises
    ``KeyUnusable`` where the secret has not 32 bytes.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_BYTES:
            raise KeyUnusable
        self._secret = secret
        # The purposes are part of the format: another word would be another key.
        self._cipher = AESGCM(_derive(secret, b"digitbot: seal, 1"))
        self._hmac_key = _derive(secret, b"digitbot: find, 1")

    @classmethod
    def generate(cls) -> Self:
        return cls(secrets.token_bytes(SECRET_BYTES))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """From 32 bytes in base64 (either alphabet); raises ``KeyUnusable``."""
        try:
            return cls(base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True))
        except (binascii.Error, ValueError):
            raise KeyUnusable from None

    def to_text(self) -> str:
        """The secret itself in base64, to be kept apart from the database."""
        return base64.b64encode(self._secret).decode("ascii")

    @classmethod
    def load(cls, path: Path) -> Self:
        """From a key file; raises ``KeyUnusable``, also for a pipe or a device, whose reading may not end."""
        try:
            if not path.is_file():
                raise KeyUnusable
            return cls.from_text(path.read_text("ascii"))
        except (OSError, UnicodeDecodeError):
            raise KeyUnusable from None

    @classmethod
    def load_or_create(cls, path: Path) -> Self:
        """From a key file, made at the first start with mode 0600; raises ``KeyUnusable`` and ``DatabaseFull``.

        Two processes that start at once end up with one key: a whole file is linked into place, and the first wins.
        """
        if not path.exists():
            cls.generate().write_new(path)
        return cls.load(path)

    def write_new(self, path: Path) -> None:
        """Write the key into a new private file, in one step; one that is there already stays. Raises ``KeyUnusable``
        and ``DatabaseFull``."""
        try:
            _write_new(path, self.to_text())
        except OSError as error:
            raise (DatabaseFull if is_disk_full(error) else KeyUnusable) from None

    def encrypt(self, value: bytes, context: str) -> bytes:
        """The value encrypted with a nonce of its own: format byte, 12 bytes of nonce, ciphertext with its tag."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return FORMAT + nonce + self._cipher.encrypt(nonce, value, context.encode())

    def decrypt(self, encrypted: object, context: str) -> bytes:
        """What ``encrypt`` was given; raises ``DecryptionFailed``, also for what is no bytes (in a damaged file)."""
        if not isinstance(encrypted, bytes):
            raise DecryptionFailed
        start = len(FORMAT)
        nonce, content = encrypted[start : start + NONCE_BYTES], encrypted[start + NONCE_BYTES :]
        if not encrypted.startswith(FORMAT) or len(nonce) < NONCE_BYTES:
            raise DecryptionFailed
        try:
            return self._cipher.decrypt(nonce, content, context.encode())
        except InvalidTag:
            raise DecryptionFailed from None

    def hmac(self, value: int, context: str) -> bytes:
        """The 32 bytes under which an id is looked up in ``context``."""
        return hmac.digest(self._hmac_key, f"{context}:{value}".encode(), hashlib.sha256)


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)


def _write_new(path: Path, text: str) -> None:
    """Write a new private file in one step, so that it is on the disk; a file that is there already stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            return
        flush_names(path.parent)
    finally:
        draft.unlink(missing_ok=True)
