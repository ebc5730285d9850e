"""A copy holds the same rows, or nothing: from SQLite to PostgreSQL, back, and within either."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storage import people
from storage.backends import sqlite_address
from storage.backup import backup
from storage.database import Database
from storage.errors import DatabaseTooNew, StorageError
from storage.integrity_check import check_integrity
from storage.keyring import Keyring
from storage.processes.membership import new_process_name
from storage.transfer.database_copy import TransferRefused, copy_database
from storage.transfer.id_counters import last_ids
from storage.transfer.row_copy import CopyFailed, RowCopy, TargetNotEmpty
from storage.transfer.stored_tables import StoredRow, ValueUnreadable, stored_tables
from tests.postgresql_server import PostgresqlServer
from tests.storage.conftest import file_in
from tests.storage.transfer.generated_rows import count_of, fill

READINGS = 60


@pytest.fixture(params=["sqlite", "postgresql"])
async def target(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Where there is no database yet."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/target/digitbot.db"
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    async with server.database() as url:
        yield url


@pytest.fixture
async def grown(db: Database, address: str) -> str:
    """The address of a database with rows in every table."""
    async with db.write() as session:
        await fill(session, READINGS)
    await db.close()
    return address


async def rows_of(address: str, keyring: Keyring) -> dict[str, list[StoredRow]]:
    async with Database(address, keyring) as database, database.read() as session:
        connection = await session.connection()
        return {
            table.name: [row async for batch in table.rows(connection) for row in batch] for table in stored_tables()
        }


async def is_empty(address: str, keyring: Keyring) -> bool:
    return [name for name, rows in (await rows_of(address, keyring)).items() if rows] == ["settings"]


async def test_a_copy_holds_the_same_rows(grown: str, target: str, keyring: Keyring) -> None:
    before = await rows_of(grown, keyring)
    count = await copy_database(grown, target, keyring)
    copied = await rows_of(target, keyring)
    assert copied == before == await rows_of(grown, keyring)
    assert count == sum(map(len, copied.values()))
    assert {name: len(rows) for name, rows in copied.items() if name != "settings"} == {
        name: count_of(name, READINGS) for name in copied if name != "settings"
    }
    assert any(row["replaced_by"] and row["replaced_by"] > row["id"] for row in copied["corrections"])


async def test_a_copy_there_and_back_is_the_database_of_before(
    grown: str, target: str, tmp_path: Path, keyring: Keyring
) -> None:
    await copy_database(grown, target, keyring)
    again = f"sqlite+aiosqlite:///{tmp_path}/again.db"
    await copy_database(target, again, keyring)
    assert await rows_of(again, keyring) == await rows_of(grown, keyring)
    report = check_integrity(tmp_path / "again.db", keyring)
    assert report.problems == ()
    assert report.values > 7 * READINGS


async def test_no_id_is_used_again(grown: str, target: str, keyring: Keyring) -> None:
    async with Database(grown, keyring) as database, database.write() as session:
        highest = await session.scalar(text("SELECT max(id) FROM people"))
        await session.execute(text("DELETE FROM people WHERE id = :id"), {"id": highest})
        counters = await last_ids(await session.connection())
    await copy_database(grown, target, keyring)
    async with Database(target, keyring) as database, database.write() as session:
        assert await last_ids(await session.connection()) == counters
        assert counters["people"] == highest
        assert (await people.get_or_create(session, 10**9, "New", "en")).id == highest + 1


async def test_progress_counts_every_row_twice(grown: str, target: str, keyring: Keyring) -> None:
    seen: list[tuple[int, int]] = []
    rows = await copy_database(grown, target, keyring, lambda done, everything: seen.append((done, everything)))
    assert seen[-1] == (2 * rows, 2 * rows)
    assert seen == sorted(seen)


async def test_a_target_with_rows_stays_as_it_is(grown: str, target: str, keyring: Keyring) -> None:
    async with Database(target, keyring) as database, database.write() as session:
        await people.get_or_create(session, 1, "Anna", "de")
    before = await rows_of(target, keyring)
    with pytest.raises(TargetNotEmpty, match="there are rows in people"):
        await copy_database(grown, target, keyring)
    assert await rows_of(target, keyring) == before


class Interrupted(Exception):
    """As a signal does."""


@pytest.mark.parametrize("part", [0.2, 0.7])
async def test_what_is_interrupted_leaves_the_target_empty(
    grown: str, target: str, keyring: Keyring, part: float
) -> None:
    def interrupt(done: int, everything: int) -> None:
        if done > part * everything:
            raise Interrupted

    async with Database(target, keyring):
        pass
    with pytest.raises(Interrupted):
        await copy_database(grown, target, keyring, interrupt)
    assert await is_empty(target, keyring)
    await copy_database(grown, target, keyring)


async def test_a_file_that_was_made_for_a_failed_copy_is_removed(grown: str, tmp_path: Path, keyring: Keyring) -> None:
    def interrupt(_done: int, _all: int) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        await copy_database(grown, f"sqlite+aiosqlite:///{tmp_path}/new/digitbot.db", keyring, interrupt)
    assert list((tmp_path / "new").iterdir()) == []


async def test_a_wrong_key_copies_nothing(grown: str, target: str) -> None:
    with pytest.raises(TransferRefused, match=r"source cannot be used .*key does not belong"):
        await copy_database(grown, target, Keyring.generate())


async def test_a_value_that_does_not_decrypt_is_named(grown: str, target: str, keyring: Keyring) -> None:
    async with Database(target, keyring), Database(grown, keyring) as database, database.write() as session:
        await session.execute(text("UPDATE digits SET image = label WHERE id = 33"))
    with pytest.raises(CopyFailed, match="the row of digits with id 33 cannot be decrypted"):
        await copy_database(grown, target, keyring)
    assert await is_empty(target, keyring)


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ("UPDATE readings SET created_at = 'yesterday' WHERE id = 7", ValueUnreadable, "readings with id 7"),
        ("UPDATE digits SET image = 'text' WHERE id = 33", CopyFailed, "digits with id 33 .*none of its column's kind"),
        ("UPDATE digits SET x = 'left' WHERE id = 33", CopyFailed, "digits with id 33 .*none of its column's kind"),
        ("UPDATE people SET language = hex(zeroblob(20)) WHERE id = 2", CopyFailed, "people with id 2 .*is longer"),
        ("UPDATE people SET language = char(100, 0) WHERE id = 2", CopyFailed, "people with id 2 .*a character"),
        ("UPDATE digits SET x = 1e300 WHERE id = 33", CopyFailed, "digits with id 33"),
    ],
)
async def test_a_damaged_value_of_a_file_is_named(
    db: Database, path: Path, postgresql_url: str, keyring: Keyring, change: str, error: type[StorageError], said: str
) -> None:
    async with db.write() as session:
        await fill(session, READINGS)
    await db.close()
    with sqlite3.connect(path) as connection:
        connection.execute(change)
    connection.close()
    with pytest.raises(error, match=said):
        await copy_database(f"sqlite+aiosqlite:///{path}", postgresql_url, keyring)
    assert await is_empty(postgresql_url, keyring)


async def test_a_row_that_is_stored_otherwise_is_named(
    grown: str, target: str, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = RowCopy._insert

    async def wrong(self: RowCopy, table: Any, rows: list[StoredRow]) -> None:
        await insert(self, table, [row | {"confidence": 0.5} if row.get("position") == 9 else row for row in rows])

    async with Database(target, keyring):
        monkeypatch.setattr(RowCopy, "_insert", wrong)
    with pytest.raises(CopyFailed, match="the row of digits with id 9 differs"):
        await copy_database(grown, target, keyring)
    assert await is_empty(target, keyring)


@pytest.mark.parametrize("used", ["source", "target"])
async def test_a_database_that_a_bot_uses_is_not_copied(grown: str, target: str, keyring: Keyring, used: str) -> None:
    async with Database(target, keyring):
        pass
    database = Database({"source": grown, "target": target}[used], keyring)
    async with database.membership(new_process_name()):
        with pytest.raises(TransferRefused, match=f"a running bot uses the {used}"):
            await copy_database(grown, target, keyring)
    assert await is_empty(target, keyring)


async def test_an_older_source_is_left_as_it_is(grown: str, target: str, keyring: Keyring) -> None:
    async with Database(grown, keyring) as database, database.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0011'"))
    with pytest.raises(TransferRefused, match="digitbot db upgrade"):
        await copy_database(grown, target, keyring)


async def test_a_newer_source_is_not_copied_in_part(grown: str, target: str, keyring: Keyring) -> None:
    async with Database(grown, keyring) as database, database.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9998'"))
        is_sqlite = grown.startswith("sqlite")
        number = "PRAGMA user_version = 99980001" if is_sqlite else "COMMENT ON TABLE alembic_version IS '99980001'"
        await session.execute(text(number))
    with pytest.raises(DatabaseTooNew):
        await copy_database(grown, target, keyring)


async def test_a_source_that_is_not_there_is_not_made(tmp_path: Path, target: str, keyring: Keyring) -> None:
    with pytest.raises(TransferRefused, match="There is no database there"):
        await copy_database(f"sqlite+aiosqlite:///{tmp_path}/none/digitbot.db", target, keyring)
    assert not (tmp_path / "none").exists()


async def test_a_backup_is_a_source(db: Database, path: Path, tmp_path: Path, target: str, keyring: Keyring) -> None:
    async with db.write() as session:
        await fill(session, 5)
    await asyncio.to_thread(backup, path, tmp_path / "backup.db")
    await copy_database(f"sqlite+aiosqlite:///{tmp_path}/backup.db", target, keyring)
    assert await rows_of(target, keyring) == await rows_of(f"sqlite+aiosqlite:///{path}", keyring)
    assert {each.name for each in tmp_path.iterdir()} <= {"backup.db", "state", "target"}
    assert file_in(tmp_path) == path


async def test_a_file_that_was_copied_in_use_is_no_source(
    db: Database, path: Path, tmp_path: Path, target: str, keyring: Keyring
) -> None:
    async with db.write() as session:
        await people.get_or_create(session, 1, "Anna", "de")
    shutil.copy2(path, tmp_path / "plain.db")
    with pytest.raises(TransferRefused, match=r"the source is not complete .*-wal file"):
        await copy_database(f"sqlite+aiosqlite:///{tmp_path}/plain.db", target, keyring)


HALF_A_COPY = """
import asyncio, sys, time
from storage.keyring import Keyring
from storage.transfer.database_copy import copy_database

