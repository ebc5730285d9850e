"""The write-ahead log: a file that was closed says so, one whose log was left behind is found out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from storage import people
from storage.backup import backup, restore
from storage.database import Database
from storage.errors import StorageError
from storage.integrity_check import check_integrity
from storage.keyring import Keyring
from storage.write_ahead_log import LOG_DAMAGED, LOG_MISSING, log_problem


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def copied(path: Path, keyring: Keyring, tmp_path: Path) -> Path:
    """A copy of the file alone, made while a person of it still stood in the log only."""
    copy = tmp_path / "copy.db"
    async with Database(url(path), keyring):
        pass
    async with Database(url(path), keyring) as database:
        async with database.write() as session:
            await people.get_or_create(session, 7, "Ann", "en")
        assert path.with_name(path.name + "-wal").stat().st_size
        shutil.copy2(path, copy)
        assert check_integrity(path, keyring).problems == ()  # in use, its log beside it
    assert check_integrity(path, keyring).problems == ()
    return copy


async def test_a_copy_without_the_log_is_not_called_sound_however_often_one_looks(
    copied: Path, keyring: Keyring
) -> None:
    for _ in range(2):
        assert check_integrity(copied, keyring).problems[0] == LOG_MISSING
    async with Database(url(copied), keyring):
        pass
    assert log_problem(copied) == LOG_MISSING


async def test_it_is_no_backup_but_a_backup_of_it_is(copied: Path, keyring: Keyring, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="not complete"):
        restore(copied, tmp_path / "other.db", keyring)
    backup(copied, tmp_path / "backup.db")
    restore(tmp_path / "backup.db", copied, keyring)
    assert check_integrity(copied, keyring).problems == ()


async def test_a_copy_with_its_log_is_sound_and_whole(path: Path, keyring: Keyring, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    async with Database(url(path), keyring) as database:
        async with database.write() as session:
            await people.get_or_create(session, 7, "Ann", "en")
        for ending in ("", "-wal"):
            shutil.copy2(f"{path}{ending}", f"{copy}{ending}")
    assert check_integrity(copy, keyring).values == 2  # the key check and Ann
    assert check_integrity(copy, keyring).problems == ()


async def test_a_log_of_other_bytes_is_named(path: Path, keyring: Keyring, tmp_path: Path) -> None:
    async with Database(url(path), keyring):
        pass
    path.with_name(path.name + "-wal").write_bytes(b"\x37\x7f\x06\x82" + b"other bytes" * 100)
    assert check_integrity(path, keyring).problems[0] == LOG_DAMAGED


async def test_the_last_of_several_to_close_settles_the_file(path: Path, keyring: Keyring) -> None:
    async with Database(url(path), keyring):
        async with Database(url(path), keyring):
            pass
        assert path.with_name(path.name + "-wal").exists()
    assert not path.with_name(path.name + "-wal").exists()
    assert log_problem(path) is None


async def test_a_start_that_fails_leaves_a_settled_file(path: Path, keyring: Keyring) -> None:
    async with Database(url(path), keyring):
        pass
    with pytest.raises(StorageError):
        await Database(url(path), Keyring.generate()).open()
    assert log_problem(path) is None
