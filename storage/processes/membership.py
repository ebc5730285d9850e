"""Which processes use a database now, and the changes that they are told of."""

from __future__ import annotations

import asyncio
import secrets
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self


class Topic(StrEnum):
    """What has changed in the database; the name of PostgreSQL's channel for it."""

    INBOX = "digitbot_inbox"  # an update was assigned to another process
    ACTIVE_MODEL = "digitbot_active_model"
    TRAINING_RUNS = "digitbot_training_runs"


def new_process_name() -> str:
    """A random name for one start of a program: eight hexadecimal digits."""
    return secrets.token_hex(4)


class Membership(Protocol):
    """One process among those that use a database, for the time of the context.

    A process counts as a member as long as it lives: the operating system, or PostgreSQL, takes its lock back when it
    dies, however it dies. After PostgreSQL was out of reach a living process may be missing for some seconds.
    """

    process: str

    async def __aenter__(self) -> Self:
        """Raises ``StorageError``."""
        ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...

    async def leave(self) -> None:
        """Be no member from now on, before the context ends."""
        ...

    async def members(self) -> frozenset[str]:
        """The names of the processes that live, this one included. Raises ``StorageError``."""
        ...

    def changed(self, topic: Topic) -> asyncio.Event:
        """An event that is set when a process commits a change of this kind (``notifications.notify``), and when
        notifications may have been missed; whoever waits for it clears it. It is never set in SQLite, so wait for it
        with a time limit."""
        ...
