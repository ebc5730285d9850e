"""The advisory locks that digitbot takes in PostgreSQL: two numbers name one, and a database has its own.

https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from storage.processes.membership import Role


@dataclass(frozen=True, slots=True)
class AdvisoryLock:
    """A lock by its two signed numbers of 32 bits."""

    group: int
    key: int


# Numbers by which nobody else who uses the same database is likely to name locks: "dgbt", "dgbp" and so on in ASCII.
_GENERAL: Final = 0x64676274
PROCESSES: Final = 0x64676270
ROWS: Final = 0x6467626B
_ROLES: Final = {Role.BOT: 0x64676262, Role.RECEIVER: 0x64676272, Role.TRAINER: 0x64676266}

WRITE_LOCK: Final = AdvisoryLock(_GENERAL, 1)


def group_of(role: Role | None) -> int:
    """The first number of the locks by which processes have a role; None: by which they live."""
    return PROCESSES if role is None else _ROLES[role]


def process_lock(process: str, role: Role | None = None) -> AdvisoryLock:
    """The lock that a process of this name (eight hexadecimal digits) holds while it lives, or has a role."""
    return AdvisoryLock(group_of(role), int.from_bytes(bytes.fromhex(process), "big", signed=True))


def row_lock(digest: bytes) -> AdvisoryLock:
    """The lock of the rows about an id, by the first 32 bits of its HMAC; two ids may share one, and wait a little."""
    return AdvisoryLock(ROWS, int.from_bytes(digest[:4], "big", signed=True))


def process_name(key: int) -> str:
    """The name of the process whose lock has this key, as an unsigned number, which ``pg_locks`` shows."""
    return f"{key:08x}"
