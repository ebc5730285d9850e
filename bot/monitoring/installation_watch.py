"""What is looked at every hour, so that admins hear of it in time: disk, backups, clock, samples, a new base model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from bot.doctor.finding import Finding, Installation
from bot.doctor.local_checks import check_backups, check_clock, check_disk_space
from bot.messages.texts import Texts
from bot.messages.training_message import measured_numbers
from bot.monitoring.admin_notices import AdminNotices, NoticeKind
from bot.services import Services
from bot.settings import Settings
from model.model_bundle import base_checksum
from storage import backup_rotation, base_models, model_versions, samples
from storage.model_versions import VersionRecord
from storage.samples import ReviewPolicy

WATCH_INTERVAL_S: Final = 3600.0


class InstallationWatch:
    """Tells the admins of what runs out, and that an update of the model is due."""

    def __init__(self, services: Services, notices: AdminNotices) -> None:
        self._services = services
        self._notices = notices

    async def check(self) -> None:
        """Each process looks at its own machine, one at the database that all share. Raises StorageError where that
        cannot be read."""
        for kind, finding in await asyncio.to_thread(_faults, self._services.settings):
            await self._notices.tell(kind, _as_told(finding))
        if await self._services.speaks_for_all():
            await self._check_samples()
            await self._check_base()

    async def _check_samples(self) -> None:
        settings = self._services.settings
        enough = settings.retrain_after
        if not enough:
            return
        async with self._services.database.read() as session:
            new = await samples.count_new(session, approved_only=settings.review is ReviewPolicy.ALL)
        if new >= enough:
            await self._notices.tell(NoticeKind.UPDATE_DUE, lambda texts: texts.update_due(new))

    async def _check_base(self) -> None:
        """Whether an upgrade brought a base model that only a training run brings into use."""
        checksum = await asyncio.to_thread(base_checksum)
        async with self._services.database.read() as session:
            base = await base_models.waiting_base(session, checksum)
            active = next((each for each in await model_versions.listing(session) if each.active), None)
        if base and active:
            await self._notices.tell(NoticeKind.NEW_BASE, lambda texts: _base_waiting(texts, base, active))


def _as_told(finding: Finding) -> Callable[[Texts], str]:
    return lambda texts: texts.health([(finding.check, finding.result, finding.mend)])


def _base_waiting(texts: Texts, base: VersionRecord, active: VersionRecord) -> str:
    numbers = [measured_numbers(texts, version) for version in (base, active)]
    return texts.base_waiting(base.name, numbers[0], active.name, numbers[1])


def _faults(settings: Settings) -> list[tuple[NoticeKind, Finding]]:
    """Backups are watched where there are some: who makes none, `digitbot doctor` tells."""
    installation = Installation(settings)
    checks = {NoticeKind.CLOCK: check_clock, NoticeKind.DISK: check_disk_space}
    if backup_rotation.backups(settings.backup_folder):
        checks[NoticeKind.BACKUPS] = check_backups
    findings = [(kind, check(installation)) for kind, check in checks.items()]
    return [(kind, finding) for kind, finding in findings if not finding.is_well]
