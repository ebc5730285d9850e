"""The advisory locks that digitbot takes in PostgreSQL: two numbers name one, and a database has its own.

https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class AdvisoryLock:
    """A lock by its two signed numbers of 32 bits."""

    group: int
    key: int


# Numbers by which nobody else who uses the same database is likely to name locks: "dgbt", "dgbp", "dgbr" in ASCII.
_GENERAL: Final = 0x64676274
PROCESSES: Final = 0x64676270
ROWS: Final = 0x64676272

WRITE_LOCK: Final = AdvisoryLock(_GENERAL, 1)


def process_lock(process: str) -> AdvisoryLock:
    """The lock that a process of this name (eight hexadecimal digits) holds while it lives."""
    return AdvisoryLock(PROCESSES, int.from_bytes(bytes.fromhex(process), "big", signed=True))


def row_lock(digest: bytes) -> AdvisoryLock:
    """The lock of the rows about an id, by the first 32 bits of its HMAC; two ids may share one, and wait a little."""
    return AdvisoryLock(ROWS, int.from_bytes(digest[:4], "big", signed=True))


def process_name(key: int) -> str:
    """The name of the process whose lock has this key, as an unsigned number, which ``pg_locks`` shows."""
    return f"{key:08x}"
