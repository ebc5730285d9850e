"""Each update of a shared inbox is handled by one process, those of a chat by the same one, whoever dies."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage import inbox
from storage.database import Database
from storage.inbox import IncomingUpdate
from storage.processes import inbox_claims
from storage.processes.assignment import process_for
from storage.processes.inbox_claims import CLAIM_LEASE, Processes
from storage.tables import InboxUpdate, utc_now

ONE, TWO, THREE = "00000001", "00000002", "00000003"
CHATS = range(1, 13)
SECOND = timedelta(seconds=1)
MISSING = timedelta(seconds=10)
GONE = MISSING + SECOND


async def _receive(
    db: Database, *numbers: int, chat: int, process: str = ONE, members: Collection[str] = (ONE, TWO)
) -> list[int]:
    updates = [IncomingUpdate(number, chat, chat, "{}") for number in numbers]
    async with db.write() as session:
        return [each.update_id for each in await inbox.receive(session, updates, process, members)]


async def _claims(db: Database) -> dict[int, str | None]:
    async with db.read() as session:
        return await inbox.claims(session)


async def _take_over(
    db: Database,
    process: str,
    *others: str,
    later: timedelta = timedelta(),
    only_released: bool = False,
    missing: timedelta = MISSING,
) -> int:
    """What ``process`` finds, while the others receive too."""
    members = frozenset({process, *others})
    known = Processes(process, members, members, missing)
    async with db.write() as session:
        return await inbox_claims.take_over(session, known, only_released=only_released, now=utc_now() + later)


async def test_each_update_is_claimed_by_the_process_that_has_its_chat(db: Database) -> None:
    mine = [number for number in CHATS if await _receive(db, number, chat=number)]
    assert mine == [chat for chat in CHATS if process_for(chat, (ONE, TWO)) == ONE]
    assert await _claims(db) == {chat: process_for(chat, (ONE, TWO)) for chat in CHATS}


async def test_a_delivery_to_both_is_stored_once(db: Database) -> None:
    for process in (ONE, TWO):
        await _receive(db, 1, 2, chat=7, process=process)
    assert len(await _claims(db)) == 2
    assert await _receive(db, 1, 2, chat=7, process=process_for(7, (ONE, TWO))) == []


@pytest.mark.parametrize("members", [(ONE, TWO, THREE), (ONE, THREE)], ids=["living", "dead"])
async def test_what_follows_in_a_chat_goes_to_the_process_that_is_at_it(db: Database, members: Collection[str]) -> None:
    """A dead one's, too: all of it is then taken over in order."""
    await _receive(db, 1, chat=7, members=[TWO])
    await _receive(db, 2, chat=7, members=members)
    assert await _claims(db) == {1: TWO, 2: TWO}
    async with db.read() as session:
        leases = set(await session.scalars(select(InboxUpdate.leased_until)))
    assert len(leases) == 1


async def test_a_process_finds_what_others_have_received_for_it_in_order(db: Database) -> None:
    for number in (3, 1, 2):
        await _receive(db, number, chat=7, members=[TWO])
    async with db.read() as session:
        assert [each.update_id for each in await inbox.claimed(session, TWO)] == [3, 1, 2]
        assert [each.update_id for each in await inbox.claimed(session, TWO, but={3, 2})] == [1]
        assert await inbox.claimed(session, ONE) == ()


async def test_what_a_dead_process_has_left_is_shared_out_by_chat_after_a_while(db: Database) -> None:
    for number in CHATS:
        await _receive(db, number, chat=number, members=[THREE])
    assert await _take_over(db, ONE, TWO) == 0  # it may have lost its session only
    assert await _take_over(db, ONE, TWO, THREE, later=GONE) == 0
    assert await _take_over(db, ONE, TWO, later=GONE, only_released=True) == 0
    assert await _take_over(db, ONE, TWO, later=GONE) == len(CHATS)
    assert await _claims(db) == {chat: process_for(chat, (ONE, TWO)) for chat in CHATS}


async def test_where_none_that_lives_is_missing_nobody_waits(db: Database) -> None:
    await _receive(db, 1, chat=7, members=[THREE])
    assert await _take_over(db, ONE, THREE, missing=timedelta(0)) == 0
    assert await _take_over(db, ONE, missing=timedelta(0)) == 1


async def test_one_that_lives_and_receives_no_more_keeps_its_claims_and_gets_no_others(db: Database) -> None:
    await _receive(db, 1, chat=7, members=[TWO])
    await _receive(db, 2, chat=8, members=[THREE])
    known = Processes(ONE, frozenset({ONE, TWO}), frozenset({ONE}), timedelta(0))
    async with db.write() as session:
        assert await inbox_claims.take_over(session, known) == 1
    assert await _claims(db) == {1: TWO, 2: ONE}


async def test_a_process_that_is_missing_and_renews_keeps_its_claims(db: Database) -> None:
    await _receive(db, 1, chat=7, members=[TWO])
    async with db.write() as session:
        await inbox_claims.renew(session, TWO, now=utc_now() + GONE)
    assert await _take_over(db, ONE, later=GONE + SECOND) == 0


async def test_a_process_that_hangs_loses_its_claims_and_gets_none_back(db: Database) -> None:
    for number in CHATS:
        await _receive(db, number, chat=number, members=[TWO])
    assert await _take_over(db, ONE, TWO, later=CLAIM_LEASE - SECOND) == 0
    assert await _take_over(db, ONE, TWO, later=CLAIM_LEASE + SECOND) == len(CHATS)
    assert set((await _claims(db)).values()) == {ONE}


async def test_a_process_does_not_take_over_from_itself(db: Database) -> None:
    await _receive(db, 1, chat=7, members=[ONE])
    assert await _take_over(db, ONE, TWO, later=CLAIM_LEASE + SECOND) == 0


async def test_what_is_released_is_taken_over_at_once(db: Database) -> None:
    await _receive(db, 1, chat=7, members=[TWO])
    async with db.write() as session:
        await inbox_claims.release(session, TWO)
    await _receive(db, 2, chat=7)  # waits with what came before it
    assert await _claims(db) == {1: None, 2: None}
    assert await _take_over(db, ONE, only_released=True) == 2
    assert await _claims(db) == {1: ONE, 2: ONE}


async def test_the_first_process_claims_all_that_dead_ones_left(db: Database) -> None:
    for number, holder in enumerate((ONE, TWO, THREE)):
        await _receive(db, number, chat=number, members=[holder])
    async with db.write() as session:
        await inbox_claims.claim_all(session, ONE, {ONE, TWO})  # the second has come meanwhile
    assert await _claims(db) == {0: ONE, 1: TWO, 2: ONE}
