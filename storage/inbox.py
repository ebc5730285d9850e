"""The inbox: updates are stored before Telegram is told that they arrived, and leave when they have been answered.

An idempotent consumer (Richardson, "Microservices Patterns", 3.3): receiving is one transaction, an effect and its mark
are another, so that a crash at any moment neither loses nor repeats one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, delete, exists, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.columns import UtcTime
from storage.tables import InboxUpdate, ProcessedUpdate, utc_now

# Telegram keeps updates for 24 hours (Bot API, "Getting updates"): with so many waiting it may keep the others.
MAX_WAITING: Final = 1_000
# A process that has not renewed its claims for so long is dead, and another one may take them over.
CLAIM_LEASE: Final = timedelta(seconds=60)
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
    received_at: datetime
    applied: bool = False


async def receive(
    session: AsyncSession, updates: Sequence[IncomingUpdate], process: str, *, now: datetime | None = None
) -> tuple[InboxRecord, ...]:
    """Store those updates that are new, claimed by ``process``; returns them, in the order of their ids.

    What waits already or has been answered is left as it is: Telegram delivers again what was not acknowledged.
    """
    moment = now or utc_now()
    ids = [each.update_id for each in updates]
    known = {
        *await session.scalars(select(InboxUpdate.update_id).where(InboxUpdate.update_id.in_(ids))),
        *await session.scalars(select(ProcessedUpdate.update_id).where(ProcessedUpdate.update_id.in_(ids))),
    }
    new = {each.update_id: each for each in updates if each.update_id not in known}
    rows = [_row(new[number], process, moment) for number in sorted(new)]
    session.add_all(rows)
    await session.flush()
    return tuple(_record(row) for row in rows)


async def claim(
    session: AsyncSession, process: str, *, alone: bool, now: datetime | None = None
) -> tuple[InboxRecord, ...]:
    """Take over what no living process holds, in the order of the update ids.

    ``alone``: no other process uses this inbox, so that even a claim whose lease still runs is a dead process's.
    """
    moment = now or utc_now()
    query = select(InboxUpdate).order_by(InboxUpdate.received_at, InboxUpdate.update_id)
    if not alone:
        # A lease from the far future was taken while a clock was wrong: its holder would have renewed it since.
        ended = or_(InboxUpdate.leased_until < moment, InboxUpdate.leased_until > moment + 2 * CLAIM_LEASE)
        query = query.where(or_(InboxUpdate.claimed_by.is_(None), ended))
    rows = (await session.scalars(query)).all()
    for row in rows:
        row.claimed_by, row.leased_until = process, moment + CLAIM_LEASE
    await session.flush()
    return tuple(_record(row) for row in rows)


async def renew(session: AsyncSession, process: str, *, now: datetime | None = None) -> None:
    """Keep this process's claims for another lease."""
    until = (now or utc_now()) + CLAIM_LEASE
    await session.execute(update(InboxUpdate).where(InboxUpdate.claimed_by == process).values(leased_until=until))


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


def _row(new: IncomingUpdate, process: str, moment: datetime) -> InboxUpdate:
    return InboxUpdate(
        update_id=new.update_id,
        chat_hmac=new.chat_id,
        chat_id=new.chat_id,
        sender_hmac=new.sender_id,
        sender_id=new.sender_id,
        payload=new.payload,
        received_at=moment,
        claimed_by=process,
        leased_until=moment + CLAIM_LEASE,
        starts=0,
        applied=False,
    )


def _record(row: InboxUpdate) -> InboxRecord:
    return InboxRecord(row.update_id, row.payload, row.starts, row.received_at, row.applied)
