"""Everything that is stored about one person, for that person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import readings
from storage.people import PersonRecord
from storage.readings import ReadingRecord
from storage.tables import Correction, InboxUpdate, StoredAdapter


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """A label that a person gave: 0 to 9, or 10 for no digit. ``consented``: None where they were not asked yet."""

    image: bytes
    label: int
    read_as: int | None
    model: str | None
    made_at: datetime
    consented: bool | None


@dataclass(frozen=True, slots=True)
class PersonData:
    """A person with their readings, the oldest first, their corrections, also those that were replaced, what is trained
    of these, and the messages of theirs that wait for an answer (Telegram's JSON)."""

    person: PersonRecord
    readings: tuple[ReadingRecord, ...]
    corrections: tuple[CorrectionRecord, ...]
    adapter: bytes | None
    waiting: tuple[str, ...]


async def of(session: AsyncSession, person: PersonRecord) -> PersonData:
    """All of it."""
    made = select(Correction).where(Correction.person_id == person.id).order_by(Correction.id)
    waiting = select(InboxUpdate.payload).where(InboxUpdate.sender_hmac == person.telegram_id)
    adapter = select(StoredAdapter.content).where(StoredAdapter.person_id == person.id)
    return PersonData(
        person=person,
        readings=await readings.of_person(session, person.id),
        corrections=tuple(_record(row) for row in await session.scalars(made)),
        adapter=await session.scalar(adapter),
        waiting=tuple(await session.scalars(waiting.order_by(InboxUpdate.update_id))),
    )


def _record(row: Correction) -> CorrectionRecord:
    return CorrectionRecord(row.image, row.label, row.read_as, row.model, row.made_at, row.consented)
