"""The inbox: nothing that was received is lost, nothing that was answered comes again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from storage import corrections, inbox
from storage.database import Database
from storage.errors import CorrectionError
from storage.inbox import IncomingUpdate
from storage.processes import inbox_claims
from storage.processes.inbox_claims import CLAIM_LEASE, Processes
from storage.tables import utc_now

ANN, BOB, CHAT = 700_000_001, 700_000_002, -1_001_234_567_890


def _update(number: int, sender: int = ANN) -> IncomingUpdate:
    return IncomingUpdate(number, CHAT, sender, f'{{"update_id": {number}, "text": "my secret 427"}}')


async def _receive(db: Database, *numbers: int, process: str = "this", sender: int = ANN) -> list[int]:
    async with db.write() as session:
        new = await inbox.receive(session, [_update(number, sender) for number in numbers], process)
    return [record.update_id for record in new]


async def _claim(db: Database, process: str, *, alone: bool = True, later: timedelta = timedelta()) -> list[int]:
    """``alone``: else there is a process "living"."""
    now = utc_now() + later
    async with db.write() as session:
        if alone:
            await inbox_claims.claim_all(session, process, {process}, now=now)
        else:
            known = Processes(process, frozenset({process, "living"}), frozenset({process, "living"}), timedelta(0))
            await inbox_claims.take_over(session, known, now=now)
        return [each.update_id for each in await inbox.claimed(session, process)]


async def _complete(db: Database, number: int) -> None:
    async with db.write() as session:
        await inbox.complete(session, number)


async def test_what_is_delivered_twice_is_stored_once(db: Database) -> None:
    assert await _receive(db, 1, 2) == [1, 2]
    assert await _receive(db, 2, 3) == [3]


async def test_what_was_answered_does_not_come_again(db: Database) -> None:
    await _receive(db, 1, 2)
    await _complete(db, 1)
    assert await _receive(db, 1, 2) == []
    assert await _claim(db, "next") == [2]


async def test_the_next_start_takes_up_what_is_left_in_order(db: Database) -> None:
    await _receive(db, 3, 1, 2, process="killed")
    assert await _claim(db, "next") == [1, 2, 3]


async def test_another_process_waits_for_the_lease_to_run_out(db: Database) -> None:
    await _receive(db, 1, process="living")
    assert await _claim(db, "other", alone=False) == []
    assert await _claim(db, "other", alone=False, later=CLAIM_LEASE * 2) == [1]


async def test_a_lease_that_is_renewed_does_not_run_out(db: Database) -> None:
    await _receive(db, 1, process="living")
    async with db.write() as session:
        await inbox_claims.renew(session, "living", now=utc_now() + CLAIM_LEASE * 2)
    assert await _claim(db, "other", alone=False, later=CLAIM_LEASE * 2) == []


async def test_the_payload_comes_back_whole(db: Database) -> None:
    await _receive(db, 1)
    async with db.write() as session:
        (record,) = await inbox.claimed(session, "this")
    assert record.payload == _update(1).payload


async def test_starts_are_counted(db: Database) -> None:
    await _receive(db, 1)
    async with db.write() as session:
        assert [await inbox.begin(session, number) for number in (1, 1, 99)] == [1, 2, 0]


async def test_an_effect_is_applied_once(db: Database) -> None:
    await _receive(db, 1)
    for first in (True, False, False):
        async with db.write() as session:
            assert await inbox.apply_once(session, 1) is first


async def test_an_effect_that_was_rolled_back_is_still_to_come(db: Database) -> None:
    await _receive(db, 1)
    with pytest.raises(CorrectionError):
        async with db.write() as session:
            await inbox.apply_once(session, 1)
            await corrections.correct(session, 99, 99, {})
    async with db.write() as session:
        assert await inbox.apply_once(session, 1)


async def test_forgetting_drops_that_persons_updates_but_the_one_that_asks(db: Database) -> None:
    await _receive(db, 1, 2, 3)
    await _receive(db, 4, sender=BOB)
    async with db.write() as session:
        assert await inbox.forget_sender(session, ANN, but=3) == 2
    assert await _claim(db, "next") == [3, 4]
    assert await _receive(db, 1, 2) == []


async def test_what_nobody_could_answer_for_a_day_is_dropped(db: Database) -> None:
    await _receive(db, 1)
    async with db.write() as session:
        assert await inbox.purge(session) == 0
        assert await inbox.purge(session, now=utc_now() + timedelta(hours=25)) == 1
        assert await inbox.waiting(session) == 0


async def test_nothing_of_an_update_lies_in_the_clear(db: Database, path: Path) -> None:
    await _receive(db, 1)
    for file in path.parent.iterdir():
        content = file.read_bytes()
        assert b"secret 427" not in content
        assert str(ANN).encode() not in content


async def test_an_inbox_write_does_not_wait_behind_others(db: Database) -> None:
    order: list[str] = []

    async def write(name: str, *, first: bool = False) -> None:
        async with db.write(first=first):
            order.append(name)

    async with asyncio.TaskGroup() as tasks, db.write():
        for name in "abc":
            tasks.create_task(write(name))
        await asyncio.sleep(0)
        tasks.create_task(write("inbox", first=True))
        await asyncio.sleep(0)
    assert order == ["inbox", "a", "b", "c"]
