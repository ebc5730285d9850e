"""Column types: encrypted values, HMACs of ids, times in UTC. The keyring comes with the engine."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from typing import Protocol, TypeVar, cast

from sqlalchemy import DateTime, Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from storage.keyring import Keyring

T = TypeVar("T")


class _Keyed(Protocol):
    keyring: Keyring


def attach_keyring(dialect: Dialect, keyring: Keyring) -> None:
    """Give an engine's dialect the keyring that its encrypted columns use."""
    cast("_Keyed", dialect).keyring = keyring


def keyring_of(dialect: Dialect) -> Keyring:
    """The keyring that ``attach_keyring`` gave."""
    return cast("_Keyed", dialect).keyring


class Encrypted(TypeDecorator[T]):
    """A column that only the key's owner can read. ``context`` is ``"table.column"`` and bound to every value.

    Every value is encrypted with a nonce of its own, so an encrypted column cannot be compared in SQL: find rows by an
    ``IdHmac`` beside it. NULL stays NULL. Raises ``DecryptionFailed`` while loading a value that cannot be decrypted.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def encode(self, value: T) -> bytes:
        raise NotImplementedError

    def decode(self, content: bytes) -> T:
        raise NotImplementedError

    def process_bind_param(self, value: T | None, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).encrypt(self.encode(value), self.context)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> T | None:
        return None if value is None else self.decode(keyring_of(dialect).decrypt(value, self.context))


class EncryptedBytes(Encrypted[bytes]):
    """Encrypted bytes, as they are."""

    cache_ok = True

    def encode(self, value: bytes) -> bytes:
        return value

    def decode(self, content: bytes) -> bytes:
        return content


class EncryptedText(Encrypted[str]):
    """Encrypted text, UTF-8 inside (a lone surrogate, which Telegram never sends, is kept)."""

    cache_ok = True

    def encode(self, value: str) -> bytes:
        return value.encode("utf-8", "surrogatepass")

    def decode(self, content: bytes) -> str:
        return content.decode("utf-8", "surrogatepass")


class EncryptedInt(Encrypted[int]):
    """An encrypted whole number of up to 63 bits (Telegram's ids have 52): its length says nothing of its size."""

    cache_ok = True

    def encode(self, value: int) -> bytes:
        return struct.pack(">q", value)

    def decode(self, content: bytes) -> int:
        number: int = struct.unpack(">q", content)[0]
        return number


class EncryptedFloats(Encrypted[tuple[float, ...]]):
    """Encrypted numbers, eight bytes each, any count."""

    cache_ok = True

    def encode(self, value: tuple[float, ...]) -> bytes:
        return struct.pack(f">{len(value)}d", *value)

    def decode(self, content: bytes) -> tuple[float, ...]:
        return struct.unpack(f">{len(content) // 8}d", content)


class IdHmac(TypeDecorator[int | bytes]):
    """The column by which an id is found: an id goes in (as a value or in a comparison), its HMAC lies in the table.

    What is loaded is the bare HMAC (32 bytes), which may be compared and stored again as it is. ``context`` names the
    encrypted column that holds the id itself.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, context: str) -> None:
        super().__init__()
        self.context = context

    def process_bind_param(self, value: int | bytes | None, dialect: Dialect) -> bytes | None:
        return keyring_of(dialect).hmac(value, self.context) if isinstance(value, int) else value

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        return value


class UtcTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the table. A naive time is refused, since nobody knows which moment it is."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)
