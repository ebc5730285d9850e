"""What every handler stands on: the settings, the memory and the eye, opened and closed with the bot."""

from __future__ import annotations

import uuid
from datetime import timedelta

from model.reader import Reader

from bot.settings import Settings
from bot.texts import Texts, texts_for
from model.served import ServedModel
from storage.database import Database


class House:
    """One running bot's resources. Made cheaply, opened in post_init, closed in post_shutdown."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.database, settings.keyring())
        self.reader = Reader(ServedModel.base(), threads=settings.reading_threads)
        # Tells this start of the bot from the one before it: what that one left unfinished is taken up again.
        self.process = uuid.uuid4().hex

    async def open(self) -> None:
        """Raises StorageError where the database cannot be used."""
        await self.database.open()

    async def close(self) -> None:
        self.reader.close()
        await self.database.close()

    def is_admin(self, person: int) -> bool:
        return person in self.settings.admins

    def texts(self, language: str | None) -> Texts:
        return texts_for(language)

    @property
    def keeping(self) -> timedelta:
        """How long a reading can be put right."""
        return timedelta(days=self.settings.keep_days)
