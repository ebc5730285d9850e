"""What every kind of membership does."""

from __future__ import annotations

import asyncio

import pytest

from storage import activations, model_versions
from storage.database import Database
from storage.keyring import Keyring
from storage.model_versions import NewVersion
from storage.processes import session_membership
from storage.processes.database_clock import database_now
from storage.processes.membership import Membership, Role, Topic
from storage.tables import utc_now
from tests.postgresql_server import PostgresqlServer

ONE, TWO = "00000001", "ffffffff"
WAIT_S = 20


async def _until_receivers(membership: Membership, *names: str) -> None:
    async with asyncio.timeout(WAIT_S):
        while await membership.members(Role.RECEIVER) != set(names):
            await asyncio.sleep(0.02)


async def test_a_role_is_had_from_taking_it_until_giving_it_up(db: Database) -> None:
    async with db.membership(ONE) as one, db.membership(TWO) as two:
        assert await one.members(Role.BOT) == set()
        await two.take(Role.BOT)
        await two.take(Role.RECEIVER)
        await one.take(Role.RECEIVER)
        for each in (one, two):
            assert await each.members(Role.BOT) == {TWO}
            assert await each.members(Role.RECEIVER) == {ONE, TWO}
        await two.give_up(Role.RECEIVER)
        assert await one.members(Role.RECEIVER) == {ONE}
        assert await one.members(Role.BOT) == {TWO}
        assert await one.members() == {ONE, TWO}
        assert await db.members(Role.BOT) == {TWO}
        assert await db.members() == {ONE, TWO}


async def test_a_role_ends_with_its_process(db: Database) -> None:
    async with db.membership(ONE) as one:
        async with db.membership(TWO) as two:
            await two.take(Role.RECEIVER)
            await _until_receivers(one, TWO)
        await _until_receivers(one)


async def test_several_may_ask_at_once(db: Database) -> None:
    async with db.membership(ONE) as one:
        assert await asyncio.gather(*(one.members() for _ in range(20))) == [{ONE}] * 20


async def test_the_database_tells_the_time(db: Database) -> None:
    async with db.read() as session:
        assert abs((await database_now(session) - utc_now()).total_seconds()) < 5


async def test_an_activation_and_a_rollback_are_told(postgresql_db: Database) -> None:
    async with postgresql_db.membership(ONE) as one:
        told = one.changed(Topic.ACTIVE_MODEL)
        async with postgresql_db.write() as session:
            for name in ("base-1", "base-2"):
                new = NewVersion(name, name.encode() * 1000, "{}", keras=b"keras")
                await model_versions.add(session, new, max_bytes=None)
                await activations.activate(session, name)
        await asyncio.wait_for(told.wait(), WAIT_S)
        told.clear()
        async with postgresql_db.write() as session:
            await activations.rollback(session)
        await asyncio.wait_for(told.wait(), WAIT_S)


async def test_a_process_that_joins_again_has_its_roles(
    own_server: PostgresqlServer, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_membership, "CHECK_S", 0.05)
    monkeypatch.setattr(session_membership, "RECONNECT_S", 0.05)
    async with own_server.database() as url, Database(url, keyring).membership(ONE) as one:
        await one.take(Role.RECEIVER)
        own_server.restart()
        await asyncio.wait_for(one.changed(Topic.INBOX).wait(), WAIT_S)
        assert await one.members(Role.RECEIVER) == {ONE}
