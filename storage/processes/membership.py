"""Which processes use a database now, and the changes that they are told of."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta
from enum import StrEnum
from types import TracebackType
from typing import Final, Protocol, Self

PROCESS_NAME_LENGTH: Final = 8  # hexadecimal digits


class Topic(StrEnum):
    """What has changed in the database; the name of PostgreSQL's channel for it."""

    INBOX = "digitbot_inbox"  # an update was assigned to another process
    ACTIVE_MODEL = "digitbot_active_model"
    TRAINING_RUNS = "digitbot_training_runs"


class Role(StrEnum):
    """What a process does with the database, beyond using it; it may have several roles, or none."""

    BOT = "bot"  # reads photos, or is about to, or ends
    RECEIVER = "receiver"  # updates of the inbox are assigned to it
    TRAINER = "trainer"  # takes requested training runs


def new_process_name() -> str:
    """A random name for one start of a program: eight hexadecimal digits."""
    return secrets.token_hex(PROCESS_NAME_LENGTH // 2)


class Membership(Protocol):
    """One process among those that use a database, for the time of the context.

    A process counts as a member as long as it lives: the operating system, or PostgreSQL, takes its lock back when it
    dies, however it dies. After PostgreSQL was out of reach a living process may be missing for a while.
    """

    process: str
    missing: timedelta
    """For how long a process that lives may be missing among the members."""

    async def __aenter__(self) -> Self:
        """Raises ``StorageError``."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...

    async def members(self, role: Role | None = None) -> frozenset[str]:
        """The names of the processes that live, or of those with a role, this one included. Raises ``StorageError``."""
        ...

    async def take(self, role: Role) -> None:
        """Have a role from now on, until ``give_up`` or the end. Raises ``StorageError``."""
        ...

    async def give_up(self, role: Role) -> None:
        """Have it no more. Raises ``StorageError``."""
        ...

    def changed(self, topic: Topic) -> asyncio.Event:
        """An event that is set when a process commits a change of this kind (``notifications.notify``), and when
        notifications may have been missed; whoever waits for it clears it. It is never set in SQLite, so wait for it
        with a time limit."""
        ...
