"""The application's services: what the handlers use, opened and closed together with the bot."""

from __future__ import annotations

from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Self

from prometheus_client import CollectorRegistry
from sqlalchemy.ext.asyncio import AsyncSession

from bot.active_model import FOLLOW_INTERVAL_S, ActiveModelFollower
from bot.adapter_service import PersonalAdapters
from bot.identity import SHARED_IDS, Permissions, Right, Sender
from bot.messages.callback_signer import CallbackSigner
from bot.messages.keyboards import Keyboards
from bot.messages.languages import Languages
from bot.messages.open_questions import OpenQuestions
from bot.messages.stale_buttons import StaleButtons
from bot.messages.texts import Texts
from bot.monitoring.metrics import CorrectionSource, Metrics
from bot.monitoring.photo_log import PhotoLog
from bot.monitoring.state_collector import StateCollector
from bot.periodic_tasks import OnTaskFailed, PeriodicTasks
from bot.photos.photo_turns import PhotoTurns
from bot.settings import Settings
from bot.training_service import TrainingService
from bot.tried_models import TriedModels
from model.reader import Reader
from storage import early_readings, people, readings, retention
from storage.database import Database
from storage.errors import StorageError
from storage.processes.membership import Role, Topic, new_process_name
from storage.tables import utc_now

PURGE_INTERVAL_S = 3600.0
# A scrub that another connection held up is tried again soon: people are told that it is done within the hour.
SCRUB_INTERVAL_S = 600.0


class Services:
    """One running bot's resources: ``async with Services(settings) as services``.

    Making them touches neither database nor network; entering opens the database and starts the background tasks.
    """

    def __init__(self, settings: Settings) -> None:
        """Raises KeyUnusable, and ModelLoadError where the package's own model is damaged."""
        self.settings = settings
        keyring = settings.keyring()
        self.database = Database(settings.database, keyring)
        self.permissions = Permissions(settings.admins, settings.users, settings.open_to_all)
        self.languages = Languages(self.database)
        self.callback_signer = CallbackSigner(keyring)
        # Without a model yet: the registry's active version answers, even where that of the package is damaged.
        self.reader = Reader(None, threads=settings.reading_threads)
        self.metrics = Metrics(CollectorRegistry())
        self.metrics.registry.register(StateCollector(settings, self.reader))
        self.photo_log = PhotoLog(self.metrics)
        self.active_model = ActiveModelFollower(self.database, self.reader, TriedModels(settings.tried_models_file))
        self.personal_adapters = PersonalAdapters(self.database, self.reader, settings.personal_groups)
        # The name of this start of the bot, under which it claims updates of the inbox.
        self.process = new_process_name()
        self.membership = self.database.membership(self.process)
        self.training_service = TrainingService(settings, self.database, self.active_model, self.membership)
        self.stale_buttons = StaleButtons()
        self.open_questions = OpenQuestions(self.stale_buttons)
        self.photo_turns = PhotoTurns(self.database, self.reader, settings.reading_threads, self.process)
        # Whether no other bot uses this database; known once entered.
        self.alone = False
        self.on_task_failed: OnTaskFailed | None = None
        self._resources = AsyncExitStack()

    def note_correction(self, telegram_id: int, source: CorrectionSource) -> None:
        """Count a correction that was stored or undone, and train its person's adapter anew in the background."""
        self.metrics.corrections.labels(source).inc()
        self.personal_adapters.schedule(telegram_id)

    async def __aenter__(self) -> Self:
        """Raises StorageError where the database cannot be used, ModelLoadError where no model can be loaded: then
        nothing stays open."""
        async with AsyncExitStack() as resources:
            await resources.enter_async_context(self.database)
            membership = await resources.enter_async_context(self.membership)
            await membership.take(Role.BOT)
            self.alone = await membership.members(Role.BOT) == {self.process}
            resources.callback(self.reader.close)
            if self.alone:  # else another process's readings look unfinished
                await self.active_model.take_back_deadly(self.process)
            await self.active_model.start()
            tasks = await resources.enter_async_context(PeriodicTasks(self.on_task_failed))
            activated = membership.changed(Topic.ACTIVE_MODEL)
            tasks.start("following the active model", FOLLOW_INTERVAL_S, self.active_model.follow, activated)
            tasks.start("purging expired rows", PURGE_INTERVAL_S, self._purge)
            tasks.start("removing traces of deleted rows", SCRUB_INTERVAL_S, self._scrub)
            resources.push_async_callback(self._end_readings)
            await resources.enter_async_context(self.personal_adapters)
            # The last to be entered is the first to be left: training ends while the rest still works.
            await resources.enter_async_context(self.training_service)
            self._resources = resources.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._resources.aclose()

    async def speaks_for_all(self) -> bool:
        """Whether this process is the one, of those that share the database, that tells what all of them see. Where
        that cannot be known: better told twice than not at all."""
        with suppress(StorageError):
            return self.process == min(await self.membership.members(Role.BOT) | {self.process})
        return True

    async def _end_readings(self) -> None:
        """In an end in good order, what is still being read is no death."""
        with suppress(StorageError):
            async with self.database.write() as session:
                await early_readings.end_all(session, self.process)

    async def _purge(self) -> None:
        """Delete readings past their time, updates that cannot come again or be answered, what belongs to nobody."""
        keep = timedelta(days=self.settings.keep_days)
        async with self.database.write() as session:
            expired = await readings.answers_before(session, utc_now() - keep)
            if await retention.purge(session, keep):
                self.stale_buttons.add(expired)
            await self._forget_shared_ids(session)
        await self.database.scrub()

    @staticmethod
    async def _forget_shared_ids(session: AsyncSession) -> None:
        """Delete what earlier versions stored, with a consent, under an id that strangers share."""
        for shared in SHARED_IDS:
            person = await people.by_telegram_id(session, shared)
            if person is not None:
                await people.forget(session, person.id)

    async def _scrub(self) -> None:
        await self.database.scrub()

    async def owners_keyboards(self, texts: Texts, owner: Sender, *, on_behalf: bool) -> Keyboards:
        """Keyboards for an answer that its owner changes, or an admin for them: it stays in the owner's language."""
        return self.keyboards(await self.languages.of_sender(owner) if on_behalf else texts, owner)

    def keyboards(self, texts: Texts, owner: Sender) -> Keyboards:
        """Keyboards whose buttons work for this sender alone."""
        return Keyboards(texts, self.callback_signer, owner.id, self.permissions.allows(owner, Right.PRESS))
