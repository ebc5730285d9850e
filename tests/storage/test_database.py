"""The file: private, checked at the door, one writer, errors in plain words, nothing half written, nothing legible."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, cast, func, select, text
from sqlalchemy.exc import IntegrityError

from storage import corrections, people, readings
from storage.database import Database
from storage.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseFull,
    DatabaseReadOnly,
    DatabaseTooNew,
    StorageError,
    WrongKey,
)
from storage.keyring import Keyring
from storage.people import PersonRecord
from storage.readings import ReadingRecord
from storage.tables import Person, ProcessedUpdate, StoredDigit

Read = Callable[..., Awaitable[ReadingRecord]]


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def pragma(db: Database, name: str) -> object:
    async with db.read() as session:
        return await session.scalar(text(f"PRAGMA {name}"))


async def test_folder_file_and_journal_are_private(db: Database, path: Path, anna: PersonRecord) -> None:
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"digitbot.db": 0o600, "digitbot.db-wal": 0o600, "digitbot.db-shm": 0o600}


@pytest.mark.usefixtures("path")
async def test_sqlite_is_set_up_as_promised(db: Database) -> None:
    assert await pragma(db, "journal_mode") == "wal"
    assert await pragma(db, "busy_timeout") == 5000
    assert await pragma(db, "synchronous") == 1
    assert await pragma(db, "foreign_keys") == 1
    assert await pragma(db, "secure_delete") == 1


async def test_what_was_committed_is_there_after_a_new_start(address: str, keyring: Keyring) -> None:
    async with Database(address, keyring) as first, first.write() as session:
        anna = await people.get_or_create(session, 42, "Anna", "de")
    async with Database(address, keyring) as second, second.read() as session:
        assert await people.by_telegram_id(session, 42) == anna


async def test_an_exception_rolls_everything_back(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.write() as session:
            await people.get_or_create(session, 42, "Anna", "de")
            raise ZeroDivisionError
    async with db.read() as session:
        assert await people.by_telegram_id(session, 42) is None


@pytest.mark.parametrize("error", [TimeoutError(), FileNotFoundError(), UnicodeDecodeError("utf-8", b"", 0, 0, "")])
async def test_what_fails_beside_the_database_is_no_fault_of_it(db: Database, error: Exception) -> None:
    for session_of in (db.write, db.read):
        with pytest.raises(type(error)) as raised:
            async with session_of() as session:
                await session.scalar(select(1))
                raise error
        assert raised.value is error


async def test_a_cancelled_writer_lets_the_next_one_in(db: Database) -> None:
    begun = asyncio.Event()

    async def stay() -> None:
        async with db.write() as session:
            await people.get_or_create(session, 42, "Anna", "de")
            begun.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(stay())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(2), db.write() as session:
        assert await people.by_telegram_id(session, 42) is None


async def test_writing_in_a_reading_session_is_an_error_and_harms_no_writer(db: Database) -> None:
    with pytest.raises(DatabaseReadOnly):
        async with db.read() as session:
            await people.get_or_create(session, 42, "Anna", "de")
    for _ in range(10):
        async with db.write() as session:
            await people.get_or_create(session, 42, "Anna", "de")


async def test_readers_do_not_wait_for_a_writer_and_see_one_moment(db: Database) -> None:
    async with db.write() as writing:
        await people.get_or_create(writing, 42, "Anna", "de")
        async with asyncio.timeout(2), db.read() as session:
            assert await people.by_telegram_id(session, 42) is None
    async with db.read() as session:
        assert await people.by_telegram_id(session, 42) is not None


async def test_two_hundred_read_then_write_sessions_at_once_all_succeed(address: str, keyring: Keyring) -> None:
    """From two objects on one database, as from two processes: in-process turns alone would not do."""
    async with Database(address, keyring) as one, Database(address, keyring) as two:

        async def count_up(db: Database) -> None:
            async with db.write() as session:
                last = await session.scalar(select(func.max(ProcessedUpdate.update_id))) or 0
                await asyncio.sleep(0)
                session.add(ProcessedUpdate(update_id=last + 1, claimed_by="test"))

        await asyncio.gather(*(count_up(db) for _ in range(100) for db in (one, two)))
        async with one.read() as session:
            assert await session.scalar(select(func.max(ProcessedUpdate.update_id))) == 200


async def test_a_file_that_another_is_just_switching_is_waited_for(path: Path, keyring: Keyring) -> None:
    """SQLite's busy timeout does not hold for the switch to WAL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    held = sqlite3.connect(path, isolation_level=None)
    held.execute("CREATE TABLE something (x)")
    held.execute("BEGIN EXCLUSIVE")
    db = Database(url(path), keyring)
    opening = asyncio.create_task(db.open())
    await asyncio.sleep(0.3)
    assert not opening.done()
    held.execute("DROP TABLE something")
    held.execute("COMMIT")
    held.close()
    await opening
    await db.close()


