"""`digitbot db`: look after the database: bring it up to date, back it up, put it back, check it, give it a new key."""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.cli._arguments import CommandFailed, Commands, command
from bot.settings import Settings
from storage import backup, integrity_check, key_rotation
from storage.database import Database


def add(commands: Commands) -> None:
    parser = command(commands, "db", "look after the database", "digitbot db backup digitbot-backup.db", run)
    parts = parser.add_subparsers(metavar="WHAT", required=True)
    command(parts, "upgrade", "make the database, or bring it up to date", "digitbot db upgrade", upgrade)
    command(parts, "check", "look for damage, and whether the key opens everything", "digitbot db check", check)
    example = "digitbot db backup digitbot-backup.db"
    saving = command(parts, "backup", "copy the database into one new file, while the bot runs", example, save)
    saving.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: digitbot-DATE.db in this folder")
    example = "digitbot db restore digitbot-backup.db"
    putting = command(parts, "restore", "put a backup in the database's place; stop the bot first", example, restore)
    putting.add_argument("file", type=Path, metavar="FILE")
    command(parts, "rekey", "seal everything with a new key; stop the bot first", "digitbot db rekey", new_key)


def run(_: argparse.Namespace) -> int:
    raise CommandFailed("say what: upgrade, check, backup, restore or rekey", 2)


def upgrade(_: argparse.Namespace) -> int:
    settings = Settings.load()
    asyncio.run(_opened(Database(settings.database, settings.keyring())))
    print(f"{settings.database_file} is up to date")
    return 0


def check(_: argparse.Namespace) -> int:
    settings = Settings.load()
    health = integrity_check.check_integrity(settings.database_file, settings.keyring())
    for problem in health.problems:
        print(f"digitbot: {problem}", file=sys.stderr)
    if not health.problems:
        print(f"sound: {health.values} sealed values and {health.versions} model versions looked at")
    return 1 if health.problems else 0


def save(options: argparse.Namespace) -> int:
    target = options.file or Path(f"digitbot-{datetime.now(UTC):%Y%m%d-%H%M%S}.db")
    backup.backup(Settings.load().database_file, target)
    print(f"{target}: keep it apart from the key, and the key safe: without it a backup is worth nothing")
    return 0


def restore(options: argparse.Namespace) -> int:
    settings = Settings.load()
    kept = backup.restore(options.file, settings.database_file, settings.keyring())
    print(f"{settings.database_file} is {options.file} now" + (f"; what was there is kept as {kept}" if kept else ""))
    return 0


def new_key(_: argparse.Namespace) -> int:
    settings = Settings.load()
    if settings.key is not None:
        raise CommandFailed(
            "the key is given by DIGITBOT_KEY or a credential: take it out, and put it into the key file first"
        )
    count = key_rotation.replace_key(settings.database_file, settings.key_file)
    print(f"{count} values sealed anew; the new key is in {settings.key_file}")
    return 0


async def _opened(database: Database) -> None:
    async with database:
        pass
