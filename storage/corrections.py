"""Corrections: the labels that people give to digits of their own readings, in acts that can be undone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import people, readings
from storage.errors import CorrectionError, CorrectionProblem
from storage.model_versions import mark_for_retraining
from storage.people import Consent
from storage.personal.correction_deletion import delete_corrections
from storage.readings import DigitRecord, ReadingRecord
from storage.samples import new_uid
from storage.tables import NOT_A_DIGIT, Correction, Person, StoredDigit, StoredReading


async def correct(  # noqa: PLR0913  (what, whose, by which update and by whom)
    session: AsyncSession,
    reading_id: int,
    person_id: int,
    labels: Mapping[int, int],
    *,
    update_id: int | None = None,
    on_behalf: bool = False,
) -> ReadingRecord:
    """Label digits of a reading by position, as one act; returns the reading as it is now.

    ``labels`` maps positions to 0..9, or 10: not a digit. A label equal to the model's own confirms it, and is stored
    too. A label that applies already changes nothing, nor does the same update a second time. Whether the corrections
    become samples is the person's answer to the consent question in its present version (see ``people.give_consent``);
    those of a ``forced`` reading never do, nor do those that an admin gave ``on_behalf`` of the person. Raises
    ``CorrectionError`` and ``ValueError`` (a label beyond 10).
    """
    if not all(0 <= label <= NOT_A_DIGIT for label in labels.values()):
        raise ValueError(f"a label is 0 to {NOT_A_DIGIT}")
    reading = await _correctable(session, reading_id, person_id, labels)
    if update_id is not None and await _is_applied(session, person_id, update_id):
        return reading
    consented = False if reading.forced or on_behalf else await _consented(session, person_id)
    act = Correction(act=uuid4().hex, person_id=person_id, update_id=update_id, consented=consented)
    for digit in reading.digits:
        if digit.position in labels and digit.corrected != labels[digit.position]:
            await _apply(session, person_id, digit, _correction(act, digit, labels[digit.position], reading.model))
    return await _reload(session, reading_id)


async def mark_overlooked(session: AsyncSession, reading_id: int, positions: Collection[int]) -> None:
    """Store with the corrections of these digits that nothing had been read there, before the person named them."""
    digits = select(StoredDigit.id).where(StoredDigit.reading_id == reading_id, StoredDigit.position.in_(positions))
    made = update(Correction).where(Correction.digit_id.in_(digits))
    await session.execute(made.values(read_as=None, probabilities=None))


async def undo_last(session: AsyncSession, chat_id: int, person_id: int) -> ReadingRecord | None:
    """Undo this person's last act in this chat, whatever it corrected; returns the reading as it is now.

    An earlier correction of the same digits applies again. Versions that were trained on what is undone are marked for
    retraining. ``None`` where there is nothing (any more) to undo.
    """
    last = (
        select(Correction.act, StoredReading.id)
        .join(StoredDigit, Correction.digit_id == StoredDigit.id)
        .join(StoredReading)
        .where(StoredReading.chat_hmac == chat_id, Correction.person_id == person_id)
        .order_by(Correction.id.desc())
        .limit(1)
    )
    found = (await session.execute(last)).first()
    if found is None:
        return None
    act, reading_id = found
    await delete_corrections(session, person_id, Correction.act == act)
    return await _reload(session, reading_id)


async def waiting(session: AsyncSession, person_id: int) -> bool:
    """Whether this person has corrected something and not yet answered the consent question.

    A label that only confirmed what the model said does not count.
    """
    pending = select(Correction).where(Correction.person_id == person_id, Correction.consented.is_(None))
    return any(row.label != row.read_as for row in await session.scalars(pending))


async def _correctable(
    session: AsyncSession, reading_id: int, person_id: int, labels: Mapping[int, int]
) -> ReadingRecord:
    reading = await readings.by_id(session, reading_id)
    if reading is None:
        raise CorrectionError(CorrectionProblem.GONE)
    if reading.person_id != person_id:
        raise CorrectionError(CorrectionProblem.FOREIGN)
    if not labels.keys() <= {digit.position for digit in reading.digits}:
        raise CorrectionError(CorrectionProblem.NO_SUCH_DIGIT)
    return reading


async def _is_applied(session: AsyncSession, person_id: int, update_id: int) -> bool:
    made = select(Correction.id).where(Correction.person_id == person_id, Correction.update_id == update_id).limit(1)
    return await session.scalar(made) is not None


async def _consented(session: AsyncSession, person_id: int) -> bool | None:
    """``tables.Correction.consented`` of what this person corrects now; who agreed to an earlier version is asked."""
    answered = select(Person.consent, Person.consent_version).where(Person.id == person_id)
    consent, version = (await session.execute(answered)).one()
    if consent == Consent.GIVEN:
        return True if (version or 0) >= people.CONSENT_VERSION else None
    return False if consent == Consent.REFUSED else None


def _correction(act: Correction, digit: DigitRecord, label: int, model: str) -> Correction:
    return Correction(
        uid=new_uid(),
        act=act.act,
        person_id=act.person_id,
        update_id=act.update_id,
        consented=act.consented,
        digit_id=digit.id,
        label=label,
        read_as=digit.label,
        image=digit.image,
        probabilities=digit.unadapted or digit.probabilities,
        hypothesis_features=digit.hypothesis_features,
        model=model,
    )


async def _apply(session: AsyncSession, person_id: int, digit: DigitRecord, correction: Correction) -> None:
    """Store a correction in place of the one that applies to its digit now, on which versions may have been trained."""
    session.add(correction)
    await session.flush()
    if digit.corrected is None:
        return
    earlier = (Correction.digit_id == digit.id, Correction.replaced_by.is_(None), Correction.id != correction.id)
    await mark_for_retraining(session, person_id, *earlier)
    await session.execute(update(Correction).where(*earlier).values(replaced_by=correction.id))


async def _reload(session: AsyncSession, reading_id: int) -> ReadingRecord:
    reading = await readings.by_id(session, reading_id)
    if reading is None:
        raise CorrectionError(CorrectionProblem.GONE)
    return reading
