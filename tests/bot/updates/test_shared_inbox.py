"""A process's part of the inbox: each update is dispatched once, by one process, in order."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.updates import shared_inbox
from bot.updates.shared_inbox import SharedInbox
from storage import inbox
from storage.database import Database
from storage.errors import DatabaseUnreachable
from storage.inbox import InboxRecord, IncomingUpdate
from storage.keyring import Keyring
from storage.processes import database_clock, inbox_claims
from storage.processes.assignment import process_for
from storage.processes.inbox_claims import CLAIM_LEASE, Processes
from storage.processes.membership import Role, Topic
from storage.tables import utc_now

ONE, TWO = "00000001", "00000002"


@dataclass
class Living:
    """Stands for the membership; the test says who lives."""

    process: str
    names: set[str]
    is_lost: bool = False
    missing: timedelta = timedelta(0)
    events: dict[Topic, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))
    former: set[str] = field(default_factory=set)

    async def members(self, role: Role | None = None) -> frozenset[str]:
        if self.is_lost:
            raise DatabaseUnreachable
        return frozenset(self.names - self.former if role else self.names)

    async def take(self, role: Role) -> None:
        """All that live receive."""

    async def give_up(self, role: Role) -> None:
        self.former.add(self.process)

    def changed(self, topic: Topic) -> asyncio.Event:
        return self.events[topic]


@dataclass
class Dispatched:
    """Stands for the dispatcher: what it was given, and what it was to drop."""

    updates: list[int] = field(default_factory=list)
    dropped: set[int] = field(default_factory=set)
    dropping: set[int] = field(default_factory=set)
    refused: list[int] = field(default_factory=list)

    def dispatch(self, record: InboxRecord, _: object) -> bool:
        if record.update_id in self.dropping:
            self.refused.append(record.update_id)
            return False
        self.updates.append(record.update_id)
        return True

    def drop(self, update_ids: set[int]) -> None:
        self.dropped |= update_ids


@dataclass
class Part:
    """One process's part of the inbox, and what it did."""

    living: Living
    dispatched: Dispatched
    inbox: SharedInbox
    sizes: list[int]

    async def receives(self, number: int, chat: int) -> None:
        await self.inbox.receive([IncomingUpdate(number, chat, chat, "{}")])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.inbox.run())
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'digitbot.db'}", Keyring.generate()) as database:
        yield database


@pytest.fixture
def part(database: Database) -> Callable[..., Part]:
    """The part of a process: ``part(ONE, ONE, TWO)``, where both live."""

    def make(process: str, *names: str) -> Part:
        living, dispatched = Living(process, set(names)), Dispatched()
        sizes: list[int] = []
        shared: Any = SharedInbox(database, living, dispatched, sizes.append)  # type: ignore[arg-type]
        return Part(living, dispatched, shared, sizes)

    return make


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_inbox, "FETCH_INTERVAL_S", 0.01)
    monkeypatch.setattr(shared_inbox, "RENEW_INTERVAL_S", 0.02)
    monkeypatch.setattr(shared_inbox, "RENEW_ALONE_INTERVAL_S", 0.02)


def chat_of(process: str, start: int = 1) -> int:
    """A chat that belongs to a process."""
    return next(chat for chat in range(start, 1000) if process_for(chat, (ONE, TWO)) == process)


async def complete(database: Database, *numbers: int) -> None:
    async with database.write() as session:
        for number in numbers:
            await inbox.complete(session, number)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def test_the_only_process_takes_up_what_was_left_and_handles_what_it_receives(
    database: Database, part: Callable[..., Part]
) -> None:
    async with database.write() as session:
        await inbox.receive(session, [IncomingUpdate(1, 7, 7, "{}")], "dead")
    one = part(ONE, ONE)
    await one.inbox.start(alone=True)
    await one.receives(2, 7)
    assert one.dispatched.updates == [1, 2]


async def test_what_one_receives_for_the_other_the_other_fetches_once(part: Callable[..., Part]) -> None:
    one, two = part(ONE, ONE, TWO), part(TWO, ONE, TWO)
    async with two.running():
        await one.receives(1, chat_of(TWO))
        await one.receives(2, chat_of(ONE))
        await until(lambda: two.dispatched.updates == [1])
        await asyncio.sleep(0.1)
    assert (one.dispatched.updates, two.dispatched.updates) == ([2], [1])


async def test_what_another_has_received_before_comes_before_it(part: Callable[..., Part]) -> None:
    one, two = part(ONE, ONE, TWO), part(TWO, ONE, TWO)
    await one.receives(2, chat_of(TWO))
    await two.receives(1, chat_of(TWO))
    assert two.dispatched.updates == [2, 1]


async def test_a_dead_process_is_replaced_by_the_only_one_left(part: Callable[..., Part]) -> None:
    one, two = part(ONE, ONE, TWO), part(TWO, ONE, TWO)
    for number in (1, 2):
        await two.receives(number, chat_of(TWO))
    async with one.running():
        await until(lambda: one.sizes == [2])
        one.living.names = {ONE}
        await until(lambda: one.dispatched.updates == [1, 2])
    assert one.sizes == [2, 1]


