"""The processes that use a PostgreSQL database."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress

import asyncpg
import pytest
from sqlalchemy import text

from storage.database import Database
from storage.errors import DatabaseBusy, DatabaseUnreachable, StorageError
from storage.keyring import Keyring
from storage.processes import session_membership
from storage.processes.advisory_locks import AdvisoryLock, group_of
from storage.processes.membership import Role, Topic
from storage.processes.notifications import notify
from tests.postgresql_server import PostgresqlServer

HOLD = (
    "import asyncio, sys\n"
    "from storage.database import Database\n"
    "from storage.keyring import Keyring\n"
    "async def main():\n"
    "    async with Database(sys.argv[1], Keyring.generate()).membership('deadbeef'):\n"
    "        print('held', flush=True)\n"
    "        await asyncio.sleep(60)\n"
    "asyncio.run(main())\n"
)


async def test_each_process_sees_all_that_live(postgresql_db: Database) -> None:
    async with postgresql_db.membership("00000001") as first:
        assert await first.members() == {"00000001"}
        async with postgresql_db.membership("fffffffe") as second:  # a negative number to PostgreSQL
            assert await first.members() == await second.members() == {"00000001", "fffffffe"}
        async with asyncio.timeout(20):
            while await first.members() != {"00000001"}:
                await asyncio.sleep(0.01)


async def test_a_killed_process_is_no_member(postgresql_db: Database, postgresql_url: str) -> None:
    command = (sys.executable, "-c", HOLD, postgresql_url)
    other = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert other.stdout is not None
    assert await other.stdout.readline() == b"held\n"
    async with postgresql_db.membership("00000001") as own:
        assert await own.members() == {"00000001", "deadbeef"}
        other.kill()
        await other.wait()
        async with asyncio.timeout(20):
            while await own.members() != {"00000001"}:
                await asyncio.sleep(0.01)


async def test_another_database_has_members_of_its_own(
    postgresql_db: Database, postgresql_server: PostgresqlServer, keyring: Keyring
) -> None:
    async with (
        postgresql_server.database() as url,
        postgresql_db.membership("00000001") as one,
        Database(url, keyring).membership("00000002") as two,
    ):
        assert await one.members() == {"00000001"}
        assert await two.members() == {"00000002"}


async def test_one_name_has_one_process(postgresql_db: Database) -> None:
    async with postgresql_db.membership("00000001"):
        with pytest.raises(DatabaseBusy):
            await postgresql_db.membership("00000001").__aenter__()


async def test_a_committed_change_is_told_to_all_and_to_nobody_else(postgresql_db: Database) -> None:
    async with postgresql_db.membership("00000001") as one, postgresql_db.membership("00000002") as two:
        with pytest.raises(ZeroDivisionError):
            async with postgresql_db.write() as session:
                await notify(session, Topic.INBOX)
                raise ZeroDivisionError
        async with postgresql_db.write() as session:
            await notify(session, Topic.ACTIVE_MODEL)
        async with asyncio.timeout(20):
            await asyncio.gather(*(each.changed(Topic.ACTIVE_MODEL).wait() for each in (one, two)))
        assert not one.changed(Topic.INBOX).is_set()
        assert not two.changed(Topic.TRAINING_RUNS).is_set()


async def test_a_process_joins_again_after_the_server_was_away_and_looks_at_everything(
    own_server: PostgresqlServer, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_membership, "CHECK_S", 0.05)
    monkeypatch.setattr(session_membership, "RECONNECT_S", 0.05)
    async with own_server.database() as url, Database(url, keyring).membership("00000001") as own:
        own_server.kill()
        async with asyncio.timeout(20):
            with pytest.raises(DatabaseUnreachable):
                while True:
                    await own.members()
        own_server.start()
        async with asyncio.timeout(20):
            await asyncio.gather(*(own.changed(topic).wait() for topic in Topic))
        assert await own.members() == {"00000001"}


async def test_a_role_that_is_given_up_while_a_process_joins_again_is_not_had_afterwards(
    postgresql_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    joining, go_on, take_lock = asyncio.Event(), asyncio.Event(), session_membership._take_lock

    async def slow_take_lock(connection: asyncpg.Connection[asyncpg.Record], lock: AdvisoryLock) -> None:
        if lock.group == group_of(Role.RECEIVER):
            joining.set()
            await go_on.wait()
        await take_lock(connection, lock)

    monkeypatch.setattr(session_membership, "CHECK_S", 0.05)
    monkeypatch.setattr(session_membership, "RECONNECT_S", 0.05)
    async with asyncio.timeout(20), postgresql_db.membership("00000001") as own:
        await own.take(Role.RECEIVER)
        monkeypatch.setattr(session_membership, "_take_lock", slow_take_lock)
        async with postgresql_db.write() as session:
            others = "pid <> pg_backend_pid() AND datname = current_database()"
            await session.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
        await joining.wait()
        giving_up = asyncio.create_task(own.give_up(Role.RECEIVER))
        await asyncio.sleep(0)
        go_on.set()
        with suppress(StorageError):
            await giving_up
        await own.changed(Topic.INBOX).wait()
        assert await own.members(Role.RECEIVER) == set()


async def test_a_server_that_hangs_while_a_process_joins_is_given_up(
    postgresql_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped, take_lock = [], session_membership._take_lock

    async def take_lock_and_hang(connection: asyncpg.Connection[asyncpg.Record], lock: AdvisoryLock) -> None:
        await take_lock(connection, lock)
        stopped.append(connection.get_server_pid())
        os.kill(stopped[0], signal.SIGSTOP)

    monkeypatch.setattr(session_membership, "ANSWER_S", 0.5)
    monkeypatch.setattr(session_membership, "_take_lock", take_lock_and_hang)
    try:
        async with asyncio.timeout(20):
            with pytest.raises(DatabaseUnreachable):
                await postgresql_db.membership("00000001").__aenter__()
    finally:
        os.kill(stopped[0], signal.SIGCONT)
