"""Receiving: every update is in the database before Telegram is told that it arrived."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from telegram import Update

from bot.identity import Sender
from bot.monitoring.personal_redaction import hide_values_of
from bot.updates.dispatcher import Dispatcher
from storage import inbox
from storage.database import Database
from storage.inbox import IncomingUpdate

log = logging.getLogger(__name__)


class UpdateReceiver:
    """What polling and the webhook share. ``process`` names this start; ``alone``: no other process uses the inbox."""

    def __init__(self, database: Database, dispatcher: Dispatcher, process: str, *, alone: bool = True) -> None:
        self._database = database
        self._dispatcher = dispatcher
        self._process = process
        self._alone = alone

    async def take_over(self) -> int:
        """Dispatch what an earlier process left in the inbox, in order; returns their number. Raises StorageError."""
        async with self._database.write(first=True) as session:
            left = await inbox.claim(session, self._process, alone=self._alone)
        for record in left:
            self._dispatcher.dispatch(record)
        if left:
            log.info("%d updates of before are taken up", len(left))
        return len(left)

    async def receive(self, updates: Sequence[Update]) -> None:
        """Store updates and dispatch those that are new. Raises StorageError: then none of them has arrived."""
        incoming = [_incoming(update) for update in updates]
        hide_values_of(f"[{','.join(each.payload for each in incoming)}]")
        by_id = {update.update_id: update for update in updates}
        async with self._database.write(first=True) as session:
            new = await inbox.receive(session, incoming, self._process)
        for record in new:
            self._dispatcher.dispatch(record, by_id[record.update_id])

    @property
    def has_room(self) -> bool:
        """Whether more may be fetched; what is not fetched stays with Telegram for a day."""
        return self._dispatcher.waiting < inbox.MAX_WAITING

    async def renew(self) -> None:
        """Keep the claims of this process, and take over those of processes that died. Raises StorageError."""
        async with self._database.write() as session:
            await inbox.renew(session, self._process)
        if not self._alone:
            await self.take_over()


def _incoming(update: Update) -> IncomingUpdate:
    chat, sender = update.effective_chat, Sender.of(update)
    return IncomingUpdate(update.update_id, chat.id if chat else 0, sender.id if sender else 0, update.to_json())
