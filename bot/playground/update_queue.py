"""Updates for the bot, kept until acknowledged (core.telegram.org/bots/api#getting-updates)."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Iterable, Set
from dataclasses import dataclass

from bot.playground.delivery_log import DeliveryLog
from bot.playground.notifier import Notifier
from bot.playground.responses import Payload
from bot.playground.schema import check_update

KINDS_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds of updates that are sent only when ``allowed_updates`` names them."""


@dataclass(frozen=True)
class Update:
    """One update, about something in one chat."""

    id: int
    kind: str
    chat_id: int
    content: Payload

    def payload(self) -> Payload:
        """The Bot API's ``Update``."""
        return {"update_id": self.id, self.kind: self.content}


class UpdateQueue:
    """Updates in the order of their ids. ``first`` is the id of the first one."""

    def __init__(self, first: int, delivery_log: DeliveryLog) -> None:
        self._ids = itertools.count(first)
        self._counts = delivery_log.updates
        self._pending: OrderedDict[int, Update] = OrderedDict()
        self._delivered: set[int] = set()
        self._repeats: list[Update] = []
        self.allowed: tuple[str, ...] = ()
        self.notifier = Notifier()

    def __len__(self) -> int:
        return len(self._pending)

    def allow(self, kinds: Iterable[str]) -> None:
        """What is queued from now on; none named means everything but what is sent on request only."""
        self.allowed = tuple(kinds)

    def make(self, kind: str, chat_id: int, content: Payload) -> None:
        """Queues an update, where the bot wants to know of its kind; raises SchemaError where it is none."""
        if kind in self.allowed or (not self.allowed and kind not in KINDS_ON_REQUEST):
            update = Update(next(self._ids), kind, chat_id, content)
            check_update(update.payload())
            self._pending[update.id] = update
            self._counts["made"] += 1
            self.notifier.notify()

    def take(self, offset: int = 0, limit: int = 100) -> list[Update]:
        """Acknowledges everything before ``offset`` and returns what is next. Negative: only the last so many."""
        if offset < 0:
            offset = next(iter([*self._pending][offset:]), 0)
        self._acknowledge_before(offset)
        taken = [*self._repeats, *itertools.islice(self._pending.values(), limit)][:limit]
        del self._repeats[:limit]
        return taken

    def count_delivered(self, ids: Iterable[int]) -> None:
        """Counts updates that have reached the bot, as delivered or as repeated."""
        for number in ids:
            self._counts["repeated" if number in self._delivered else "delivered"] += 1
            self._delivered.add(number)

    def next_of_chats(self, except_for: Set[int]) -> list[Update]:
        """The first pending update of every chat, but for some: a webhook gets a chat's updates one after another."""
        first: dict[int, Update] = {}
        for update in self._pending.values():
            if update.chat_id not in except_for:
                first.setdefault(update.chat_id, update)
        return list(first.values())

    def acknowledge(self, update: Update) -> None:
        """The webhook took this one."""
        if self._pending.pop(update.id, None):
            self._counts["acknowledged"] += 1

    def repeat(self, ids: Iterable[int]) -> None:
        """Delivers these pending updates once more, even if they are acknowledged meanwhile."""
        wanted = set(ids)
        self._repeats.extend(update for update in self._pending.values() if update.id in wanted)

    def drop(self) -> None:
        """Forgets everything that is pending (``drop_pending_updates``)."""
        self._counts["acknowledged"] += len(self._pending)
        self._pending.clear()

    def _acknowledge_before(self, offset: int) -> None:
        while self._pending and next(iter(self._pending)) < offset:
            self._pending.popitem(last=False)
            self._counts["acknowledged"] += 1
