"""The inbox: updates are stored before Telegram is told that they arrived, and leave when they have been answered.

An idempotent consumer (Richardson, "Microservices Patterns", 3.3): receiving is one transaction, an effect and its mark
are another, so that a crash at any moment neither loses nor repeats one.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, delete, exists, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.columns import UtcTime
from storage.processes.assignment import process_for
from storage.processes.database_clock import database_now
from storage.processes.inbox_claims import Claim, claim_for
from storage.processes.membership import Topic
from storage.processes.notifications import notify
from storage.tables import InboxUpdate, ProcessedUpdate, utc_now

# Telegram keeps updates for 24 hours (Bot API, "Getting updates"): with so many waiting it may keep the others.
MAX_WAITING: Final = 1_000
# What could not be answered in a day is of no more use to anybody; see ``purge``.
KEEP: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class IncomingUpdate:
    """An update as it arrived: ``payload`` is its JSON; ``chat_id`` and ``sender_id`` are Telegram's, 0 for none."""

    update_id: int
    chat_id: int
    sender_id: int
    payload: str


@dataclass(frozen=True, slots=True)
class InboxRecord:
    """A stored update. ``starts``: how often its handling was begun, the last time included; ``applied`` as in
    ``tables.InboxUpdate``."""

    update_id: int
    payload: str
    starts: int
    applied: bool = False


async def receive(
    session: AsyncSession,
    updates: Sequence[IncomingUpdate],
    process: str,
    receivers: Collection[str] = (),
    *,
    now: datetime | None = None,
) -> tuple[InboxRecord, ...]:
    """Store those updates that are new; returns those that are claimed by ``process``, in the order of their ids.

    Where the inbox is shared, ``receivers`` are the processes that do so, ``process`` among them: each update is
    claimed by the one that has its chat. What waits already or has been answered is left as it is: Telegram delivers
    again what was not acknowledged.
    """
    moment = now or await database_now(session)
    ids = [each.update_id for each in updates]
    known = {
        *await session.scalars(select(InboxUpdate.update_id).where(InboxUpdate.update_id.in_(ids))),
        *await session.scalars(select(ProcessedUpdate.update_id).where(ProcessedUpdate.update_id.in_(ids))),
    }
    new = {each.update_id: each for each in updates if each.update_id not in known}
    rows = []
    for number in sorted(new):
        chat = new[number].chat_id
        own = Claim.new(process, moment)
        claim = await claim_for(session, chat, process_for(chat, receivers), moment) if receivers else own
        rows.append(_row(new[number], claim, moment))
        session.add(rows[-1])
    await session.flush()
    if any(row.claimed_by != process for row in rows):
        await notify(session, Topic.INBOX)
    return tuple(_record(row) for row in rows if row.claimed_by == process)


async def claims(session: AsyncSession) -> dict[int, str | None]:
    """The process that each update of the inbox is claimed by; None where nobody has it."""
    rows = await session.execute(select(InboxUpdate.update_id, InboxUpdate.claimed_by))
    return {row.update_id: row.claimed_by for row in rows}


async def claimed(session: AsyncSession, process: str, *, but: Collection[int] = ()) -> tuple[InboxRecord, ...]:
    """What a process has to handle, in order of arrival, all ``but`` these updates, which it is at."""
    ids = set(await session.scalars(select(InboxUpdate.update_id).where(InboxUpdate.claimed_by == process)))
    if not (wanted := ids.difference(but)):
        return ()
    query = select(InboxUpdate).where(InboxUpdate.update_id.in_(wanted))
    rows = await session.scalars(query.order_by(InboxUpdate.received_at, InboxUpdate.update_id))
    return tuple(_record(row) for row in rows)


async def begin(session: AsyncSession, update_id: int) -> int:
    """Count a start of an update's handling; returns which one it is, 0 where the update is not in the inbox."""
    counting = update(InboxUpdate).where(InboxUpdate.update_id == update_id).values(starts=InboxUpdate.starts + 1)
    return await session.scalar(counting.returning(InboxUpdate.starts)) or 0


async def apply_once(session: AsyncSession, update_id: int) -> bool:
    """Whether the effect of an update is still to come; from this transaction on it no longer is.

    For effects that must not happen twice though their answer may have to be sent again. An update that is not in the
    inbox (a caller without one) is always applied.
    """
    row = await session.scalar(select(InboxUpdate).where(InboxUpdate.update_id == update_id))
    if row is None:
        return True
    first, row.applied = not row.applied, True
    await session.flush()
    return first


async def complete(session: AsyncSession, update_id: int, *, now: datetime | None = None) -> None:
    """The update has been answered: it leaves the inbox, and is not taken in again."""
    await session.execute(delete(InboxUpdate).where(InboxUpdate.update_id == update_id))
    known = exists().where(ProcessedUpdate.update_id == update_id)
    columns = (ProcessedUpdate.update_id, ProcessedUpdate.claimed_by, ProcessedUpdate.claimed_at, ProcessedUpdate.done)
    values = (literal(update_id, BigInteger()), literal(""), literal(now or utc_now(), UtcTime()), literal(True))
    await session.execute(insert(ProcessedUpdate).from_select(columns, select(*values).where(~known)))


async def waiting(session: AsyncSession) -> int:
    """How many updates wait or are being handled."""
    return await session.scalar(select(func.count()).select_from(InboxUpdate)) or 0


async def forget_sender(session: AsyncSession, sender_id: int, *, but: int = 0) -> int:
    """Drop what this sender's updates say, all ``but`` the one that asks for it; returns how many there were."""
    theirs = (InboxUpdate.sender_hmac == sender_id, InboxUpdate.update_id != but)
    ids = (await session.scalars(select(InboxUpdate.update_id).where(*theirs))).all()
    for number in ids:
        await complete(session, number)
    return len(ids)


async def purge(session: AsyncSession, now: datetime | None = None, keep: timedelta = KEEP) -> int:
    """Drop what nobody could answer for so long; returns how many updates that were."""
    expired = select(InboxUpdate.update_id).where(InboxUpdate.received_at < (now or utc_now()) - keep)
    ids = (await session.scalars(expired)).all()
    for number in ids:
        await complete(session, number, now=now)
    return len(ids)


def _row(new: IncomingUpdate, claim: Claim, moment: datetime) -> InboxUpdate:
    return InboxUpdate(
        update_id=new.update_id,
        chat_hmac=new.chat_id,
        chat_id=new.chat_id,
        sender_hmac=new.sender_id,
        sender_id=new.sender_id,
        payload=new.payload,
        received_at=moment,
        claimed_by=claim.process,
        leased_until=claim.until,
        starts=0,
        applied=False,
    )


def _record(row: InboxUpdate) -> InboxRecord:
    return InboxRecord(row.update_id, row.payload, row.starts, row.applied)
