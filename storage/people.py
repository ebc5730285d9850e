"""People: who writes to the bot, their consent, and its end: everything of theirs is deleted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.model_versions import mark_for_retraining
from storage.processes import requested_runs
from storage.samples import IS_SAMPLE
from storage.tables import Correction, Person, StoredAdapter, StoredDigit, StoredReading, utc_now

# Of the consent question: stored with each answer, raised when the meaning of the question changes. Who agreed to an
# earlier version is asked anew; what they agreed to until then stays.
CONSENT_VERSION: Final = 1
_LONGEST_TAG: Final = 35  # of a BCP 47 tag without private use (RFC 5646, 4.4.1), and of its column


class Consent(StrEnum):
    """Whether a person's corrections may be used for training. Reading photos needs no consent."""

    UNASKED = "unasked"
    GIVEN = "given"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person as stored. ``consent_version``: the wording that they were asked with or answered; ``consent_at``: when
    they answered."""

    id: int
    telegram_id: int
    name: str
    language: str
    chosen_language: str | None
    consent: Consent
    consent_version: int | None
    consent_at: datetime | None
    created_at: datetime

    @property
    def answer_language(self) -> str:
        """The language that they are written to in: the one they chose, else that of their Telegram client."""
        return self.chosen_language or self.language

    @property
    def has_consented(self) -> bool:
        """Whether they have agreed to the present version of the question."""
        return self.consent is Consent.GIVEN and (self.consent_version or 0) >= CONSENT_VERSION

    @property
    def consent_is_outdated(self) -> bool:
        """Whether they have agreed to an earlier version alone: it goes on for what was kept under it."""
        return self.consent is Consent.GIVEN and not self.has_consented


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much of a person was deleted, and the names of the model versions that were trained on them."""

    readings: int
    digits: int
    corrections: int
    trained: tuple[str, ...]


async def get_or_create(session: AsyncSession, telegram_id: int, name: str, language: str) -> PersonRecord:
    """The person with this Telegram id, created where there is none. Name and language follow Telegram.

    Of the language, which may be any text, only what can stand in a tag is stored.
    """
    language = re.sub(r"[^A-Za-z0-9_-]", "", language)[:_LONGEST_TAG]
    person = await session.scalar(select(Person).where(Person.telegram_hmac == telegram_id))
    if person is None:
        person = Person(telegram_hmac=telegram_id, telegram_id=telegram_id, language=language, consent=Consent.UNASKED)
        session.add(person)
    if person.name != name:
        person.name = name
    if person.language != language:
        person.language = language
    await session.flush()
    return _record(person)


async def by_telegram_id(session: AsyncSession, telegram_id: int) -> PersonRecord | None:
    """The person with this Telegram id; ``None`` where they never wrote to the bot."""
    person = await session.scalar(select(Person).where(Person.telegram_hmac == telegram_id))
    return None if person is None else _record(person)


async def by_id(session: AsyncSession, person_id: int) -> PersonRecord | None:
    """The person of a reading or correction; ``None`` once they are deleted."""
    person = await session.get(Person, person_id)
    return None if person is None else _record(person)


async def named(session: AsyncSession, name: str) -> tuple[PersonRecord, ...]:
    """All people with this name, which may be several."""
    return tuple(_record(person) for person in await session.scalars(select(Person)) if person.name == name)


async def move_chat(session: AsyncSession, old: int, new: int) -> None:
    """Give what belongs to a group, for which anonymous admins write, to the supergroup that it has become."""
    before = await session.scalar(select(Person).where(Person.telegram_hmac == old))
    after = await session.scalar(select(Person).where(Person.telegram_hmac == new))
    if before is None:
        return
    if after is None:
        before.telegram_hmac, before.telegram_id = new, new
        return
    for table in (StoredReading, Correction):
        await session.execute(update(table).where(table.person_id == before.id).values(person_id=after.id))
    _inherit(after, before)
    await session.flush()
    await session.execute(delete(Person).where(Person.id == before.id))
    if after.consent == Consent.REFUSED:
        await refuse_consent(session, after.id, after.consent_version or CONSENT_VERSION)


async def invite(session: AsyncSession, telegram_id: int, name: str, language: str) -> None:
    """Grant access to somebody who sent the invite word."""
    person = await get_or_create(session, telegram_id, name, language)
    await session.execute(update(Person).where(Person.id == person.id).values(invited=True))


