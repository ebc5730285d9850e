"""What every kind of membership does, and what only PostgreSQL's can: tell of changes, and lose its session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from storage import activations, model_versions
from storage.database import Database
from storage.keyring import Keyring
from storage.model_versions import NewVersion
from storage.processes import session_membership
from storage.processes.database_clock import database_now
from storage.processes.membership import Membership, Topic
from storage.processes.notifications import notify
from storage.tables import utc_now

ONE, TWO = "00000001", "ffffffff"
WAIT_S = 10


@pytest.fixture
async def on_server(postgresql_url: str, keyring: Keyring) -> AsyncIterator[Database]:
    async with Database(postgresql_url, keyring) as database:
        yield database


async def _until_members(membership: Membership, *names: str) -> None:
    async with asyncio.timeout(WAIT_S):
        while await membership.members() != set(names):
            await asyncio.sleep(0.02)


async def test_members_are_those_that_have_entered_and_not_left(shared: Database) -> None:
    async with shared.membership(ONE) as one:
        assert await one.members() == {ONE}
        async with shared.membership(TWO) as two:
            assert await one.members() == await two.members() == {ONE, TWO}
            await two.leave()
            await _until_members(one, ONE)


async def test_several_may_ask_at_once(shared: Database) -> None:
    async with shared.membership(ONE) as one:
        assert await asyncio.gather(*(one.members() for _ in range(20))) == [{ONE}] * 20


async def test_the_database_tells_the_time(shared: Database) -> None:
    async with shared.read() as session:
        assert abs((await database_now(session) - utc_now()).total_seconds()) < 5


async def test_a_change_is_told_to_all_when_it_is_committed(on_server: Database) -> None:
    async with on_server.membership(ONE) as one, on_server.membership(TWO) as two:
        async with on_server.write() as session:
            await notify(session, Topic.INBOX)
            assert not two.changed(Topic.INBOX).is_set()
        async with asyncio.timeout(WAIT_S):
            await one.changed(Topic.INBOX).wait()
            await two.changed(Topic.INBOX).wait()
        assert not two.changed(Topic.ACTIVE_MODEL).is_set()


async def test_an_activation_and_a_rollback_are_told(on_server: Database) -> None:
    async with on_server.membership(ONE) as one:
        told = one.changed(Topic.ACTIVE_MODEL)
        async with on_server.write() as session:
            for name in ("base-1", "base-2"):
                new = NewVersion(name, name.encode() * 1000, "{}", keras=b"keras")
                await model_versions.add(session, new, max_bytes=None)
                await activations.activate(session, name)
        await asyncio.wait_for(told.wait(), WAIT_S)
        told.clear()
        async with on_server.write() as session:
            await activations.rollback(session)
        await asyncio.wait_for(told.wait(), WAIT_S)


async def test_a_lost_session_is_made_anew_and_everybody_looks(
    on_server: Database, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_membership, "CHECK_S", 0.1)
    monkeypatch.setattr(session_membership, "RECONNECT_S", 0.1)
    async with on_server.membership(ONE) as one, on_server.membership(TWO) as two:
        await _end_sessions(postgresql_url)
        await asyncio.wait_for(one.changed(Topic.INBOX).wait(), WAIT_S)
        await asyncio.wait_for(two.changed(Topic.INBOX).wait(), WAIT_S)
        await _until_members(one, ONE, TWO)


async def _end_sessions(address: str) -> None:
    """Those that hold the lock of a process."""
    url = make_url(address)
    connection = await asyncpg.connect(host=url.query["host"], user=url.username, database=url.database)
    holders = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
    await connection.execute(holders)
    await connection.close()
