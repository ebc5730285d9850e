"""Statistics of readings and of the labels that people gave, one person's or everybody's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import Correction, StoredDigit, StoredReading


@dataclass(frozen=True, slots=True)
class DayStatistics:
    """One day (UTC): how many photos were read, and of the digits that were labelled how many had been read ``right``
    and ``wrong``."""

    day: date
    readings: int
    right: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Confused:
    """Digits of one ``label`` (10: no digit) that were read as another, and how many."""

    read_as: int
    label: int
    count: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is stored now: readings last as long as they can be corrected, labels as long as their consent.

    ``days`` on which there was anything, the oldest first; ``confused``: the commonest first, then the oldest.
    ``people`` counts those whose readings or labels these are.
    """

    people: int
    readings: int
    digits: int
    days: tuple[DayStatistics, ...]
    confused: tuple[Confused, ...]

    @property
    def right(self) -> int:
        return sum(day.right for day in self.days)

    @property
    def wrong(self) -> int:
        return sum(day.wrong for day in self.days)


async def of(session: AsyncSession, person_id: int | None = None) -> Statistics:
    """One person's statistics; with None everybody's."""
    reads = true() if person_id is None else StoredReading.person_id == person_id
    times = list(await session.scalars(select(StoredReading.created_at).where(reads)))
    digits = select(func.count()).select_from(StoredDigit).join(StoredReading).where(reads)
    labels = await _labels(session, true() if person_id is None else Correction.person_id == person_id)
    read, right, wrong = (
        Counter(time.date() for time in times),
        Counter(day for day, read_as, label in labels if read_as == label),
        Counter(day for day, read_as, label in labels if read_as != label),
    )
    pairs = Counter((read_as, label) for _, read_as, label in labels if read_as != label)
    return Statistics(
        people=1 if person_id is not None else await _count_people(session),
        readings=len(times),
        digits=await session.scalar(digits) or 0,
        days=tuple(DayStatistics(day, read[day], right[day], wrong[day]) for day in sorted(read | right | wrong)),
        confused=tuple(Confused(*pair, count) for pair, count in pairs.most_common()),
    )


async def _count_people(session: AsyncSession) -> int:
    """Those who have readings or labels; an imported sample belongs to nobody."""
    labelling = select(Correction.person_id).where(Correction.person_id.is_not(None))
    either = select(StoredReading.person_id).union(labelling).subquery()
    return await session.scalar(select(func.count()).select_from(either)) or 0


async def _labels(session: AsyncSession, whose: ColumnElement[bool]) -> list[tuple[date, int, int]]:
    """Day, what was read, and label, of each label that applies; of overlooked digits and imported ones nothing had
    been read."""
    applied = (whose, Correction.replaced_by.is_(None), Correction.read_as.is_not(None))
    columns = select(Correction.made_at, Correction.read_as, Correction.label)
    rows = await session.execute(columns.where(*applied).order_by(Correction.id))
    return [(made_at.date(), int(read_as or 0), label) for made_at, read_as, label in rows]
