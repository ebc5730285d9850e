"""`digitbot trainer`: carries out the training runs that bots request from the same database."""

from __future__ import annotations

import argparse
import asyncio
import sys
from importlib.util import find_spec

from bot.cli._arguments import CommandFailed, Commands, command
from bot.cli.serve_commands import forbid_core_dumps
from bot.lifecycle import stopped_by_signals
from bot.monitoring import logs
from bot.retraining.trainer import Trainer
from bot.service_manager import ServiceManager
from bot.settings import Settings, SettingsError
from bot.start_checks import check_storage
from bot.supervision import Supervisor
from storage.database import Database
from storage.errors import KeyUnusable, WrongKey
from storage.processes.membership import Role, new_process_name

NO_TENSORFLOW = (
    "training needs TensorFlow, which is missing: install the train extra, or the cuda extra for a GPU, "
    "by pip install '.[train]' or pip install '.[cuda]' in the checkout"
)


def add(commands: Commands) -> None:
    what = "carry out the training runs that bots with DIGITBOT_TRAINER=separate request"
    example = "DIGITBOT_DATABASE_URL=postgresql+asyncpg://... DIGITBOT_KEY=... digitbot trainer"
    command(commands, "trainer", what, example, run)


def run(_: argparse.Namespace) -> int:
    settings = Settings.load()
    logs.configure(settings.log_level, [])
    forbid_core_dumps()
    if find_spec("tensorflow") is None:
        raise CommandFailed(NO_TENSORFLOW, 78)  # EX_CONFIG, as for bad settings: systemd must not start it again
    check_storage(settings)
    try:
        asyncio.run(_run(settings))
    except (KeyUnusable, WrongKey) as error:
        raise SettingsError(str(error)) from None
    return 0


async def _run(settings: Settings) -> None:
    manager = ServiceManager.from_environment(waiting="opening the database")
    with stopped_by_signals() as stop:
        async with Supervisor() as reporting:
            reporting.watch("reporting to systemd", manager.report)
            await _serve(settings, stop, manager)


async def _serve(settings: Settings, stop: asyncio.Event, manager: ServiceManager) -> None:
    """Carry out runs until ``stop`` is set. Raises StorageError where the database cannot be opened."""
    database = Database(settings.database, settings.keyring())
    async with database, database.membership(new_process_name()) as membership:
        await membership.take(Role.TRAINER)
        trainer = Trainer(settings, database, membership)
        working, stopping = asyncio.create_task(trainer.work()), asyncio.create_task(stop.wait())
        manager.ready(lambda: trainer.status)
        print("digitbot trainer waits for requested runs; Ctrl-C ends it", file=sys.stderr, flush=True)
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        manager.stopping("ending the training run")
        await trainer.stop()
        await working
