"""The application's services: what the handlers use, opened and closed together with the bot."""

from __future__ import annotations

import uuid
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Self

from bot.active_model import FOLLOW_INTERVAL_S, ActiveModelFollower
from bot.periodic_tasks import PeriodicTasks
from bot.settings import Settings
from bot.training_service import TrainingService
from model.reader import Reader
from storage import processed_updates, readings
from storage.database import Database

PURGE_INTERVAL_S = 3600.0


class Services:
    """One running bot's resources: ``async with Services(settings) as services``.

    Making them touches neither database nor network; entering opens the database and starts the background tasks.
    """

    def __init__(self, settings: Settings) -> None:
        """Raises KeyUnusable, and ModelLoadError where the package's own model is damaged."""
        self.settings = settings
        self.database = Database(settings.database, settings.keyring())
        # Without a model yet: the registry's active version answers, even where that of the package is damaged.
        self.reader = Reader(None, threads=settings.reading_threads)
        self.active_model = ActiveModelFollower(self.database, self.reader)
        self.training_service = TrainingService(settings, self.database, self.active_model)
        # A random id of this start of the bot: updates that an earlier start left unfinished are handled again.
        self.process = uuid.uuid4().hex
        self._resources = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Raises StorageError where the database cannot be used, ModelLoadError where no model can be loaded: then
        nothing stays open."""
        async with AsyncExitStack() as resources:
            await resources.enter_async_context(self.database)
            resources.callback(self.reader.close)
            await self.active_model.start()
            tasks = await resources.enter_async_context(PeriodicTasks())
            tasks.start("following the active model", FOLLOW_INTERVAL_S, self.active_model.follow)
            tasks.start("purging expired rows", PURGE_INTERVAL_S, self._purge)
            # The last to be entered is the first to be left: training ends while the rest still works.
            await resources.enter_async_context(self.training_service)
            self._resources = resources.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._resources.aclose()

    async def _purge(self) -> None:
        """Delete readings past their time, and updates that Telegram cannot send again."""
        async with self.database.write() as session:
            await readings.purge_expired(session, timedelta(days=self.settings.keep_days))
            await processed_updates.purge(session)

    def is_admin(self, telegram_id: int) -> bool:
        return telegram_id in self.settings.admins
