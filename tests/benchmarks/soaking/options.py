"""What a soak is asked for, and what it counted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class System(StrEnum):
    """The database system that the bot's processes use."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@dataclass(frozen=True, slots=True)
class Options:
    """How large the soak is; ``webhook``: updates are delivered instead of fetched, as to several ``replicas``."""

    updates: int
    kills: int
    people: int
    replicas: int
    webhook: bool
    system: System
    seed: int
    logs: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What people did, as the playground's books have it: ``updates`` are all that it made for the bot."""

    updates: int
    photos: int
    albums: int
    corrections: int
    undone: int
    people: int


@dataclass(frozen=True, slots=True)
class Disturbances:
    """What was done to the bot; ``twice``: updates delivered to two processes at once."""

    faults: int
    kills: int
    stops: int
    server_restarts: int
    sessions_ended: int
    twice: int


@dataclass(frozen=True, slots=True)
class Broken:
    """Counts that are 0 where the invariants hold.

    ``readings`` and ``people`` are differences between the database and the playground's books, ``orphans`` rows that
    refer to what is not there. ``albums``: messages that sum one up and are missing, or too many. ``files`` remain of a
    process that has ended: temporary ones, and its own beside the database. ``locks``: advisory locks and sessions that
    PostgreSQL still holds.
    """

    without_answer: int
    doubled_without_kill: int
    readings: int
    corrections: int
    people: int
    orphans: int
    albums: int
    waiting: int
    undelivered: int
    unprocessed: int
    files: int
    locks: int
    check_failed: int
    unexpected_ends: int


@dataclass(frozen=True, slots=True)
class Tolerated:
    """What is allowed, and counted: another answer to a photo that was being sent when its process was killed
    (``most_at_one_kill``: as many as there were), and another message that sums up an album likewise."""

    doubled: int
    most_at_one_kill: int
    doubled_albums: int


@dataclass(frozen=True, slots=True)
class Result:
    """All that was counted, in ``seconds``."""

    sent: Sent
    disturbances: Disturbances
    broken: Broken
    tolerated: Tolerated
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether every invariant holds."""
        return not any(asdict(self.broken).values())
