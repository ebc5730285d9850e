"""`digitbot db`: maintain the database: upgrade, check, back up, restore, change the key, move it."""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.cli import db_copy
from bot.cli._arguments import CommandFailed, Commands, command
from bot.cli._database import settings_with_database
from bot.settings import Settings
from storage import backup, backup_rotation, integrity_check, key_rotation
from storage.database import Database
from storage.integrity_check import IntegrityReport
from storage.keyring import Keyring
from storage.server.server_backup import backup_server, restore_server
from storage.server.server_check import check_server
from storage.server.server_key import is_key_of, rekey_server


def add(commands: Commands) -> None:
    parser = command(commands, "db", "maintain the database", "digitbot db backup digitbot-backup.db", run)
    parts = parser.add_subparsers(metavar="WHAT", required=True)
    command(parts, "upgrade", "create the database, or migrate it to this version", "digitbot db upgrade", upgrade)
    command(parts, "check", "look for damage, and whether the key decrypts everything", "digitbot db check", check)
    _add_backup(parts)
    _add_restore(parts)
    db_copy.add(parts)
    _add_rekey(parts)


def _add_backup(parts: Commands) -> None:
    what = "copy the database into one new file, while the bot runs"
    parser = command(parts, "backup", what, "digitbot db backup digitbot-backup.db", save)
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: digitbot-DATE.db in this folder")
    keep = (
        "FILE is a folder (default: DIGITBOT_BACKUPS, else STATE/backups): add a backup there, restore it for a trial, "
        "keep the newest N, and delete those older than DIGITBOT_KEEP_DAYS"
    )
    parser.add_argument("--keep", type=_count, metavar="N", help=keep)


def _count(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError("N is a number from 1")
    return int(text)


def _add_rekey(parts: Commands) -> None:
    what = "encrypt everything with a new key; stop the bot first"
    parser = command(parts, "rekey", what, "digitbot db rekey", change_key)
    where = "the key's file, where it reaches the bot as DIGITBOT_KEY or as a credential"
    parser.add_argument("--key-file", type=Path, metavar="FILE", help=where)


def _add_restore(parts: Commands) -> None:
    what = "replace the database by a backup; stop the bot first"
    parser = command(parts, "restore", what, "digitbot db restore digitbot-backup.db", restore)
    parser.add_argument("file", type=Path, metavar="FILE")


def run(_: argparse.Namespace) -> int:
    raise CommandFailed("say what: upgrade, check, backup, restore, copy or rekey", 2)


def upgrade(_: argparse.Namespace) -> int:
    settings = Settings.load()
    asyncio.run(_opened(Database(settings.database, settings.keyring())))
    print(f"{settings.database_name} is up to date")
    return 0


def check(_: argparse.Namespace) -> int:
    settings = settings_with_database()
    health = _integrity(settings)
    for problem in health.problems:
        print(f"digitbot: {problem}", file=sys.stderr)
    if not health.problems:
        print(f"sound: {health.values} encrypted values and {health.versions} model versions checked")
    return 1 if health.problems else 0


def _integrity(settings: Settings) -> IntegrityReport:
    if settings.on_server:
        return asyncio.run(check_server(settings.database, _keyring(settings)))
    return integrity_check.check_integrity(settings.database_file, _keyring(settings))


def save(options: argparse.Namespace) -> int:
    if options.keep is not None:
        return _rotate(Settings.load(), options.file, options.keep)
    target = options.file or Path(f"digitbot-{datetime.now(UTC):%Y%m%d-%H%M%S}.db")
    _back_up(settings_with_database(), target)
    print(f"{target}: keep it apart from the key, and the key safe: without it a backup is worth nothing")
    return 0


def _back_up(settings: Settings, target: Path) -> None:
    if settings.on_server:
        asyncio.run(backup_server(settings.database, _keyring(settings), target))
    else:
        backup.backup(settings.database_file, target)


def _rotate(settings: Settings, folder: Path | None, keep: int) -> int:
    """Old backups expire even where no new one can be made: people are promised that what they delete goes."""
    folder, now, keyring = folder or settings.backup_folder, datetime.now(UTC), _keyring(settings)
    try:
        made = backup_rotation.add_verified(lambda target: _back_up(settings, target), folder, keyring, now)
    finally:
        longest = timedelta(days=settings.keep_days)
        gone = backup_rotation.expire(folder, settings.replaced_file, keep, longest, now)
    print(f"{made}: verified by a trial restore; {len(gone)} older ones deleted")
    for key in backup_rotation.drop_unneeded_keys(folder, settings.key_file, keyring):
        print(f"{key}: deleted, no backup in {folder} needs it")
    return 0


def restore(options: argparse.Namespace) -> int:
    settings = Settings.load()
    if settings.on_server:
        kept = asyncio.run(restore_server(options.file, settings.database, _keyring(settings), settings.state))
    else:
        kept = backup.restore(options.file, settings.database_file, _keyring(settings))
    before = f"; the database of before is kept as {kept}" if kept else ""
    print(f"{settings.database_name} is now {options.file}{before}")
    return 0


def change_key(options: argparse.Namespace) -> int:
    settings = settings_with_database()
    key_file = _key_file(settings, options.key_file)
    kept = backup_rotation.keep_old_key(key_file, datetime.now(UTC))
    count = _replace_key(settings, key_file)
    print(f"{count} values encrypted with a new key, which is in {key_file}")
    print(f"the key of before is kept in {kept}: every backup made until now needs it, wherever it lies")
    for path, key in backup_rotation.needed_keys(settings.backup_folder, key_file, Keyring.load(key_file)):
        print(f"{path} needs {key or 'a key that is not here'}")
    if key_file == settings.key_file:
        print(f"make a backup now: digitbot db backup --keep N deletes {kept.name} once no backup there needs it")
    else:
        print(f"make a backup now, and delete {kept} once no backup needs it")
    return 0


def _replace_key(settings: Settings, key_file: Path) -> int:
    if not settings.on_server:
        return key_rotation.replace_key(settings.database_file, key_file)
    return key_rotation.replace_key_by(
        key_file,
        lambda keyring: asyncio.run(is_key_of(settings.database, keyring)),
        lambda old, new: asyncio.run(rekey_server(settings.database, old, new)),
    )


def _keyring(settings: Settings) -> Keyring:
    """Of a server it is not known whether it has a database already, which a new key could not open."""
    return settings.present_keyring() if settings.on_server else settings.keyring()


def _key_file(settings: Settings, named: Path | None) -> Path:
    """The file whose key is in use. Raises CommandFailed where it is another, or cannot be known, and KeyUnusable."""
    if named is None and settings.key is not None:
        raise CommandFailed(
            "the key comes from DIGITBOT_KEY or a credential: say with --key-file in which file it is kept "
            f"(or move it into {settings.key_file})"
        )
    held = Keyring.load(named).to_text() if named else None
    if named and settings.key and held != settings.keyring().to_text():
        raise CommandFailed(f"{named} does not hold the key in use")
    return named or settings.key_file


async def _opened(database: Database) -> None:
    async with database:
        pass
