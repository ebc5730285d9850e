"""The PostgreSQL of the tests: it starts also for root, comes up again after a crash, and leaves nothing behind."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests import postgresql_installation
from tests.postgresql_server import PostgresqlServer

ROOT = Path(__file__).parents[1]
DISCONNECTED = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


def _plain(url: str) -> str:
    """The address as asyncpg takes it."""
    return url.replace("+asyncpg", "")


async def test_a_new_database_is_empty_and_in_utf8(postgresql_url: str) -> None:
    engine = create_async_engine(postgresql_url)
    async with engine.connect() as connection:
        tables = await connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
        encoding = await connection.scalar(text("SHOW server_encoding"))
        collation = await connection.scalar(
            text("SELECT datcollate FROM pg_database WHERE datname = current_database()")
        )
    await engine.dispose()
    assert (tables, encoding, collation) == (0, "UTF8", "C")


async def test_a_database_is_empty_again_after_a_test(own_server: PostgresqlServer) -> None:
    async with own_server.database() as url:
        left = await asyncpg.connect(_plain(url))
        await left.execute("BEGIN; CREATE TABLE other (); COMMIT; BEGIN; CREATE TABLE uncommitted ()")
    with pytest.raises(DISCONNECTED):
        await left.fetchval("SELECT 1")
    left.terminate()
    async with own_server.database() as again:
        assert again == url
        connection = await asyncpg.connect(_plain(again))
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
        await connection.close()


async def test_two_databases_at_once_are_two(own_server: PostgresqlServer) -> None:
    async with own_server.database() as one, own_server.database() as other:
        assert one != other


@pytest.mark.parametrize("crashed", [False, True])
async def test_what_was_committed_is_there_after_a_restart(own_server: PostgresqlServer, *, crashed: bool) -> None:
    async with own_server.database() as url:
        before = await asyncpg.connect(_plain(url))
        await before.execute("CREATE TABLE kept AS SELECT 427 AS number")
        if crashed:
            own_server.kill()
            own_server.start()
        else:
            own_server.restart()
        with pytest.raises(DISCONNECTED):
            await before.fetchval("SELECT 1")
        before.terminate()
        after = await asyncpg.connect(_plain(url))
        assert await after.fetchval("SELECT number FROM kept") == 427
        await after.close()


async def test_nobody_reaches_it_by_tcp(own_server: PostgresqlServer) -> None:
    async with own_server.database() as url:
        connection = await asyncpg.connect(_plain(url))
        assert await connection.fetchval("SHOW listen_addresses") == ""
        await connection.close()
    assert len(str(own_server.folder / ".s.PGSQL.5432")) < 107


def test_it_runs_as_no_root(own_server: PostgresqlServer) -> None:
    assert (own_server.folder / "data").stat().st_uid != 0


def test_it_is_stopped_and_removed_when_the_tests_are_killed() -> None:
    if reason := postgresql_installation.unavailable():
        pytest.skip(reason)
    code = (
        "from tests.postgresql_server import PostgresqlServer\n"
        "with PostgresqlServer() as server: print(server.folder, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as tests:
        assert tests.stdout is not None
        folder = Path(tests.stdout.readline().strip())
        postmaster = int((folder / "data/postmaster.pid").read_text().split()[0])
        os.kill(tests.pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not folder.exists()
    assert _state(postmaster) in {"", "Z"}


def _state(process: int) -> str:
    """R, S and so on; Z is one that nobody has waited for yet, nothing one that has gone."""
    listed = subprocess.run(["ps", "-o", "state=", "-p", str(process)], capture_output=True, text=True)
    return listed.stdout.strip()


def test_where_there_is_none_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgresql_installation, "SHARED_FOLDERS", tmp_path)
    assert postgresql_installation.unavailable() == "needs PostgreSQL: apt install postgresql"


def test_root_without_an_unprivileged_account_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pwd, "getpwall", list)
    with pytest.raises(LookupError, match="refuses to run as root, and there is no account"):
        postgresql_installation.find_account()


def test_the_newest_of_debians_versions_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for version in ("9.6", "15", "17"):
        programs = tmp_path / version / "bin"
        programs.mkdir(parents=True)
        for name in ("initdb", "pg_ctl", "postgres"):
            (programs / name).touch()
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(postgresql_installation, "SHARED_FOLDERS", tmp_path)
    assert postgresql_installation.find_programs() == tmp_path / "17/bin"
