"""Work on the whole of a database on a server: like that on a file, but in transactions and while bots run."""

from __future__ import annotations

import re
import stat
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storage import people
from storage.backup import restore
from storage.database import Database
from storage.errors import DatabaseUnreachable, DecryptionFailed, StorageError, TargetExists, WrongKey
from storage.integrity_check import check_integrity
from storage.keyring import Keyring
from storage.processes.membership import new_process_name
from storage.server import server_backup
from storage.server.server_backup import backup_server, restore_server
from storage.server.server_check import check_server
from storage.server.server_key import is_key_of, rekey_server
from storage.server.server_state import server_state
from storage.transfer.database_copy import TransferRefused
from tests.storage.transfer.generated_rows import MODELS, fill
from tests.storage.transfer.test_database_copy import rows_of

READINGS = 20


@pytest.fixture
async def grown_url(postgresql_url: str, keyring: Keyring) -> str:
    """The address of a database on a server with rows in every table."""
    async with Database(postgresql_url, keyring) as database, database.write() as session:
        await fill(session, READINGS)
    return postgresql_url


async def change(address: str, keyring: Keyring, statement: str) -> None:
    async with Database(address, keyring) as database, database.write() as session:
        await session.execute(text(statement))


async def test_a_sound_database_is_counted_as_in_a_file(grown_url: str, tmp_path: Path, keyring: Keyring) -> None:
    report = await check_server(grown_url, keyring)
    assert report.problems == ()
    assert report.versions == MODELS
    await backup_server(grown_url, keyring, tmp_path / "copy.db")
    assert check_integrity(tmp_path / "copy.db", keyring) == report


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE digits SET image = label WHERE id < 4", "3 rows of digits cannot be decrypted"),
        ("UPDATE people SET telegram_hmac = 'x' WHERE id = 2", "1 rows of people .* not found by their id"),
        ("UPDATE model_versions SET keras = 'x' WHERE id = 1", "The model 1Ω is damaged"),
        ("UPDATE alembic_version SET version_num = '0001'", "digitbot db upgrade"),
        ("UPDATE alembic_version SET version_num = '9999'", "newer digitbot"),
        ("ALTER TABLE readings DROP COLUMN unread", "readings.unread is missing"),
        ("DROP TABLE alembic_version", "has no tables yet"),
    ],
)
async def test_damage_is_found(grown_url: str, keyring: Keyring, statement: str, said: str) -> None:
    await change(grown_url, keyring, statement)
    (problem,) = (await check_server(grown_url, keyring)).problems
    assert re.search(said, problem)


async def test_a_check_changes_nothing_and_knows_a_wrong_key(grown_url: str, keyring: Keyring) -> None:
    before = await rows_of(grown_url, keyring)
    assert (await check_server(grown_url, Keyring.generate())).problems == (WrongKey.sentence,)
    assert await rows_of(grown_url, keyring) == before


async def test_a_server_that_is_not_there_is_no_finding(keyring: Keyring, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable) as caught:
        await check_server(f"postgresql+asyncpg://digitbot:secret@/digitbot?host={tmp_path}", keyring)
    assert "secret" not in str(caught.value)