def stop_half_way(done, everything):
    if done > 0.4 * everything:
        print("half way", flush=True)
        time.sleep(60)

source, target, key = sys.argv[1:]
asyncio.run(copy_database(source, target, Keyring.from_text(key), stop_half_way))
"""


async def test_a_copy_that_is_killed_leaves_the_target_empty_and_can_be_made_again(
    grown: str, target: str, keyring: Keyring
) -> None:
    program = [sys.executable, "-c", HALF_A_COPY, grown, target, keyring.to_text()]
    with subprocess.Popen(program, stdout=subprocess.PIPE, cwd=Path.cwd()) as copying:  # noqa: ASYNC220 - it is short
        assert copying.stdout
        assert copying.stdout.readline() == b"half way\n"
        copying.kill()
    assert await is_empty(target, keyring)
    await copy_database(grown, target, keyring)
    assert await rows_of(target, keyring) == await rows_of(grown, keyring)


@pytest.mark.parametrize("no_address", ["postgresql+asyncpg://bot@db:port/digitbot", "bot:secret"])
async def test_what_is_no_address_is_refused_in_a_sentence(no_address: str, tmp_path: Path, keyring: Keyring) -> None:
    other = sqlite_address(tmp_path / "other.db")
    async with Database(other, keyring):
        pass
    for name, addresses in (("source", (no_address, other)), ("target", (other, no_address))):
        with pytest.raises(TransferRefused, match=f"the {name} cannot be used"):
            await copy_database(*addresses, keyring)