async def is_invited(session: AsyncSession, telegram_id: int) -> bool:
    """Whether this id sent the invite word once, and was not deleted since."""
    found = select(Person.id).where(Person.telegram_hmac == telegram_id, Person.invited)
    return await session.scalar(found) is not None


async def choose_language(session: AsyncSession, person_id: int, language: str | None) -> None:
    """Store the language (a BCP 47 tag) that a person chose; None: the one of their Telegram client."""
    await session.execute(update(Person).where(Person.id == person_id).values(chosen_language=language))


async def languages_of(session: AsyncSession, telegram_id: int) -> tuple[str | None, str | None]:
    """What a person chose, and what their Telegram client said last; None each where it is not known."""
    found = select(Person.chosen_language, Person.language).where(Person.telegram_hmac == telegram_id)
    row = (await session.execute(found)).one_or_none()
    return (row.chosen_language, row.language) if row else (None, None)


async def set_asked(session: AsyncSession, telegram_id: int, version: int) -> None:
    """Store that this person was asked for consent; an answer that they have given meanwhile stays."""
    unanswered = (Person.telegram_hmac == telegram_id, Person.consent == Consent.UNASKED)
    await session.execute(update(Person).where(*unanswered).values(consent_version=version))


async def give_consent(session: AsyncSession, person_id: int, version: int) -> int:
    """Store a yes: corrections made before the answer become samples, and so do later ones.

    Corrections made under a "no" stay as they are. Returns how many became samples.
    """
    await _set_consent(session, person_id, Consent.GIVEN, version)
    waiting = (Correction.person_id == person_id, Correction.consented.is_(None))
    count = await session.scalar(select(func.count()).where(*waiting, Correction.replaced_by.is_(None)))
    await session.execute(update(Correction).where(*waiting).values(consented=True))
    return count or 0


async def refuse_consent(session: AsyncSession, person_id: int, version: int) -> int:
    """Store a no, or a consent withdrawn: nothing of theirs stays a sample. Returns how many samples there were.

    A correction whose reading is still stored keeps its effect and is deleted with that reading; any other is deleted,
    and so is their personal adapter. Models that were trained on them are marked for retraining.
    """
    await mark_for_retraining(session, person_id)
    await _set_consent(session, person_id, Consent.REFUSED, version)
    theirs = Correction.person_id == person_id
    count = await session.scalar(select(func.count(Correction.id)).where(theirs, IS_SAMPLE))
    await session.execute(delete(Correction).where(theirs, Correction.digit_id.is_(None)))
    await session.execute(delete(StoredAdapter).where(StoredAdapter.person_id == person_id))
    await session.execute(update(Correction).where(theirs).values(consented=False))
    return count or 0


async def forget(session: AsyncSession, person_id: int) -> Forgotten:
    """Delete a person with all readings, digits, images and corrections; call ``Database.scrub`` after the commit."""
    theirs = StoredReading.person_id == person_id
    corrections = select(func.count()).select_from(Correction).where(Correction.person_id == person_id)
    forgotten = Forgotten(
        readings=await _count(session, select(func.count()).select_from(StoredReading).where(theirs)),
        digits=await _count(session, select(func.count()).select_from(StoredDigit).join(StoredReading).where(theirs)),
        corrections=await _count(session, corrections),
        trained=await mark_for_retraining(session, person_id),
    )
    await requested_runs.forget(session, person_id)
    await session.execute(delete(Person).where(Person.id == person_id))
    return forgotten


def _inherit(after: Person, before: Person) -> None:
    """What a group was granted or answered holds for its supergroup, unless that has answered itself."""
    after.invited = after.invited or before.invited
    after.chosen_language = after.chosen_language or before.chosen_language
    if after.consent == Consent.UNASKED:
        after.consent, after.consent_version = before.consent, before.consent_version
        after.consent_at = before.consent_at


async def _count(session: AsyncSession, query: Select[int]) -> int:
    return await session.scalar(query) or 0


async def _set_consent(session: AsyncSession, person_id: int, consent: Consent, version: int) -> None:
    values = {"consent": consent, "consent_version": version, "consent_at": utc_now()}
    await session.execute(update(Person).where(Person.id == person_id).values(values))


def _record(person: Person) -> PersonRecord:
    return PersonRecord(
        id=person.id,
        telegram_id=person.telegram_id,
        name=person.name,
        language=person.language,
        chosen_language=person.chosen_language,
        consent=Consent(person.consent),
        consent_version=person.consent_version,
        consent_at=person.consent_at,
        created_at=person.created_at,
    )
