"""The queue of updates for the bot, kept until acknowledged (core.telegram.org/bots/api#getting-updates)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from bot.playground.delivery_log import DeliveryLog
from bot.playground.notifier import Notifier
from bot.playground.responses import Payload
from bot.playground.schema import check_update

ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds that are sent only when asked for."""


@dataclass(frozen=True)
class Update:
    """One thing that the bot is told."""

    id: int
    kind: str
    content: Payload

    def payload(self) -> Payload:
        return {"update_id": self.id, self.kind: self.content}


class Updates:
    """Updates in order. ``first`` is the id of the first one."""

    def __init__(self, first: int, books: DeliveryLog) -> None:
        self._ids = itertools.count(first)
        self._books = books
        self._waiting: list[Update] = []
        self._delivered: set[int] = set()
        self._again: list[Update] = []
        self.taken: list[Update] = []
        self.allowed: tuple[str, ...] = ()
        self.bell = Notifier()

    def __len__(self) -> int:
        return len(self._waiting)

    def allow(self, kinds: Iterable[str]) -> None:
        """What is queued from now on; none named means everything but what is sent on request only."""
        self.allowed = tuple(kinds)

    def make(self, kind: str, content: Payload) -> None:
        """Queues an update, where the bot wants to know of its kind; raises SchemaError where it is none."""
        if kind in self.allowed or (not self.allowed and kind not in ON_REQUEST):
            update = Update(next(self._ids), kind, content)
            check_update(update.payload())
            self._waiting.append(update)
            self._books.updates["made"] += 1
            self.bell.ring()

    def take(self, offset: int = 0, limit: int = 100) -> list[Update]:
        """Acknowledges everything before ``offset`` and returns what is next. Negative: only the last so many."""
        if offset < 0:
            offset = min((update.id for update in self._waiting[offset:]), default=0)
        self._acknowledge([update for update in self._waiting if update.id < offset])
        self.taken = [*self._again, *self._waiting][:limit]
        self._again.clear()
        return self.taken

    def delivered(self, updates: Iterable[Update]) -> None:
        """Writes into the books that these have reached the bot."""
        for update in updates:
            repeated = update.id in self._delivered
            self._books.updates["repeated" if repeated else "delivered"] += 1
            self._delivered.add(update.id)

    def acknowledge(self, update: Update) -> None:
        """The webhook took this one."""
        self._acknowledge([update])

    def repeat(self, updates: Iterable[Update]) -> None:
        """Delivers these once more, acknowledged or not."""
        self._again.extend(updates)

    def drop(self) -> None:
        """Forgets everything that waits (drop_pending_updates)."""
        self._acknowledge(list(self._waiting))

    def _acknowledge(self, gone: list[Update]) -> None:
        self._books.updates["acknowledged"] += len(gone)
        ids = {update.id for update in gone}
        self._waiting = [update for update in self._waiting if update.id not in ids]
