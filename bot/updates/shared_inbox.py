"""This process's part of the inbox, which it may share with others: receiving, fetching, taking over, handing over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

from bot.periodic_tasks import wait_for_event
from bot.updates.dispatcher import Dispatcher
from storage import inbox
from storage.database import Database
from storage.errors import StorageError
from storage.inbox import InboxRecord, IncomingUpdate
from storage.processes import inbox_claims
from storage.processes.database_clock import ClockWatch, database_now
from storage.processes.inbox_claims import Processes
from storage.processes.membership import Membership, Role, Topic

log = logging.getLogger(__name__)

FETCH_INTERVAL_S: Final = 0.5  # between two looks for what others have received; PostgreSQL also tells of it
RENEW_INTERVAL_S: Final = 3.0  # a third of how long a living process may be missing
# The same while no other process is there: renewing a full inbox of 1,000 updates takes 20 to 50 ms.
RENEW_ALONE_INTERVAL_S: Final = 20.0


class SharedInbox:
    """Dispatches what this process has to handle, each update once, in order of arrival within each chat.

    Where it is the only one, nothing is looked up that others might have changed. ``on_receivers`` is called with the
    number of processes that share the inbox when that has changed.
    """

    def __init__(
        self,
        database: Database,
        membership: Membership,
        dispatcher: Dispatcher,
        on_receivers: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._database = database
        self._membership = membership
        self._process = membership.process
        self._dispatcher = dispatcher
        self._on_receivers = on_receivers
        own = frozenset({membership.process})
        self._known = Processes(membership.process, own, own, membership.missing)
        self._is_shared = self._has_started = self._has_left = False
        self._dispatched: set[int] = set()  # what is still in the inbox of that, and a bit more
        self._unanswered = 0
        self._renewed_at = 0.0
        self._clock = ClockWatch()
        self._steady_at = 0.0  # from when on others have had the time to renew their claims, on the monotonic clock

    async def start(self, *, alone: bool) -> None:
        """Receive from now on, and take up what an earlier process left, where there is no other. Raises
        StorageError."""
        await self._membership.take(Role.RECEIVER)
        self._has_started, self._is_shared = True, not alone
        self._let_others_renew(2 * RENEW_INTERVAL_S)
        if not alone:
            return
        async with self._database.write(first=True) as session:
            await inbox_claims.claim_all(session, self._process, await self._membership.members())
            left = await inbox.claimed(session, self._process)
        self._dispatch(left)
        if left:
            log.info("%d updates of before are taken up", len(left))

    async def receive(
        self, updates: Sequence[IncomingUpdate], parsed: Mapping[int, Update] = MappingProxyType({})
    ) -> None:
        """Store updates, and dispatch those that are new and this process's. Raises StorageError: then none of them
        has arrived. ``parsed``: the same by their ids, where they are at hand."""
        await self._look_at_receivers()
        receivers = self._known.receivers if self._is_shared else ()
        async with self._database.write(first=True, about={each.chat_id for each in updates}) as session:
            new = await inbox.receive(session, updates, self._process, receivers)
            if self._is_shared:  # what others have received for these chats comes before it
                new = await inbox.claimed(session, self._process, but=self._dispatched)
        self._dispatch(new, parsed)

    @property
    def has_room(self) -> bool:
        """Whether the processes together keep up; what is not taken stays with Telegram for a day."""
        return self._unanswered < 2 * inbox.MAX_WAITING * len(self._known.receivers)

    async def run(self) -> None:
        """Fetch what others have received for this process, keep its claims, and take over those of dead processes."""
        told = self._membership.changed(Topic.INBOX)
        while True:
            told.clear()
            try:
                await self._look_at_receivers()
                interval = RENEW_INTERVAL_S if self._is_shared else RENEW_ALONE_INTERVAL_S
                is_due = time.monotonic() - self._renewed_at >= interval
                if is_due:
                    await self.renew()
                if self._is_shared or is_due:
                    await self._look()
            except StorageError as error:
                self._let_others_renew()
                log.warning("the claims on updates could not be kept (%s); trying again", error)
            await wait_for_event(told, FETCH_INTERVAL_S)

    async def renew(self) -> None:
        """Keep the claims of this process, drop what it has lost, and take over what nobody handles. Raises
        StorageError."""
        self._renewed_at = time.monotonic()
        if not (self._is_shared or self._dispatched):
            return
        async with self._database.write() as session:
            await inbox_claims.renew(session, self._process)
            if self._is_shared and not self._has_left:
                await self._take_over(session)
            claims = await inbox.claims(session)
        self._note(claims)

    async def leave(self) -> None:
        """From now on the others receive alone; what this process has begun stays its own while it renews."""
        self._has_left = True
        with suppress(StorageError):
            await self._membership.give_up(Role.RECEIVER)

    async def hand_over(self) -> None:
        """Give up what is left, at the end, after ``leave``: the others take it over at once, else the next start."""
        if not self._has_started:
            return
        try:
            async with self._database.write() as session:
                await inbox_claims.release(session, self._process)
        except StorageError as error:
            log.warning("what is unanswered could not be handed over (%s); others take it over in a while", error)

    async def _look_at_receivers(self) -> None:
        """As before where they cannot be had: this process then has lost its session for a moment."""
        receivers = self._known.receivers
        with suppress(StorageError):
            receivers = await self._membership.members(Role.RECEIVER) | {self._process}
        self._is_shared = self._is_shared or len(receivers) > 1
        if len(receivers) != len(self._known.receivers):
            log.info("%d processes share the inbox", len(receivers))
            self._on_receivers(len(receivers))
        self._known = replace(self._known, receivers=receivers)

    def _let_others_renew(self, seconds: float = 0.0) -> None:
        """After an outage of the database, or a jump of its clock, take nothing over for as long as others may take."""
        self._steady_at = time.monotonic() + max(seconds, self._known.missing.total_seconds())

    async def _take_over(self, session: AsyncSession) -> None:
        known = replace(self._known, living=await self._membership.members())
        now = await database_now(session)
        if self._clock.has_jumped(now):
            log.warning(
                "the clock has jumped: what other processes have claimed stays theirs until they have renewed it"
            )
            self._let_others_renew(2 * RENEW_INTERVAL_S)
        is_steady = time.monotonic() >= self._steady_at
        number = await inbox_claims.take_over(session, known, only_released=not is_steady, now=now)
        if number:
            log.info("%d updates that nobody handled are shared out", number)

    async def _look(self) -> None:
        async with self._database.read() as session:
            claims = await inbox.claims(session)
        self._unanswered = len(claims)
        self._is_shared = self._is_shared or not claims.keys() <= self._dispatched
        if None in claims.values():
            await self.renew()
        if any(process == self._process and number not in self._dispatched for number, process in claims.items()):
            async with self._database.read() as session:
                new = await inbox.claimed(session, self._process, but=self._dispatched)
            self._dispatch(new)

    def _note(self, claims: Mapping[int, str | None]) -> None:
        """What has left the inbox, or this process, since it was dispatched."""
        still_there = self._dispatched & claims.keys()
        lost = {number for number in still_there if claims[number] != self._process}
        self._dispatched = still_there - lost
        self._dispatcher.drop(lost)
        # Until all that others have left or received is dispatched here, also where this is the only process now.
        self._is_shared = len(self._known.receivers) > 1 or claims.keys() != self._dispatched

    def _dispatch(self, records: Iterable[InboxRecord], parsed: Mapping[int, Update] = MappingProxyType({})) -> None:
        """All but what was dispatched since the records were loaded. What the dispatcher is still dropping, and this
        process has again, is dispatched at a later look."""
        for record in records:
            number = record.update_id
            if number not in self._dispatched and self._dispatcher.dispatch(record, parsed.get(number)):
                self._dispatched.add(number)
