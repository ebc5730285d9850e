"""Which language somebody is written to in: the one they chose with /language, else that of their Telegram client."""

from __future__ import annotations

import logging

from telegram import Update

from bot.context import Context
from bot.identity import Sender
from bot.messages.texts import Texts, texts_for
from storage import people
from storage.database import Database
from storage.errors import StorageError

log = logging.getLogger(__name__)


class Languages:
    """Looks choices up in the database, where every process of the bot sees them at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, update: Update, context: Context) -> None:
        """For all handlers after this one: put the choice of the update's sender into the context."""
        sender = Sender.of(update)
        if sender is not None and sender.is_person:
            context.language, _ = await self._stored(sender.id)

    async def of_sender(self, sender: Sender | None) -> Texts:
        """The texts for whoever sent an update."""
        if sender is None:
            return texts_for(None)
        chosen, _ = await self._stored(sender.id) if sender.is_person else (None, None)
        return texts_for(chosen or sender.language)

    async def of_id(self, telegram_id: int) -> Texts:
        """The texts for a person who has sent nothing just now."""
        chosen, last = await self._stored(telegram_id)
        return texts_for(chosen or last)

    async def _stored(self, telegram_id: int) -> tuple[str | None, str | None]:
        """Without the database everything is said in the language of the Telegram client."""
        try:
            async with self._database.read() as session:
                return await people.languages_of(session, telegram_id)
        except StorageError as error:
            log.warning("a chosen language cannot be looked up: %s", error)
            return None, None
