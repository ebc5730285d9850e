"""A folder of backups: each new one is verified, old ones expire, and the key that each of them needs is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from storage.backup import backup, restore
from storage.errors import KeyUnusable, StorageError
from storage.keyring import Keyring
from storage.retention import EARLIEST_TIME
from storage.sqlite_file import key_matches, open_sqlite

_STAMP: Final = "%Y%m%d-%H%M%S"
_NAME: Final = re.compile(r"digitbot-(\d{8}-\d{6})\.db")


@dataclass(frozen=True, slots=True)
class BackupFile:
    """One backup of a folder, and when it was made (UTC)."""

    path: Path
    made_at: datetime


def backups(folder: Path) -> tuple[BackupFile, ...]:
    """The backups that ``add_backup`` made there, the newest first; other files do not count. Raises ``OSError``."""
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        if (name := _NAME.fullmatch(path.name)) and path.is_file():
            with suppress(ValueError):
                found.append(BackupFile(path, datetime.strptime(name[1], _STAMP).replace(tzinfo=UTC)))
    return tuple(sorted(found, key=lambda each: each.made_at, reverse=True))


def add_backup(database: Path, folder: Path, keyring: Keyring, now: datetime) -> Path:
    """Back up into a new file of ``folder`` (0600), named by ``now``, and restore it for a trial with the key.

    Raises ``StorageError``, also where the trial fails: then the file is gone again.
    """
    return add_verified(lambda target: backup(database, target), folder, keyring, now)


def add_verified(make: Callable[[Path], None], folder: Path, keyring: Keyring, now: datetime) -> Path:
    """``add_backup`` of a database that ``make`` writes into a new file."""
    target = folder / f"digitbot-{now:{_STAMP}}.db"
    make(target)
    try:
        with TemporaryDirectory(dir=folder, prefix=".trial-") as trial:
            restore(target, Path(trial) / "digitbot.db", keyring)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return target


def expire(folder: Path, database: Path, keep: int, longest: timedelta, now: datetime) -> tuple[Path, ...]:
    """Delete all but the newest ``keep`` backups, and every one older than ``longest``; the newest always stays.

    What ``restore`` set aside beside the database expires by its age too. Nothing is deleted by a clock that cannot be
    right, and backups that were made while it was ahead count as the oldest. Returns what is gone. Raises ``OSError``.
    """
    if now < EARLIEST_TIME:
        return ()
    known = sorted(backups(folder), key=lambda each: each.made_at > now)
    gone = [each.path for number, each in enumerate(known) if number and _is_over(number, each, keep, now - longest)]
    gone += [path for path in database.parent.glob(f"{database.name}.before-*") if _modified(path) < now - longest]
    for path in gone:
        path.unlink(missing_ok=True)
    return tuple(gone)


def keep_old_key(key_file: Path, now: datetime) -> Path:
    """Keep the key file, under a name with the date, before another key replaces it. Raises ``KeyUnusable`` and
    ``DatabaseFull``."""
    kept = key_file.with_name(f"{key_file.name}.before-{now:{_STAMP}}")
    Keyring.load(key_file).write_new(kept)
    return kept


def old_keys(key_file: Path) -> tuple[Path, ...]:
    """The keys that were replaced and are kept beside ``key_file``, the newest first."""
    return tuple(sorted(key_file.parent.glob(f"{key_file.name}.before-*"), reverse=True))


def key_of(backup_file: Path, keyrings: Sequence[tuple[Path, Keyring]]) -> Path | None:
    """The key file of ``keyrings`` that decrypts a backup; None where none does. Raises ``StorageError``."""
    with open_sqlite(backup_file) as connection:
        return next((path for path, keyring in keyrings if key_matches(connection, keyring)), None)


def drop_unneeded_keys(folder: Path, key_file: Path, current: Keyring) -> tuple[Path, ...]:
    """Delete old keys once there is a backup under the current one and no backup of ``folder`` needs them.

    Returns what is gone. A backup that cannot be opened may need any of them: then all stay. Raises ``OSError``.
    """
    old = dict(_loaded(old_keys(key_file)))
    keyrings = [(key_file, current), *old.items()]
    try:
        needed = {key_of(each.path, keyrings) for each in backups(folder)}
    except StorageError:
        return ()
    if key_file not in needed or None in needed:
        return ()
    gone = tuple(path for path in old if path not in needed)
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def needed_keys(folder: Path, key_file: Path, current: Keyring) -> tuple[tuple[Path, Path | None], ...]:
    """Each backup with the key file that it needs; None where no key here decrypts it. Raises ``OSError``."""
    keyrings = [(key_file, current), *_loaded(old_keys(key_file))]
    return tuple((each.path, _key_or_none(each.path, keyrings)) for each in backups(folder))


def _key_or_none(path: Path, keyrings: Sequence[tuple[Path, Keyring]]) -> Path | None:
    try:
        return key_of(path, keyrings)
    except StorageError:
        return None


def _loaded(paths: Sequence[Path]) -> Iterator[tuple[Path, Keyring]]:
    for path in paths:
        with suppress(KeyUnusable):
            yield path, Keyring.load(path)


def _is_over(number: int, each: BackupFile, keep: int, earliest: datetime) -> bool:
    return number >= keep or each.made_at < earliest


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.lstat().st_ctime, UTC)
