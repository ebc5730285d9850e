"""Who handles which update of the inbox, where several processes share it.

Each update is claimed by one process, and all of a chat by the same one, so that order within a chat, albums and what a
process remembers of a chat are that process's own business. A claim is a lease (Gray and Cheriton, "Leases", 1989): who
does not renew it loses it. Each function belongs into ``Database.write``, which is serial among all processes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from storage.processes.assignment import process_for
from storage.processes.database_clock import database_now
from storage.processes.membership import Topic
from storage.processes.notifications import notify
from storage.tables import InboxUpdate

# A process that lives, as far as the system can tell, and has not renewed its claims for so long hangs.
CLAIM_LEASE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Processes:
    """Those that use the database, as ``process`` sees them: who lives, who receives updates, and for how long one that
    lives may be ``missing``: it renews its claims meanwhile."""

    process: str
    living: frozenset[str]
    receivers: frozenset[str]
    missing: timedelta


@dataclass(frozen=True, slots=True)
class Claim:
    """By whom an update is claimed, and until when unless the claim is renewed."""

    process: str | None
    until: datetime | None

    @classmethod
    def new(cls, process: str, now: datetime) -> Claim:
        return cls(process, now + CLAIM_LEASE)


async def claim_for(session: AsyncSession, chat_id: int, process: str, now: datetime) -> Claim:
    """The claim on a new update of a chat: that on the chat's unanswered updates, else one of ``process``.

    Also where their holder is dead: then the new update waits with them until somebody takes over both, in order.
    """
    holder = select(InboxUpdate.claimed_by, InboxUpdate.leased_until).where(InboxUpdate.chat_hmac == chat_id).limit(1)
    row = (await session.execute(holder)).first()
    return Claim(*row) if row else Claim.new(process, now)


async def claim_all(
    session: AsyncSession, process: str, living: Collection[str], *, now: datetime | None = None
) -> None:
    """At the start, where no other bot lived: all but what those that are ``living`` by now have received."""
    claim = Claim.new(process, now or await database_now(session))
    is_left = or_(InboxUpdate.claimed_by.is_(None), InboxUpdate.claimed_by.not_in(living))
    await session.execute(update(InboxUpdate).where(is_left).values(_values(claim)))


async def renew(session: AsyncSession, process: str, *, now: datetime | None = None) -> None:
    """Keep this process's claims for another lease."""
    claim = Claim.new(process, now or await database_now(session))
    await session.execute(update(InboxUpdate).where(InboxUpdate.claimed_by == process).values(_values(claim)))


async def take_over(
    session: AsyncSession, known: Processes, *, only_released: bool = False, now: datetime | None = None
) -> int:
    """Share out, by chat, what nobody handles among the receivers and this process; returns how much.

    That is what was released and, unless ``only_released``, what a process that is gone has left, and what one has let
    its lease run out for, which gets none of that back.
    """
    moment = now or await database_now(session)
    needed = load_only(InboxUpdate.claimed_by, InboxUpdate.leased_until, InboxUpdate.chat_id)
    released = InboxUpdate.claimed_by.is_(None)
    which = released if only_released else or_(released, _is_abandoned(known, moment))
    abandoned = (await session.scalars(select(InboxUpdate).options(needed).where(which))).all()
    for row in abandoned:
        heirs = known.receivers - {row.claimed_by} | {known.process}
        row.claimed_by, row.leased_until = process_for(row.chat_id, heirs), moment + CLAIM_LEASE
    await session.flush()
    if any(row.claimed_by != known.process for row in abandoned):
        await notify(session, Topic.INBOX)
    return len(abandoned)


async def release(session: AsyncSession, process: str) -> None:
    """Give up all claims of this process: the others take them over as soon as they hear of it."""
    mine = update(InboxUpdate).where(InboxUpdate.claimed_by == process)
    await session.execute(mine.values(_values(Claim(None, None))))
    await notify(session, Topic.INBOX)


def _is_abandoned(known: Processes, now: datetime) -> ColumnElement[bool]:
    # A lease from the far future was taken while a clock was wrong: its holder would have renewed it since.
    ended = or_(InboxUpdate.leased_until < now, InboxUpdate.leased_until > now + 2 * CLAIM_LEASE)
    is_missing = InboxUpdate.claimed_by.not_in(known.living)
    is_gone = and_(is_missing, InboxUpdate.leased_until <= now + CLAIM_LEASE - known.missing)
    return and_(InboxUpdate.claimed_by != known.process, or_(ended, is_gone))


def _values(claim: Claim) -> dict[str, object]:
    return {"claimed_by": claim.process, "leased_until": claim.until}
