"""What is looked at every hour, so that admins hear of it before it hurts: disk, backups, clock, and new samples."""

from __future__ import annotations

import asyncio
from typing import Final

from bot.doctor.finding import Finding, Installation
from bot.doctor.local_checks import check_backups, check_clock, check_disk_space
from bot.messages.texts import CATALOGUES
from bot.monitoring.admin_notices import AdminNotices, NoticeKind
from bot.services import Services
from bot.settings import Settings
from storage import backup_rotation, samples

WATCH_INTERVAL_S: Final = 3600.0


class InstallationWatch:
    """Tells the admins of what runs out, and that an update of the model is due."""

    def __init__(self, services: Services, notices: AdminNotices) -> None:
        self._services = services
        self._notices = notices

    async def check(self) -> None:
        """Raises StorageError where the database cannot be read."""
        texts, settings = CATALOGUES["en"], self._services.settings
        for kind, finding in await asyncio.to_thread(_faults, settings):
            await self._notices.tell(kind, texts.health([(finding.check, finding.result, finding.mend)]))
        if settings.retrain_after:
            async with self._services.database.read() as session:
                new = await samples.count_new(session)
            if new >= settings.retrain_after:
                await self._notices.tell(NoticeKind.UPDATE_DUE, texts.update_due(new))


def _faults(settings: Settings) -> list[tuple[NoticeKind, Finding]]:
    """Backups are watched where there are some: who makes none, `digitbot doctor` tells."""
    installation = Installation(settings)
    checks = {NoticeKind.CLOCK: check_clock, NoticeKind.DISK: check_disk_space}
    if backup_rotation.backups(settings.backup_folder):
        checks[NoticeKind.BACKUPS] = check_backups
    findings = [(kind, check(installation)) for kind, check in checks.items()]
    return [(kind, finding) for kind, finding in findings if not finding.is_well]