async def test_a_running_bot_is_backed_up_on_one_snapshot(grown_url: str, tmp_path: Path, keyring: Keyring) -> None:
    target = tmp_path / "backups" / "monday.db"
    database = Database(grown_url, keyring)
    async with database, database.membership(new_process_name()), database.write() as session:
        await people.get_or_create(session, 10**9, "not committed yet", "en")
        await backup_server(grown_url, keyring, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [each.name for each in target.parent.iterdir()] == ["monday.db"]
    assert check_integrity(target, keyring).problems == ()
    async with Database(f"sqlite+aiosqlite:///{target}", keyring) as copy, copy.read() as session:
        assert await people.by_telegram_id(session, 10**9) is None
        assert await people.by_telegram_id(session, 1) is not None
    with pytest.raises(TargetExists):
        await backup_server(grown_url, keyring, target)


async def test_a_backup_that_fails_leaves_no_file(tmp_path: Path, postgresql_url: str, keyring: Keyring) -> None:
    with pytest.raises(StorageError, match="no tables yet"):
        await backup_server(postgresql_url, keyring, tmp_path / "monday.db")
    assert list(tmp_path.iterdir()) == []


async def test_a_value_that_does_not_decrypt_does_not_hinder_a_backup(
    grown_url: str, tmp_path: Path, keyring: Keyring
) -> None:
    await change(grown_url, keyring, "UPDATE digits SET image = label WHERE id = 1")
    await backup_server(grown_url, keyring, tmp_path / "monday.db")
    assert "1 rows of digits" in check_integrity(tmp_path / "monday.db", keyring).problems[0]


async def test_a_restore_brings_back_the_rows_of_the_backup_and_keeps_those_of_before(
    grown_url: str, tmp_path: Path, keyring: Keyring
) -> None:
    await backup_server(grown_url, keyring, tmp_path / "monday.db")
    at_backup = await rows_of(grown_url, keyring)
    async with Database(grown_url, keyring) as database, database.write() as session:
        newest = await people.get_or_create(session, 10**9, "New", "en")
    before = await rows_of(grown_url, keyring)
    kept = await restore_server(tmp_path / "monday.db", grown_url, keyring, tmp_path / "state")
    assert await rows_of(grown_url, keyring) == at_backup
    assert kept is not None
    assert [each.name for each in (tmp_path / "state").iterdir()] == [kept.name]
    assert await rows_of(f"sqlite+aiosqlite:///{kept}", keyring) == before
    async with Database(grown_url, keyring) as database, database.write() as session:
        assert (await people.get_or_create(session, 10**9 + 1, "Newer", "en")).id > newest.id


async def test_a_restore_into_an_empty_database_keeps_nothing(
    db: Database, path: Path, tmp_path: Path, postgresql_url: str, keyring: Keyring
) -> None:
    async with db.write() as session:
        await fill(session, 5)
    await db.close()
    assert await restore_server(path, postgresql_url, keyring, tmp_path / "kept") is None
    assert await rows_of(postgresql_url, keyring) == await rows_of(f"sqlite+aiosqlite:///{path}", keyring)


async def test_a_restore_changes_nothing_while_a_bot_runs_or_of_a_bad_backup(
    grown_url: str, tmp_path: Path, keyring: Keyring
) -> None:
    await backup_server(grown_url, keyring, tmp_path / "monday.db")
    await change(grown_url, keyring, "DELETE FROM digits WHERE id = 1")
    before = await rows_of(grown_url, keyring)
    async with Database(grown_url, keyring).membership(new_process_name()):
        with pytest.raises(TransferRefused, match="a running bot uses the database"):
            await restore_server(tmp_path / "monday.db", grown_url, keyring, tmp_path / "state")
    (tmp_path / "monday.db").write_bytes(b"damaged" * 999)
    with pytest.raises(StorageError):
        await restore_server(tmp_path / "monday.db", grown_url, keyring, tmp_path / "state")
    assert await rows_of(grown_url, keyring) == before
    assert list((tmp_path / "state").iterdir()) == []


async def test_a_restore_changes_nothing_where_a_bot_is_started_meanwhile(
    grown_url: str, tmp_path: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    await backup_server(grown_url, keyring, tmp_path / "monday.db")
    await change(grown_url, keyring, "DELETE FROM digits WHERE id = 1")
    before = await rows_of(grown_url, keyring)
    keep = server_backup._keep
    async with AsyncExitStack() as bot:

        async def keep_and_start_bot(*arguments: Any) -> Path | None:
            kept = await keep(*arguments)
            await bot.enter_async_context(Database(grown_url, keyring).membership(new_process_name()))
            return kept

        monkeypatch.setattr(server_backup, "_keep", keep_and_start_bot)
        with pytest.raises(TransferRefused, match="a running bot uses the database"):
            await restore_server(tmp_path / "monday.db", grown_url, keyring, tmp_path / "state")
    assert await rows_of(grown_url, keyring) == before


async def test_a_new_key_opens_everything_and_the_old_one_nothing(
    grown_url: str, tmp_path: Path, keyring: Keyring
) -> None:
    new, before = Keyring.generate(), await check_server(grown_url, keyring)
    assert await rekey_server(grown_url, keyring, new) == before.values
    assert await check_server(grown_url, new) == before
    assert await is_key_of(grown_url, new)
    assert not await is_key_of(grown_url, keyring)
    async with Database(grown_url, new) as database, database.read() as session:
        person = await people.by_telegram_id(session, 2)
        assert person is not None
        assert person.name == "é\x00 2"
    await backup_server(grown_url, new, tmp_path / "new.db")
    restore(tmp_path / "new.db", tmp_path / "trial.db", new)


async def test_a_rekey_that_fails_changes_nothing(grown_url: str, keyring: Keyring) -> None:
    await change(grown_url, keyring, "UPDATE corrections SET image = label WHERE id = 7")
    before = await rows_of(grown_url, keyring)
    with pytest.raises(DecryptionFailed):
        await rekey_server(grown_url, keyring, Keyring.generate())
    with pytest.raises(WrongKey):
        await rekey_server(grown_url, Keyring.generate(), keyring)
    async with Database(grown_url, keyring).membership(new_process_name()):
        with pytest.raises(TransferRefused):
            await rekey_server(grown_url, keyring, Keyring.generate())
    assert await rows_of(grown_url, keyring) == before


async def test_the_state_of_a_server_is_told(grown_url: str, keyring: Keyring) -> None:
    async with Database(grown_url, keyring).membership(new_process_name()):
        state = await server_state(grown_url, keyring)
    assert state.encoding == "UTF8"
    assert int(state.version.split(".")[0]) >= 13
    assert state.size > 5_000_000
    assert abs(state.ahead) < 1
    assert state.processes == 1
    assert (await server_state(grown_url, keyring)).processes == 0
