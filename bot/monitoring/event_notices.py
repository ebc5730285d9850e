"""What happens in a bot and is told to its admins: the sentences of each event, for the hooks that report it."""

from __future__ import annotations

from contextlib import suppress

from bot.monitoring.admin_notices import AdminNotices, NoticeKind
from bot.services import Services
from bot.training_service import RunOutcome
from storage import people
from storage.early_readings import TakenBack
from storage.errors import StorageError
from storage.training_runs import RunRecord


class EventNotices:
    """One method an event."""

    def __init__(self, services: Services, notices: AdminNotices) -> None:
        self._services = services
        self._notices = notices

    def listen(self) -> None:
        """Have the services report to this."""
        follower = self._services.active_model
        follower.on_model_skipped = self.versions_skipped
        follower.on_taken_back = self.version_taken_back
        follower.on_networks_damaged = self.networks_damaged
        self._services.on_task_failed = self.task_failed
        self._services.training_service.on_ended = self.run_ended

    async def unexpected_error(self, identifier: str, reason: str = "") -> None:
        """An error that the log has under this id, and the sentence that it has for a person, if it has one."""
        await self._notices.tell(NoticeKind.ERROR, lambda texts: texts.broke(reason), identifier)

    async def task_failed(self, name: str) -> None:
        """A background task failed and begins again."""
        await self._notices.tell(NoticeKind.TASK, lambda texts: texts.task_failed(name))

    async def outage_over(self, seconds: float, reason: str) -> None:
        """Telegram is reached again."""
        await self._notices.tell(NoticeKind.OUTAGE, lambda texts: texts.telegram_was_away(seconds / 60, reason))

    async def versions_skipped(self, skipped: tuple[str, ...], serving: str) -> None:
        """Damaged model versions were skipped, and another one is active. Every process finds them."""
        if not await self._services.speaks_for_all():
            return
        await self._notices.tell(NoticeKind.MODEL, lambda texts: texts.skipped_versions(skipped, serving))

    async def version_taken_back(self, taken: TakenBack) -> None:
        """The bot died over a version's first readings, and the one before it is active again."""
        await self._notices.tell(NoticeKind.MODEL, lambda texts: texts.version_taken_back(taken.version, taken.active))

    async def networks_damaged(self, networks: tuple[str, ...], serving: str) -> None:
        """Networks of the package are damaged."""
        await self._notices.tell(NoticeKind.MODEL, lambda texts: texts.networks_damaged(networks, serving))

    async def run_ended(self, run: RunRecord, outcome: RunOutcome) -> None:
        """Told to all but the admin who started the run and follows it in its own message."""
        self._services.metrics.runs.labels(outcome.state).inc()
        starter = await self._starter(run)
        await self._notices.tell(
            NoticeKind.RUN, lambda texts: texts.run_notice(run.id, outcome.state, outcome.version), but=starter
        )

    async def _starter(self, run: RunRecord) -> frozenset[int]:
        """The Telegram id of the admin who started it; nobody where they are not known any more."""
        starters: set[int] = set()
        with suppress(StorageError):
            async with self._services.database.read() as session:
                for admin in self._services.settings.admins:
                    person = await people.by_telegram_id(session, admin)
                    starters |= {admin} if person and person.id == run.person_id else set()
        return frozenset(starters)
