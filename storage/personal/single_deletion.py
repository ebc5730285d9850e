"""Deleting one sample or one reading, for its person; call ``Database.scrub`` after the commit."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import samples
from storage.model_versions import mark_for_retraining
from storage.personal.correction_deletion import delete_corrections
from storage.samples import Sample
from storage.tables import Correction, StoredDigit, StoredReading


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many samples were deleted, and the names of the model versions that were trained on them."""

    samples: int
    trained: tuple[str, ...]


async def own_samples(session: AsyncSession, person_id: int) -> tuple[Sample, ...]:
    """The samples of a person, the newest first."""
    return tuple(reversed(await samples.consented(session, person_id)))


async def delete_sample(session: AsyncSession, person_id: int, number: int) -> Deleted | None:
    """Delete the sample with this number (``Sample.number``), and what the person had said of the same digit before.

    What is trained for the person goes with it, and is trained anew without it. None where they have no such sample.
    """
    uid = await session.scalar(select(Correction.uid).where(Correction.id == number, Correction.person_id == person_id))
    if uid is None:
        return None
    gone = await samples.with_earlier(session, [number])
    trained = await mark_for_retraining(session, person_id, Correction.id.in_(gone))
    count = await samples.remove(session, [uid])
    return Deleted(count, trained) if count else None


async def delete_reading(session: AsyncSession, person_id: int, reading_id: int) -> Deleted | None:
    """Delete a reading with its digit images and all corrections of them, samples or not.

    None where the person has no such reading.
    """
    theirs = (StoredReading.id == reading_id, StoredReading.person_id == person_id)
    if await session.scalar(select(StoredReading.id).where(*theirs)) is None:
        return None
    digits = select(StoredDigit.id).where(StoredDigit.reading_id == reading_id)
    made = Correction.digit_id.in_(digits)
    count = await session.scalar(select(func.count(Correction.id)).where(made, samples.IS_SAMPLE)) or 0
    trained = await delete_corrections(session, person_id, made)
    await session.execute(delete(StoredReading).where(*theirs))
    return Deleted(count, trained)