async def test_two_first_starts_at_once_make_one_database(address: str, keyring: Keyring) -> None:
    databases = [Database(address, keyring) for _ in range(4)]
    await asyncio.gather(*(db.open() for db in databases))
    async with databases[0].write() as session:
        await people.get_or_create(session, 42, "Anna", "de")
    async with databases[3].read() as session:
        assert await people.by_telegram_id(session, 42) is not None
    await asyncio.gather(*(db.close() for db in databases))


async def test_a_fault_of_the_caller_stays_what_it_is(db: Database) -> None:
    with pytest.raises(IntegrityError):
        async with db.write() as session:
            session.add(
                StoredDigit(reading_id=999, position=0, row=0, label=1, confidence=1, probabilities=(), image=b"")
            )
            await session.flush()


async def test_no_error_shows_what_was_bound(db: Database) -> None:
    with pytest.raises(IntegrityError) as error:
        async with db.write() as session:
            session.add_all(ProcessedUpdate(update_id=1, claimed_by="a very private name") for _ in range(2))
            await session.flush()
    assert "private" not in str(error.value)


async def test_a_wrong_key_is_noticed_at_the_door_and_changes_nothing(path: Path, keyring: Keyring) -> None:
    async with Database(url(path), keyring):
        pass
    before = path.read_bytes()
    with pytest.raises(WrongKey, match="key does not belong"):
        await Database(url(path), Keyring.generate()).open()
    assert path.read_bytes() == before
    async with Database(url(path), keyring):
        pass


@pytest.mark.parametrize("content", [b"this is no database " * 300, b"SQLite format 3\x00" + b"\xab" * 5000])
async def test_a_file_that_is_no_database_is_called_damaged(path: Path, keyring: Keyring, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(DatabaseDamaged, match="restore a backup"):
        await Database(url(path), keyring).open()
    assert path.read_bytes() == content


async def test_a_damaged_page_is_noticed_at_the_door(path: Path, keyring: Keyring) -> None:
    async with Database(url(path), keyring):
        pass
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 6] = os.urandom(4096 * 3)
    path.write_bytes(content)
    with pytest.raises(DatabaseDamaged):
        await Database(url(path), keyring).open()


async def test_a_database_of_a_newer_version_is_left_alone(address: str, keyring: Keyring) -> None:
    async with Database(address, keyring) as db, db.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseTooNew, match="newer digitbot"):
        await Database(address, keyring).open()


@pytest.mark.parametrize(
    "address",
    ["", "no address", "sqlite:///x.db", "postgresql://host/db", "postgresql+asyncpg://host", "sqlite+aiosqlite://"],
)
def test_an_address_of_another_kind_is_refused(address: str, keyring: Keyring) -> None:
    with pytest.raises(StorageError, match=r"sqlite\+aiosqlite:///PATH"):
        Database(address, keyring)


async def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path, keyring: Keyring) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DatabaseReadOnly, match="cannot be written"):
        await Database(url(tmp_path / "file" / "digitbot.db"), keyring).open()


AS_ANYBODY = """
import asyncio, os, sys
from storage.database import Database
from storage.errors import StorageError
from storage.keyring import Keyring
keyring = Keyring.from_text(sys.argv[1])
async def main():
    # Everything is imported by the time that root's powers go: the interpreter itself may lie in root's home.
    async with Database("sqlite+aiosqlite:///" + sys.argv[2], keyring):
        pass
    if os.getuid() == 0:
        os.setgroups([]), os.setgid(65534), os.setuid(65534)
    for path in sys.argv[3:]:
        try:
            await Database("sqlite+aiosqlite:///" + path, keyring).open()
        except StorageError as error:
            print(type(error).__name__)
asyncio.run(main())
"""


def without_permission(empty: Path, folder: Path, file_mode: int, folder_mode: int) -> Path:
    path = folder / f"{file_mode:o}-{folder_mode:o}" / "digitbot.db"
    path.parent.mkdir()
    shutil.copy(empty, path)
    path.chmod(file_mode)
    path.parent.chmod(folder_mode)
    return path


