"""`digitbot db`: maintain the database: upgrade, check, back up, restore, change the key."""

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
    parser = command(commands, "db", "maintain the database", "digitbot db backup digitbot-backup.db", run)
    parts = parser.add_subparsers(metavar="WHAT", required=True)
    command(parts, "upgrade", "create the database, or migrate it to this version", "digitbot db upgrade", upgrade)
    command(parts, "check", "look for damage, and whether the key decrypts everything", "digitbot db check", check)
    _add_backup(parts)
    _add_restore(parts)
    command(parts, "rekey", "encrypt everything with a new key; stop the bot first", "digitbot db rekey", change_key)


def _add_backup(parts: Commands) -> None:
    what = "copy the database into one new file, while the bot runs"
    parser = command(parts, "backup", what, "digitbot db backup digitbot-backup.db", save)
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: digitbot-DATE.db in this folder")


def _add_restore(parts: Commands) -> None:
    what = "replace the database by a backup; stop the bot first"
    parser = command(parts, "restore", what, "digitbot db restore digitbot-backup.db", restore)
    parser.add_argument("file", type=Path, metavar="FILE")


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
        print(f"sound: {health.values} encrypted values and {health.versions} model versions checked")
    return 1 if health.problems else 0


def save(options: argparse.Namespace) -> int:
    target = options.file or Path(f"digitbot-{datetime.now(UTC):%Y%m%d-%H%M%S}.db")
    backup.backup(Settings.load().database_file, target)
    print(f"{target}: keep it apart from the key, and the key safe: without it a backup is worth nothing")
    return 0


def restore(options: argparse.Namespace) -> int:
    settings = Settings.load()
    kept = backup.restore(options.file, settings.database_file, settings.keyring())
    before = f"; the database of before is kept as {kept}" if kept else ""
    print(f"{settings.database_file} is now {options.file}{before}")
    return 0


def change_key(_: argparse.Namespace) -> int:
    settings = Settings.load()
    if settings.key is not None:
        raise CommandFailed(
            f"the key comes from DIGITBOT_KEY or a credential: move it into the file {settings.key_file} first"
        )
    count = key_rotation.replace_key(settings.database_file, settings.key_file)
    print(f"{count} values encrypted with a new key, which is in {settings.key_file}")
    return 0


async def _opened(database: Database) -> None:
    async with database:
        pass
