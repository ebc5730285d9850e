"""A group becomes a supergroup, with another id: what was read there stays with it."""

from __future__ import annotations

import logging

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Message, Update

from bot.context import Context
from bot.services import Services
from storage import people, readings
from storage.processes import requested_runs

log = logging.getLogger(__name__)


class ChatMigration:
    """Telegram says it twice, in the group and in the supergroup, in either order."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle(self, update: Update, context: Context) -> None:
        chats = migration_in(update.message) if update.message else None
        if chats is not None:
            async with self._services.database.write() as session:
                await move_chat(session, *chats)
            self._warn_of_settings(*chats)

    def _warn_of_settings(self, old: int, new: int) -> None:
        """Settings name groups by their ids, and only the owner can change them."""
        settings = self._services.settings
        if old in settings.personal_groups | settings.users:
            log.warning("the group %d, which the settings name, has become a supergroup: name %d instead", old, new)


def migration_in(message: Message) -> tuple[int, int] | None:
    """The ids of the group and of the supergroup, where this is the message that tells of it."""
    if message.migrate_to_chat_id is not None:
        return message.chat_id, message.migrate_to_chat_id
    if message.migrate_from_chat_id is not None:
        return message.migrate_from_chat_id, message.chat_id
    return None


async def move_chat(session: AsyncSession, old: int, new: int) -> None:
    """Readings, training runs, and what belongs to the group itself. A second time it changes nothing."""
    await readings.move_chat(session, old, new)
    await requested_runs.move_chat(session, old, new)
    await people.move_chat(session, old, new)
