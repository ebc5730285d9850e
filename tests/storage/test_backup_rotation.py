"""A folder of backups: each is verified, none outlives the promise, and old keys stay as long as they are needed."""

from __future__ import annotations

import os
import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.backup import restore
from storage.backup_rotation import (
    add_backup,
    backups,
    drop_unneeded_keys,
    expire,
    keep_old_key,
    needed_keys,
    old_keys,
)
from storage.errors import DatabaseBusy, StorageError
from storage.key_rotation import replace_key
from storage.keyring import Keyring
from storage.processes.file_membership import FileMembership

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def days(folder: Path) -> list[int]:
    """How many days before NOW each backup was made, the newest first."""
    return [(NOW - each.made_at).days for each in backups(folder)]


def made(folder: Path, *ages: int) -> None:
    folder.mkdir(exist_ok=True)
    for age in ages:
        (folder / f"digitbot-{NOW - age * DAY:%Y%m%d-%H%M%S}.db").touch()


async def test_a_backup_is_private_and_alone_in_its_folder(furnished: Path, folder: Path, keyring: Keyring) -> None:
    target = add_backup(furnished, folder, keyring, NOW)
    assert [path.name for path in folder.iterdir()] == [target.name] == ["digitbot-20261126-030000.db"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


async def test_a_backup_that_cannot_be_restored_is_none(furnished: Path, folder: Path, keyring: Keyring) -> None:
    connection = sqlite3.connect(furnished)
    connection.execute("UPDATE people SET name = zeroblob(50)")
    connection.commit()
    connection.close()
    with pytest.raises(StorageError, match="rows of people"):
        add_backup(furnished, folder, keyring, NOW)
    with pytest.raises(StorageError, match="key does not belong"):
        add_backup(furnished, folder, Keyring.generate(), NOW)
    assert list(folder.iterdir()) == []


def test_the_newest_stay_and_none_outlives_the_promise(folder: Path, tmp_path: Path) -> None:
    made(folder, 0, 1, 2, 6, 8, 400)
    (folder / "mine.db").touch()
    expire(folder, tmp_path / "digitbot.db", 100, WEEK, NOW)
    assert days(folder) == [0, 1, 2, 6]
    expire(folder, tmp_path / "digitbot.db", 2, WEEK, NOW)
    assert days(folder) == [0, 1]
    assert (folder / "mine.db").exists()


def test_backups_of_a_clock_that_was_ahead_do_not_displace_those_of_now(folder: Path, tmp_path: Path) -> None:
    made(folder, -402, -401, -400)
    for age in (2, 1, 0):
        made(folder, age)
        expire(folder, tmp_path / "digitbot.db", 3, WEEK, NOW - age * DAY)
    assert days(folder) == [0, 1, 2]


def test_the_newest_stays_however_old_and_a_wrong_clock_deletes_nothing(folder: Path, tmp_path: Path) -> None:
    made(folder, 30, 31)
    expire(folder, tmp_path / "digitbot.db", 5, WEEK, datetime(1970, 1, 1, tzinfo=UTC))
    assert days(folder) == [30, 31]
    expire(folder, tmp_path / "digitbot.db", 5, WEEK, NOW)
    assert days(folder) == [30]


def test_what_a_restore_set_aside_expires_too(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "digitbot.db.before-20261101T000000000000"
    kept.touch()
    expire(folder, tmp_path / "digitbot.db", 5, WEEK, datetime.now(UTC))
    assert kept.exists()
    expire(folder, tmp_path / "digitbot.db", 5, WEEK, datetime.now(UTC) + 8 * DAY)
    assert not kept.exists()


async def test_an_old_key_stays_until_no_backup_needs_it(
    furnished: Path, folder: Path, keyring: Keyring, tmp_path: Path
) -> None:
    key_file = tmp_path / "key"
    keyring.write_new(key_file)
    before = add_backup(furnished, folder, keyring, NOW)
    kept = keep_old_key(key_file, NOW)
    replace_key(furnished, key_file)
    new = Keyring.load(key_file)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert needed_keys(folder, key_file, new) == ((before, kept),)
    assert drop_unneeded_keys(folder, key_file, new) == ()  # no backup under the new key yet
    after = add_backup(furnished, folder, new, NOW + DAY)
    assert needed_keys(folder, key_file, new) == ((after, key_file), (before, kept))
    assert drop_unneeded_keys(folder, key_file, new) == ()  # the older backup still needs it
    restore(before, tmp_path / "other" / "digitbot.db", Keyring.load(kept))
    before.unlink()
    assert drop_unneeded_keys(folder, key_file, new) == (kept,)
    assert old_keys(key_file) == ()


async def test_a_restore_to_an_empty_place_removes_stale_journals(
    furnished: Path, folder: Path, keyring: Keyring, tmp_path: Path
) -> None:
    target = add_backup(furnished, folder, keyring, NOW)
    place = tmp_path / "place"
    place.mkdir()
    for journal in ("-wal", "-shm"):
        (place / f"digitbot.db{journal}").write_bytes(os.urandom(500))
    restore(target, place / "digitbot.db", keyring)
    assert [path.name for path in place.iterdir()] == ["digitbot.db"]


async def test_a_damaged_database_of_a_running_bot_is_not_replaced(
    furnished: Path, folder: Path, keyring: Keyring
) -> None:
    target = add_backup(furnished, folder, keyring, NOW)
    furnished.write_bytes(b"\xab" * 9000)
    async with FileMembership(furnished, "00000001"):
        with pytest.raises(DatabaseBusy):
            restore(target, furnished, keyring)
    assert furnished.read_bytes() == b"\xab" * 9000
