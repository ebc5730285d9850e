"""Backups are whole, private and verified; a restore puts them back or changes nothing."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from storage import people, readings
from storage.backup import backup, restore
from storage.database import Database
from storage.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseFull,
    DatabaseMissing,
    DatabaseReadOnly,
    StorageError,
    TargetExists,
)
from storage.integrity_check import check_integrity
from storage.keyring import Keyring
from storage.migrations import configuration
from storage.people import PersonRecord
from storage.sqlite_file import KEY_CHECK
from storage.tables import utc_now


def open_sqlite(path: Path, keyring: Keyring) -> Database:
    return Database(f"sqlite+aiosqlite:///{path}", keyring)


async def names(path: Path, keyring: Keyring) -> list[str]:
    async with open_sqlite(path, keyring) as db, db.read() as session:
        found = [await people.by_telegram_id(session, number) for number in range(100, 150)]
    return [person.name for person in found if person]


async def add(path: Path, keyring: Keyring, number: int) -> None:
    async with open_sqlite(path, keyring) as db, db.write() as session:
        await people.get_or_create(session, number, f"person {number}", "en")


def others(path: Path) -> set[str]:
    return {file.name for file in path.parent.iterdir()} - {path.name}


async def test_a_full_disk_is_told_as_such(
    furnished: Path, tmp_path: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(DatabaseFull):
        backup(furnished, tmp_path / "monday.db")
    with pytest.raises(DatabaseFull):
        keyring.write_new(tmp_path / "encryption-key")


async def test_a_backup_holds_everything_and_is_private(furnished: Path, tmp_path: Path, keyring: Keyring) -> None:
    target = tmp_path / "backups" / "monday.db"
    backup(furnished, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert stat.S_IMODE(target.parent.stat().st_mode) == 0o700
    assert others(target) == set()
    assert check_integrity(target, keyring) == check_integrity(furnished, keyring)
    assert check_integrity(target, keyring).values > 8


async def test_a_running_bot_is_backed_up_with_what_still_stands_in_its_journal(
    db: Database, path: Path, tmp_path: Path, keyring: Keyring
) -> None:
    async with db.write() as session:
        await people.get_or_create(session, 101, "person 101", "en")
    assert path.with_name(path.name + "-wal").stat().st_size > 0
    async with db.write() as session:
        await people.get_or_create(session, 102, "not committed yet", "en")
        await asyncio.to_thread(backup, path, tmp_path / "copy.db")
    assert await names(tmp_path / "copy.db", keyring) == ["person 101"]


async def test_a_backup_never_overwrites(furnished: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious.db"
    target.write_text("precious")
    with pytest.raises(TargetExists, match=r"precious\.db"):
        backup(furnished, target)
    assert target.read_text() == "precious"


@pytest.mark.parametrize("content", [None, b"no database at all", b"SQLite format 3\x00" + b"\xab" * 9000])
def test_what_is_no_database_gives_no_backup(tmp_path: Path, content: bytes | None) -> None:
    source, target = tmp_path / "source.db", tmp_path / "to" / "copy.db"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(DatabaseMissing if content is None else DatabaseDamaged):
        backup(source, target)
    assert list(target.parent.iterdir()) == []


def test_what_is_no_file_is_not_restored(named_pipe: Path, tmp_path: Path, keyring: Keyring) -> None:
    for source in (named_pipe, Path("/dev/zero"), Path(), tmp_path / "nothing"):
        with pytest.raises(DatabaseMissing):
            restore(source, tmp_path / "to" / "digitbot.db", keyring)
        assert not (tmp_path / "to").exists()


def test_an_empty_file_gives_no_backup(tmp_path: Path) -> None:
    (tmp_path / "source.db").touch()
    with pytest.raises(DatabaseDamaged):
        backup(tmp_path / "source.db", tmp_path / "copy.db")


def test_a_place_that_cannot_be_written_is_said_so(furnished: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseReadOnly):
        backup(furnished, tmp_path / "file" / "copy.db")


async def test_a_restore_brings_the_old_state_back_and_keeps_the_new_one(
    furnished: Path, tmp_path: Path, keyring: Keyring
) -> None:
    await add(furnished, keyring, 101)
    backup(furnished, tmp_path / "copy.db")
    await add(furnished, keyring, 102)
    kept = restore(tmp_path / "copy.db", furnished, keyring)
    assert await names(furnished, keyring) == ["person 101"]
    assert stat.S_IMODE(furnished.stat().st_mode) == 0o600
    assert kept is not None
    assert await names(kept, keyring) == ["person 101", "person 102"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


async def test_a_restore_onto_a_new_machine_needs_no_database(
    furnished: Path, tmp_path: Path, keyring: Keyring
) -> None:
    await add(furnished, keyring, 101)
    backup(furnished, tmp_path / "copy.db")
    fresh = tmp_path / "fresh" / "digitbot.db"
    assert restore(tmp_path / "copy.db", fresh, keyring) is None
    assert await names(fresh, keyring) == ["person 101"]


def test_a_backup_of_an_earlier_program_is_migrated_by_the_restore(tmp_path: Path, keyring: Keyring) -> None:
    old, fresh = tmp_path / "old.db", tmp_path / "fresh" / "digitbot.db"
    engine = create_engine(f"sqlite:///{old}")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0002")
        check = keyring.encrypt(KEY_CHECK.encode(), "settings.value")
        connection.execute(text("INSERT INTO settings VALUES (:name, :value)"), {"name": KEY_CHECK, "value": check})
    engine.dispose()
    restore(old, fresh, keyring)
    assert check_integrity(fresh, keyring).problems == ()


async def test_a_restore_under_a_running_bot_is_refused(
    db: Database, path: Path, anna: PersonRecord, tmp_path: Path, keyring: Keyring
) -> None:
    backup(path, tmp_path / "copy.db")
    with pytest.raises(DatabaseBusy):
        await asyncio.to_thread(restore, tmp_path / "copy.db", path, keyring)
    async with db.write() as session:
        assert await people.by_telegram_id(session, anna.telegram_id) == anna
    assert others(path) == {"digitbot.db-wal", "digitbot.db-shm"}


async def test_a_restore_over_a_damaged_database_is_what_it_is_for(
    furnished: Path, tmp_path: Path, keyring: Keyring
) -> None:
    await add(furnished, keyring, 101)
    backup(furnished, tmp_path / "copy.db")
    furnished.write_bytes(b"\xab" * 9000)
    furnished.with_name("digitbot.db-wal").write_bytes(b"\xcd" * 500)
    kept = restore(tmp_path / "copy.db", furnished, keyring)
    assert await names(furnished, keyring) == ["person 101"]
    assert kept is not None
    assert kept.read_bytes() == b"\xab" * 9000


async def test_a_backup_of_another_key_or_with_a_broken_value_is_not_restored(
    furnished: Path, tmp_path: Path, keyring: Keyring
) -> None:
    backup(furnished, tmp_path / "copy.db")
    before = furnished.read_bytes()
    with pytest.raises(StorageError, match="key does not belong"):
        restore(tmp_path / "copy.db", furnished, Keyring.generate())
    other = sqlite3.connect(tmp_path / "copy.db")
    other.execute("UPDATE people SET name = zeroblob(50)")
    other.commit()
    other.close()
    with pytest.raises(StorageError, match="1 rows of people"):
        restore(tmp_path / "copy.db", furnished, keyring)
    assert furnished.read_bytes() == before
    assert others(furnished) == set()


async def test_a_raw_copy_with_its_journal_can_be_restored_too(
    db: Database, path: Path, tmp_path: Path, keyring: Keyring
) -> None:
    async with db.write() as session:
        await people.get_or_create(session, 101, "person 101", "en")
    for file in list(path.parent.iterdir()):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    fresh = tmp_path / "fresh" / "digitbot.db"
    restore(tmp_path / path.name, fresh, keyring)
    assert await names(fresh, keyring) == ["person 101"]


async def test_ids_are_not_reused_after_a_restore(furnished: Path, tmp_path: Path, keyring: Keyring) -> None:
    async with open_sqlite(furnished, keyring) as db, db.write() as session:
        last = await session.scalar(text("SELECT max(id) FROM readings"))
        await readings.purge_expired(session, timedelta(days=7), now=utc_now().replace(year=2100))
    backup(furnished, tmp_path / "copy.db")
    restore(tmp_path / "copy.db", furnished, keyring)
    async with open_sqlite(furnished, keyring) as db, db.read() as session:
        assert await session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'readings'")) == last
