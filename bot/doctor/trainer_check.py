"""The check of a separate trainer, where the bot leaves training runs to one."""

from __future__ import annotations

import asyncio
from typing import Final

from bot.doctor.finding import Finding, Installation
from bot.settings import Settings
from storage.database import Database
from storage.errors import StorageError
from storage.processes.membership import Role

START_TRAINER: Final = (
    "start one on the same database (digitbot trainer, or systemctl start digitbot-trainer), or unset DIGITBOT_TRAINER "
    "so that the bot trains itself"
)


def check_trainer(installation: Installation) -> Finding:
    """Whether one runs, on whichever machine: a run that nobody takes waits for ever."""
    settings = installation.settings
    if not settings.has_database:
        return Finding("trainer", "there is no database yet that it could use")
    try:
        trainers = asyncio.run(_trainers(settings))
    except StorageError as error:
        return Finding("trainer", str(error), "see what the check of the database says")
    if not trainers:
        return Finding("trainer", "none is running, so that a requested training run waits", START_TRAINER)
    return Finding("trainer", f"{len(trainers)} running, which takes requested training runs")


async def _trainers(settings: Settings) -> frozenset[str]:
    async with Database(settings.database, settings.present_keyring(), migrate=False) as database:
        return await database.members(Role.TRAINER)