async def test_after_an_outage_the_others_get_time_to_renew(database: Database, part: Callable[..., Part]) -> None:
    """Their leases are long over, and they may not have joined again yet."""
    two, one = part(TWO, ONE, TWO), part(ONE, ONE)
    await two.receives(1, chat_of(TWO))
    async with database.write() as session:
        await inbox_claims.renew(session, TWO, now=utc_now() - CLAIM_LEASE)
    one.living.missing = timedelta(seconds=2)
    one.inbox = SharedInbox(database, one.living, one.dispatched)  # type: ignore[arg-type]
    await one.inbox.start(alone=False)
    async with one.running():
        await asyncio.sleep(0.3)
        assert one.dispatched.updates == []
        await until(lambda: one.dispatched.updates == [1])


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1)])
async def test_after_a_jump_of_the_clock_the_others_get_time_to_renew(
    part: Callable[..., Part], monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    """All leases look as if they were over, or taken in the future."""
    monkeypatch.setattr(shared_inbox, "RENEW_INTERVAL_S", 0.5)
    one, two = part(ONE, ONE, TWO), part(TWO, ONE, TWO)
    for number, each in enumerate((two, one), 1):
        await each.inbox.start(alone=False)
        await each.receives(number, chat_of(each.living.process))
        await each.inbox.renew()
    monkeypatch.setattr(database_clock, "utc_now", lambda: utc_now() + jump)
    await one.inbox.renew()
    await two.inbox.renew()
    assert two.dispatched.dropped == set()
    async with one.running():  # two hangs from here on, and its new lease ends
        monkeypatch.setattr(database_clock, "utc_now", lambda: utc_now() + jump + CLAIM_LEASE * 1.1)
        await asyncio.sleep(0.3)
        assert one.dispatched.updates == [2]
        await until(lambda: one.dispatched.updates == [2, 1])


async def test_a_process_that_starts_after_a_jump_of_the_clock_takes_nothing_over(
    part: Callable[..., Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_inbox, "RENEW_INTERVAL_S", 0.5)
    one, two = part(ONE, ONE, TWO), part(TWO, ONE, TWO)
    await one.receives(1, chat_of(ONE))
    monkeypatch.setattr(database_clock, "utc_now", lambda: utc_now() + timedelta(hours=1))
    await two.inbox.start(alone=False)
    await two.receives(2, chat_of(TWO))
    await two.inbox.renew()
    await one.inbox.renew()
    assert one.dispatched.dropped == set()


async def test_what_others_have_taken_over_is_dropped(database: Database, part: Callable[..., Part]) -> None:
    one = part(ONE, ONE, TWO)
    await one.receives(1, chat_of(ONE))
    async with database.write() as session:  # this process hung for a minute
        known = Processes(TWO, frozenset({ONE, TWO}), frozenset({ONE, TWO}), timedelta(0))
        await inbox_claims.take_over(session, known, now=utc_now() + CLAIM_LEASE * 1.1)
        await inbox_claims.renew(session, TWO)
    await one.inbox.renew()
    assert one.dispatched.dropped == {1}


async def test_what_is_answered_is_not_taken_for_lost(database: Database, part: Callable[..., Part]) -> None:
    one = part(ONE, ONE, TWO)
    await one.receives(1, chat_of(ONE))
    await complete(database, 1)
    await one.inbox.renew()
    assert one.dispatched.dropped == set()


async def test_what_is_handed_over_the_other_handles_at_once(part: Callable[..., Part]) -> None:
    one, two = part(ONE, ONE, TWO), part(TWO, ONE, TWO)
    await one.inbox.start(alone=False)
    await one.receives(1, chat_of(ONE))
    await two.inbox.start(alone=False)
    await one.inbox.leave()
    two.living.former = one.living.former
    async with two.running():
        await two.receives(2, chat_of(ONE))  # waits with what came before it
        await asyncio.sleep(0.1)
        assert two.dispatched.updates == []
        await one.inbox.hand_over()
        await until(lambda: two.dispatched.updates == [1, 2])


async def test_a_process_that_has_lost_its_session_receives_on(part: Callable[..., Part]) -> None:
    one = part(ONE, ONE, TWO)
    await one.receives(1, chat_of(ONE))
    one.living.is_lost = True
    await one.receives(2, chat_of(ONE))
    await one.receives(3, chat_of(TWO))
    assert one.dispatched.updates == [1, 2]


async def test_a_database_that_is_away_for_a_moment_ends_nothing(part: Callable[..., Part]) -> None:
    one, two = part(ONE, ONE, TWO), part(TWO, ONE, TWO)
    with pytest.MonkeyPatch.context() as patch:
        async with one.running():
            patch.setattr(inbox, "claims", _unreachable)
            await asyncio.sleep(0.1)
            patch.undo()
            await two.receives(1, chat_of(ONE))
            await until(lambda: one.dispatched.updates == [1])


async def _unreachable(_: object) -> dict[int, str | None]:
    raise DatabaseUnreachable


async def test_what_another_left_while_nobody_looked_is_taken_up(part: Callable[..., Part]) -> None:
    one, two = part(ONE, ONE), part(TWO, ONE, TWO)
    async with one.running():
        await two.receives(1, chat_of(ONE))
        await until(lambda: one.dispatched.updates == [1])
    assert one.sizes == []


async def test_too_much_that_waits_anywhere_leaves_no_room(
    part: Callable[..., Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MAX_WAITING", 1)
    one = part(ONE, ONE, TWO)
    async with one.running():
        for number in range(4):
            await one.receives(number, chat_of(TWO))
        await until(lambda: not one.inbox.has_room)


async def test_what_comes_back_while_it_is_still_being_dropped_is_dispatched_afterwards(
    database: Database, part: Callable[..., Part]
) -> None:
    one = part(ONE, ONE, TWO)
    await one.inbox.start(alone=False)
    one.dispatched.dropping = {1}
    async with database.write() as session:
        await inbox.receive(session, [IncomingUpdate(1, 7, 7, "{}")], ONE)
    async with one.running():
        await until(lambda: bool(one.dispatched.refused))
        one.dispatched.dropping = set()
        await until(lambda: one.dispatched.updates == [1])
