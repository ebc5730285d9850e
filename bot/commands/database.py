"""`digitbot db`: the database from the command line."""

from __future__ import annotations

import argparse
import asyncio

from bot.commands.parsing import Commands, Failed, command
from bot.settings import Settings
from storage.database import Database


def add(commands: Commands) -> None:
    parser = command(commands, "db", "look after the database", "digitbot db upgrade", run)
    parts = parser.add_subparsers(metavar="WHAT", required=True)
    command(parts, "upgrade", "make the database, or bring it up to date", "digitbot db upgrade", upgrade)


def run(_: argparse.Namespace) -> int:
    raise Failed("say what: upgrade", 2)


def upgrade(_: argparse.Namespace) -> int:
    path = asyncio.run(_upgraded())
    print(f"{path} is up to date")
    return 0


async def _upgraded() -> str:
    settings = Settings.load()
    async with Database(settings.database, settings.keyring()) as database:
        return str(database.path)
