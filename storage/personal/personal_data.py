"""Everything that is stored about one person, for the archive that they may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage import readings
from storage.people import PersonRecord
from storage.readings import ReadingRecord
from storage.tables import (
    Activation,
    Correction,
    InboxUpdate,
    ModelVersion,
    Person,
    StoredAdapter,
    StoredAlbum,
    StoredDigit,
    TrainedOn,
    TrainingRun,
)


@dataclass(frozen=True, slots=True)
class CorrectionRecord:
    """A label that a person gave: 0 to 9, or 10 for no digit. ``consented``: None where they were not asked yet.

    ``uid`` is the sample's permanent name, ``act`` shared by the labels given at once, ``reading`` the number of the
    reading, None where that has expired, ``replaced``: by a later label, ``versions``: the names of the model versions
    that were trained on it. The rest is as in ``tables.Correction``.
    """

    uid: str
    act: str
    reading: int | None
    update_id: int | None
    image: bytes
    label: int
    read_as: int | None
    model: str | None
    made_at: datetime
    consented: bool | None
    replaced: bool
    review: str | None
    probabilities: tuple[float, ...] | None
    hypothesis_features: tuple[float, ...] | None
    versions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdapterContent:
    """What is trained of a person's corrections: for which model and which corrections, as in
    ``tables.StoredAdapter``."""

    model_sha256: str
    corrections: str
    content: bytes | None
    trained_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """An update of a person's that is not answered yet. ``payload``: Telegram's JSON; ``starts``: how often its
    handling was begun; ``applied``: whether only its answer is missing."""

    payload: str
    received_at: datetime
    starts: int
    applied: bool


@dataclass(frozen=True, slots=True)
class AlbumContent:
    """An album of a person's, as in ``tables.StoredAlbum``; ``messages`` as they are stored."""

    chat_id: int
    group_id: str
    messages: str
    summary_message: int | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AdminAction:
    """Something that an admin did: ``kind`` is ``training run``, ``model version`` or ``activation``; ``name`` is that
    of the model version, or the number of a run."""

    kind: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonData:
    """A person with their readings, the oldest first, their corrections, also those that were replaced, what is trained
    of these, the messages of theirs that wait for an answer, their albums of the last day, and what they did as an
    admin.

    ``invited``: they sent the invite word.
    """

    person: PersonRecord
    invited: bool
    readings: tuple[ReadingRecord, ...]
    corrections: tuple[CorrectionRecord, ...]
    adapter: AdapterContent | None
    waiting: tuple[WaitingMessage, ...]
    albums: tuple[AlbumContent, ...]
    actions: tuple[AdminAction, ...]


async def everything_of(session: AsyncSession, person: PersonRecord) -> PersonData:
    """All that is stored about a person. Every column of every table is in it, or named with the reason why not in
    ``bot.person_archive.NOT_ARCHIVED``."""
    adapter = await session.get(StoredAdapter, person.id)
    invited = await session.scalar(select(Person.invited).where(Person.id == person.id))
    return PersonData(
        person=person,
        invited=bool(invited),
        readings=await readings.of_person(session, person.id),
        corrections=await _corrections(session, person.id),
        adapter=_adapter(adapter) if adapter else None,
        waiting=await _waiting(session, person.telegram_id),
        albums=await _albums(session, person.id),
        actions=await _actions(session, person.id),
    )


async def _corrections(session: AsyncSession, person_id: int) -> tuple[CorrectionRecord, ...]:
    made = select(Correction).where(Correction.person_id == person_id).order_by(Correction.id)
    placed = await _readings_of_digits(session, person_id)
    versions = await _versions(session, person_id)
    return tuple(
        _correction(row, placed.get(row.digit_id or 0), versions.get(row.id, ())) for row in await session.scalars(made)
    )


async def _versions(session: AsyncSession, person_id: int) -> dict[int, tuple[str, ...]]:
    """The names of the versions that were trained on each of this person's corrections."""
    trained = (
        select(TrainedOn.correction_id, ModelVersion.name)
        .join(ModelVersion, ModelVersion.id == TrainedOn.version_id)
        .join(Correction, Correction.id == TrainedOn.correction_id)
        .where(Correction.person_id == person_id)
        .order_by(ModelVersion.id)
    )
    versions: dict[int, tuple[str, ...]] = {}
    for number, name in await session.execute(trained):
        versions[number] = (*versions.get(number, ()), name)
    return versions


async def _readings_of_digits(session: AsyncSession, person_id: int) -> dict[int, int]:
    """The reading of each digit that this person has labelled."""
    labelled = select(Correction.digit_id).where(Correction.person_id == person_id)
    digits = select(StoredDigit.id, StoredDigit.reading_id).where(StoredDigit.id.in_(labelled))
    return dict((await session.execute(digits)).all())


async def _waiting(session: AsyncSession, telegram_id: int) -> tuple[WaitingMessage, ...]:
    theirs = select(InboxUpdate).where(InboxUpdate.sender_hmac == telegram_id).order_by(InboxUpdate.update_id)
    return tuple(
        WaitingMessage(row.payload, row.received_at, row.starts, row.applied) for row in await session.scalars(theirs)
    )


async def _albums(session: AsyncSession, person_id: int) -> tuple[AlbumContent, ...]:
    rows = await session.scalars(select(StoredAlbum).where(StoredAlbum.person_id == person_id).order_by(StoredAlbum.id))
    return tuple(
        AlbumContent(row.chat_id, row.group_id, row.messages, row.summary_message, row.updated_at) for row in rows
    )


async def _actions(session: AsyncSession, person_id: int) -> tuple[AdminAction, ...]:
    """What this person did as an admin, kind by kind, the oldest first."""
    started = select(TrainingRun).where(TrainingRun.person_id == person_id).order_by(TrainingRun.id)
    made = select(ModelVersion.name, ModelVersion.created_at).where(ModelVersion.created_by == person_id)
    activated = (
        select(func.coalesce(ModelVersion.name, ""), Activation.made_at)
        .select_from(Activation)
        .outerjoin(ModelVersion, ModelVersion.id == Activation.version_id)
        .where(Activation.person_id == person_id)
        .order_by(Activation.id)
    )
    runs = [AdminAction("training run", str(run.id), run.started_at) for run in await session.scalars(started)]
    versions = [AdminAction("model version", *row) for row in await session.execute(made.order_by(ModelVersion.id))]
    return (*runs, *versions, *(AdminAction("activation", *row) for row in await session.execute(activated)))


def _adapter(row: StoredAdapter) -> AdapterContent:
    return AdapterContent(row.model_sha256, row.corrections, row.content, row.trained_at)


def _correction(row: Correction, reading: int | None, versions: tuple[str, ...]) -> CorrectionRecord:
    return CorrectionRecord(
        uid=row.uid,
        act=row.act,
        reading=reading,
        update_id=row.update_id,
        image=row.image,
        label=row.label,
        read_as=row.read_as,
        model=row.model,
        made_at=row.made_at,
        consented=row.consented,
        replaced=row.replaced_by is not None,
        review=row.review,
        probabilities=row.probabilities,
        hypothesis_features=row.hypothesis_features,
        versions=versions,
    )
