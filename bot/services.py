"""What every handler stands on: the settings, the memory and the eye, opened and closed with the bot."""

from __future__ import annotations

import uuid
from datetime import timedelta

from bot.active_model import FOLLOW_EVERY, ActiveModelFollower
from bot.periodic_tasks import PeriodicTasks
from bot.settings import Settings
from bot.training_service import TrainingService
from model.reader import Reader
from storage import processed_updates, readings
from storage.database import Database

PURGE_EVERY = 3600.0  # seconds


class Services:
    """One running bot's resources. Made cheaply, opened in post_init, closed in post_shutdown."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.database, settings.keyring())
        # Without a model yet: the registry's active version answers, even where that of the package is damaged.
        self.reader = Reader(None, threads=settings.reading_threads)
        self.registry = ActiveModelFollower(self.database, self.reader)
        self.runs = TrainingService(settings, self.database, self.registry)
        self._periodic_tasks = PeriodicTasks()
        # Tells this start of the bot from the one before it: what that one left unfinished is taken up again.
        self.process = uuid.uuid4().hex

    async def open(self) -> None:
        """Raises StorageError where the database cannot be used, ModelLoadError where no model can be loaded."""
        await self.database.open()
        await self.registry.open()
        self._periodic_tasks.begin("follow the active model", FOLLOW_EVERY, self.registry.follow)
        self._periodic_tasks.begin("purge", PURGE_EVERY, self._purge)

    async def close(self) -> None:
        await self.runs.end()  # one that was asked for while the bot was already ending
        await self._periodic_tasks.end()
        self.reader.close()
        await self.database.close()

    async def _purge(self) -> None:
        """Forget what is no longer needed: readings past their time, updates that cannot come again."""
        async with self.database.write() as session:
            await readings.purge_expired(session, keep=timedelta(days=self.settings.keep_days))
            await processed_updates.purge(session)

    @property
    def threshold(self) -> float:
        """The confidence from which on a digit is told, not asked about: the active model's."""
        return self.reader.model.card.sure_threshold

    def is_admin(self, person: int) -> bool:
        return person in self.settings.admins
