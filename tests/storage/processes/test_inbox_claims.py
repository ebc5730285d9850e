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
from storage.processes.inbox_claims import CLAIM_LEASE, MISSING_LEASE
from storage.tables import InboxUpdate, utc_now

ONE, TWO, THREE = "00000001", "00000002", "00000003"
CHATS = range(1, 13)
SECOND = timedelta(seconds=1)
GONE = MISSING_LEASE + SECOND


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
    db: Database, process: str, *members: str, later: timedelta = timedelta(), only_released: bool = False
) -> int:
    async with db.write() as session:
        return await inbox_claims.take_over(
            session, process, {process, *members}, only_released=only_released, now=utc_now() + later
        )


async def test_each_update_is_claimed_by_the_process_that_has_its_chat(shared: Database) -> None:
    mine = [number for number in CHATS if await _receive(shared, number, chat=number)]
    assert mine == [chat for chat in CHATS if process_for(chat, (ONE, TWO)) == ONE]
    assert await _claims(shared) == {chat: process_for(chat, (ONE, TWO)) for chat in CHATS}


async def test_a_delivery_to_both_is_stored_once(shared: Database) -> None:
    for process in (ONE, TWO):
        await _receive(shared, 1, 2, chat=7, process=process)
    assert len(await _claims(shared)) == 2
    assert await _receive(shared, 1, 2, chat=7, process=process_for(7, (ONE, TWO))) == []


@pytest.mark.parametrize("members", [(ONE, TWO, THREE), (ONE, THREE)], ids=["living", "dead"])
async def test_what_follows_in_a_chat_goes_to_the_process_that_is_at_it(
    shared: Database, members: Collection[str]
) -> None:
    """A dead one's, too: all of it is then taken over in order."""
    await _receive(shared, 1, chat=7, members=[TWO])
    await _receive(shared, 2, chat=7, members=members)
    assert await _claims(shared) == {1: TWO, 2: TWO}
    async with shared.read() as session:
        leases = set(await session.scalars(select(InboxUpdate.leased_until)))
    assert len(leases) == 1


async def test_a_process_finds_what_others_have_received_for_it_in_order(shared: Database) -> None:
    for number in (3, 1, 2):
        await _receive(shared, number, chat=7, members=[TWO])
    async with shared.read() as session:
        assert [each.update_id for each in await inbox.claimed(session, TWO)] == [3, 1, 2]
        assert [each.update_id for each in await inbox.claimed(session, TWO, but={3, 2})] == [1]
        assert await inbox.claimed(session, ONE) == ()


async def test_what_a_dead_process_has_left_is_shared_out_by_chat_after_a_while(shared: Database) -> None:
    for number in CHATS:
        await _receive(shared, number, chat=number, members=[THREE])
    assert await _take_over(shared, ONE, TWO) == 0  # it may have lost its session only
    assert await _take_over(shared, ONE, TWO, THREE, later=GONE) == 0
    assert await _take_over(shared, ONE, TWO, later=GONE, only_released=True) == 0
    assert await _take_over(shared, ONE, TWO, later=GONE) == len(CHATS)
    assert await _claims(shared) == {chat: process_for(chat, (ONE, TWO)) for chat in CHATS}


async def test_a_process_that_is_missing_and_renews_keeps_its_claims(shared: Database) -> None:
    await _receive(shared, 1, chat=7, members=[TWO])
    async with shared.write() as session:
        await inbox_claims.renew(session, TWO, now=utc_now() + GONE)
    assert await _take_over(shared, ONE, later=GONE + SECOND) == 0


async def test_a_process_that_hangs_loses_its_claims_and_gets_none_back(shared: Database) -> None:
    for number in CHATS:
        await _receive(shared, number, chat=number, members=[TWO])
    assert await _take_over(shared, ONE, TWO, later=CLAIM_LEASE - SECOND) == 0
    assert await _take_over(shared, ONE, TWO, later=CLAIM_LEASE + SECOND) == len(CHATS)
    assert set((await _claims(shared)).values()) == {ONE}


async def test_a_process_does_not_take_over_from_itself(shared: Database) -> None:
    await _receive(shared, 1, chat=7, members=[ONE])
    assert await _take_over(shared, ONE, TWO, later=CLAIM_LEASE + SECOND) == 0


async def test_what_is_released_is_taken_over_at_once(shared: Database) -> None:
    await _receive(shared, 1, chat=7, members=[TWO])
    async with shared.write() as session:
        await inbox_claims.release(session, TWO)
    await _receive(shared, 2, chat=7)  # waits with what came before it
    assert await _claims(shared) == {1: None, 2: None}
    assert await _take_over(shared, ONE, only_released=True) == 2
    assert await _claims(shared) == {1: ONE, 2: ONE}


async def test_the_only_process_claims_everything(shared: Database) -> None:
    for number, holder in enumerate((ONE, TWO, THREE)):
        await _receive(shared, number, chat=number, members=[holder])
    async with shared.write() as session:
        await inbox_claims.claim_all(session, ONE)
    assert await _claims(shared) == {0: ONE, 1: ONE, 2: ONE}
