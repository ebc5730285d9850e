"""Receiving: every update is in the database before Telegram is told that it arrived."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Update

from bot.identity import Sender
from bot.monitoring.personal_redaction import hide_values_of
from bot.updates.dispatcher import Dispatcher
from bot.updates.shared_inbox import SharedInbox
from storage.inbox import MAX_WAITING, IncomingUpdate


class UpdateReceiver:
    """What polling and the webhook share."""

    def __init__(self, shared_inbox: SharedInbox, dispatcher: Dispatcher) -> None:
        self._inbox = shared_inbox
        self._dispatcher = dispatcher

    async def receive(self, updates: Sequence[Update]) -> None:
        """Store updates and have those that are new handled. Raises StorageError: then none of them has arrived."""
        hide_values_of(f"[{','.join(update.to_json() for update in updates)}]")
        await self._inbox.receive([_incoming(update) for update in updates])

    @property
    def has_room(self) -> bool:
        """Whether more may be fetched; what is not fetched stays with Telegram for a day."""
        return self._dispatcher.waiting < MAX_WAITING and self._inbox.has_room


def _incoming(update: Update) -> IncomingUpdate:
    chat, sender = update.effective_chat, Sender.of(update)
    return IncomingUpdate(update.update_id, chat.id if chat else 0, sender.id if sender else 0, update.to_json())
