"""Another key: everything opens with the new one, nothing with the old; all or nothing, even in a crash."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from storage import people, readings, samples
from storage.database import Database
from storage.errors import DatabaseBusy, DatabaseFull, DatabaseOutdated, DecryptionFailed, KeyUnusable, WrongKey
from storage.integrity_check import check_integrity
from storage.key_rotation import rekey, replace_key
from storage.keyring import Keyring
from storage.people import PersonRecord
from storage.sqlite_file import open_sqlite

ANNA, CHAT = 700_000_001, -1_001_234_567_890


async def story(path: Path, keyring: Keyring) -> tuple[object, ...]:
    """What a bot with this key knows."""
    async with Database(f"sqlite+aiosqlite:///{path}", keyring) as db, db.read() as session:
        anna = await people.by_telegram_id(session, ANNA)
        reading = await readings.by_message(session, CHAT, 10)
        return anna, reading, await samples.consented(session)


async def test_after_a_rekey_the_new_key_tells_the_same_story(furnished: Path, keyring: Keyring) -> None:
    before, new = await story(furnished, keyring), Keyring.generate()
    assert None not in before
    assert rekey(furnished, keyring, new) == 10
    assert await story(furnished, new) == before
    assert check_integrity(furnished, new).problems == ()
    with pytest.raises(WrongKey):
        await story(furnished, keyring)


def test_nothing_encrypted_with_the_old_key_is_left_in_the_file(furnished: Path, keyring: Keyring) -> None:
    with open_sqlite(furnished) as connection:
        old = [
            row[0] for row in connection.execute("SELECT image FROM digits UNION ALL SELECT telegram_hmac FROM people")
        ]
    assert all(value[:40] in furnished.read_bytes() for value in old)
    rekey(furnished, keyring, Keyring.generate())
    content = b"".join(file.read_bytes() for file in furnished.parent.iterdir())
    assert not [value for value in old if value[:40] in content]


def test_a_wrong_old_key_changes_nothing(furnished: Path) -> None:
    before = furnished.read_bytes()
    with pytest.raises(WrongKey):
        rekey(furnished, Keyring.generate(), Keyring.generate())
    assert furnished.read_bytes() == before


def test_a_value_that_does_not_open_stops_it_and_nothing_is_changed(furnished: Path, keyring: Keyring) -> None:
    with open_sqlite(furnished) as connection:
        connection.execute("UPDATE corrections SET image = zeroblob(812) WHERE id = 2")
    with pytest.raises(DecryptionFailed):
        rekey(furnished, keyring, Keyring.generate())
    assert check_integrity(furnished, keyring).problems == (
        "1 rows of corrections cannot be decrypted, or are not found by their id.",
    )


async def test_a_running_bot_is_not_rekeyed(db: Database, path: Path, anna: PersonRecord, keyring: Keyring) -> None:
    with pytest.raises(DatabaseBusy):
        await asyncio.to_thread(rekey, path, keyring, Keyring.generate())
    async with db.read() as session:
        assert await people.by_telegram_id(session, anna.telegram_id) == anna


def test_an_older_schema_is_upgraded_first(furnished: Path, keyring: Keyring) -> None:
    with open_sqlite(furnished) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(DatabaseOutdated, match="db upgrade"):
        rekey(furnished, keyring, Keyring.generate())


def test_the_key_file_gets_the_new_key(furnished: Path, keyring: Keyring, tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    keyring.write_new(key_file)
    assert replace_key(furnished, key_file) == 10
    assert check_integrity(furnished, Keyring.load(key_file)).problems == ()
    assert Keyring.load(key_file).to_text() != keyring.to_text()
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["key"]


@pytest.mark.parametrize("moment", ["before the commit", "after the commit"])
def test_after_a_crash_the_same_call_finishes_the_work(
    furnished: Path, keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    key_file = tmp_path / "key"
    keyring.write_new(key_file)

    def crash(path: Path, old: Keyring, new: Keyring) -> int:
        if moment == "after the commit":
            rekey(path, old, new)
        raise KeyboardInterrupt

    monkeypatch.setattr("storage.key_rotation.rekey", crash)
    with pytest.raises(KeyboardInterrupt):
        replace_key(furnished, key_file)
    monkeypatch.undo()
    either = [Keyring.load(key_file), Keyring.load(tmp_path / "key.new")]
    assert [check_integrity(furnished, key).problems == () for key in either].count(True) == 1
    replace_key(furnished, key_file)
    assert check_integrity(furnished, Keyring.load(key_file)).problems == ()
    assert not (tmp_path / "key.new").exists()


def test_a_full_disk_leaves_the_old_key_in_force(
    furnished: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(connection: sqlite3.Connection, *_: object) -> int:
        connection.execute("UPDATE people SET name = zeroblob(10)")
        connection.execute("PRAGMA max_page_count = 1")
        connection.execute("INSERT INTO seen_updates SELECT 1, zeroblob(1000000), '2025-01-01', 0")
        return 0

    monkeypatch.setattr("storage.key_rotation._rewrite", fill)
    with pytest.raises(DatabaseFull):
        rekey(furnished, keyring, Keyring.generate())
    assert check_integrity(furnished, keyring).problems == ()


def test_a_key_file_that_cannot_be_written_is_said_so(furnished: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeyUnusable):
        replace_key(furnished, tmp_path / "file" / "key")