def test_a_file_or_folder_without_write_permission_is_said_to_be_read_only(
    empty: Path, tmp_path: Path, keyring: Keyring
) -> None:
    """In a process without root's powers, since nothing is read-only to root."""
    modes = ((0o444, 0o777), (0o666, 0o555), (0o444, 0o555), (0o000, 0o755))
    paths = [without_permission(empty, tmp_path, *pair) for pair in modes]
    if os.getuid() == 0:
        for folder in (tmp_path, *list(tmp_path.parents)[:3]):
            folder.chmod(folder.stat().st_mode | 0o055)
    command = [sys.executable, "-c", AS_ANYBODY, keyring.to_text(), str(tmp_path / "warm.db"), *map(str, paths)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    for path in paths:
        path.parent.chmod(0o700)
    assert (said.stdout.split(), said.stderr) == (["DatabaseReadOnly"] * 4, "")


@pytest.mark.usefixtures("path")
async def test_a_database_that_becomes_read_only_while_running_is_said_to_be(db: Database) -> None:
    async with db.write() as session:
        await session.execute(text("PRAGMA query_only = ON"))
        with pytest.raises(DatabaseReadOnly):
            await people.get_or_create(session, 42, "Anna", "de")


@pytest.mark.usefixtures("path")
async def test_a_full_disk_loses_the_write_and_nothing_else(db: Database, anna: PersonRecord, read: Read) -> None:
    with pytest.raises(DatabaseFull, match="disk is full"):
        async with db.write() as session:
            await session.execute(text("PRAGMA max_page_count = 1"))
            for number in range(200):
                await people.get_or_create(session, number, "x" * 1000, "en")
    async with db.write() as session:
        await session.execute(text("PRAGMA max_page_count = 100000"))
        assert await session.scalar(select(func.count()).select_from(Person)) == 1
        await people.get_or_create(session, 5, "Ben", "en")


async def test_a_lock_held_for_too_long_by_another_process_is_said_so(path: Path, keyring: Keyring) -> None:
    async with Database(url(path), keyring) as db:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        async with db.read() as session:
            await session.execute(text("PRAGMA busy_timeout = 50"))
        with pytest.raises(DatabaseBusy, match="another process"):
            async with db.write():
                pass
        other.execute("ROLLBACK")
        other.close()
        async with db.write() as session:
            await people.get_or_create(session, 42, "Anna", "de")


async def test_the_raw_file_holds_nothing_legible(db: Database, path: Path, anna: PersonRecord, read: Read) -> None:
    stored = await read(anna, "427 15")
    async with db.write() as session:
        await corrections.correct(session, stored.id, anna.id, {0: 9})
    legible = [anna.name.encode(), b"Zweistein", b"photo-file-id", *(digit.image[:16] for digit in stored.digits)]
    for number in (anna.telegram_id, stored.chat_id):
        legible += [
            str(number).encode(),
            number.to_bytes(8, "big", signed=True),
            number.to_bytes(8, "little", signed=True),
        ]
        legible += [number.to_bytes(4, "big")] if 0 < number < 1 << 32 else []
    await db.scrub()
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"base-1" in content, "the search looks at the right bytes"
    assert [value for value in legible if value in content] == []


async def test_after_forgetting_not_even_the_encrypted_bytes_are_left(
    db: Database, path: Path, anna: PersonRecord, ben: PersonRecord, read: Read
) -> None:
    annas, bens = await read(anna, "427 15", message=1), await read(ben, "33", message=2)
    async with db.write() as session:
        await people.give_consent(session, anna.id, 1)
        await corrections.correct(session, annas.id, anna.id, {0: 9})
    encrypted = await encrypted_bytes(db, path)
    assert len(encrypted["people", anna.id]) == 2
    async with db.write() as session:
        await people.forget(session, anna.id)
    await db.scrub()
    content = b"".join(file.read_bytes() for file in path.parent.iterdir())
    gone = {key for key, values in encrypted.items() if not any(value in content for value in values)}
    kept = {("people", ben.id), *(("digits", digit.id) for digit in bens.digits)}
    assert gone == encrypted.keys() - kept
    async with db.read() as session:
        assert await readings.by_id(session, bens.id) == bens


async def encrypted_bytes(db: Database, path: Path) -> dict[tuple[str, int], list[bytes]]:
    """The first bytes of each encrypted name, id and image, by table and row, after a look that the file holds them."""
    columns = {"people": ("name", "telegram_id"), "digits": ("image",), "corrections": ("image",)}
    await db.scrub()
    async with db.read() as session:
        encrypted = {
            (table, row[0]): [value[:40] for value in row[1:]]
            for table, names in columns.items()
            for row in (await session.execute(text(f"SELECT id, {', '.join(names)} FROM {table}"))).all()
        }
    content = path.read_bytes()
    assert all(value in content for values in encrypted.values() for value in values)
    return encrypted


async def test_equal_ids_are_found_but_not_encrypted_alike(db: Database, anna: PersonRecord, read: Read) -> None:
    await read(anna, "4", message=1)
    await read(anna, "4", message=2)
    async with db.read() as session:
        rows = (await session.execute(text("SELECT chat_hmac, chat_id FROM readings"))).all()
        assert await session.scalar(select(cast(Person.telegram_hmac, LargeBinary))) is not None
    assert len({row[0] for row in rows}) == 1
    assert len({row[1] for row in rows}) == 2
