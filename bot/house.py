"""What every handler stands on: the settings, the memory and the eye, opened and closed with the bot."""

from __future__ import annotations

import uuid
from datetime import timedelta

from bot.chores import Chores
from bot.registry import FOLLOW_EVERY, Registry
from bot.runs import Runs
from bot.settings import Settings
from model.reader import Reader
from model.served import ServedModel
from storage import readings, updates
from storage.database import Database

PURGE_EVERY = 3600.0  # seconds


class House:
    """One running bot's resources. Made cheaply, opened in post_init, closed in post_shutdown."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.database, settings.keyring())
        self.reader = Reader(ServedModel.base(), threads=settings.reading_threads)
        self.registry = Registry(self.database, self.reader)
        self.runs = Runs(settings, self.database, self.registry)
        self._chores = Chores()
        # Tells this start of the bot from the one before it: what that one left unfinished is taken up again.
        self.process = uuid.uuid4().hex

    async def open(self) -> None:
        """Raises StorageError where the database cannot be used."""
        await self.database.open()
        await self.registry.open()
        self._chores.begin("follow the active model", FOLLOW_EVERY, self.registry.follow)
        self._chores.begin("purge", PURGE_EVERY, self._purge)

    async def close(self) -> None:
        await self.runs.end()  # one that was asked for while the bot was already ending
        await self._chores.end()
        self.reader.close()
        await self.database.close()

    async def _purge(self) -> None:
        """Forget what is no longer needed: readings past their time, updates that cannot come again."""
        async with self.database.write() as session:
            await readings.purge_expired(session, keep=timedelta(days=self.settings.keep_days))
            await updates.purge(session)

    @property
    def threshold(self) -> float:
        """The confidence from which on a digit is told, not asked about: the active model's."""
        return self.reader.model.card.sure_threshold

    def is_admin(self, person: int) -> bool:
        return person in self.settings.admins
