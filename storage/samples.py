"""Samples: digit images with labels that people gave and agreed to have used for training."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, delete, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import IMAGE_BYTES, NOT_A_DIGIT, Activation, Correction, ModelVersion, StoredAdapter, TrainedOn

# Up to so many samples a training run is judged by cross-validation, and holds none out: a fifth would be chance.
MAX_CROSS_VALIDATED: Final = 1_000
PERSON_SHARE: Final = 0.5  # of a run's room for corrections: the most that one person's take, unless a setting says
_UIDS_PER_QUERY: Final = 10_000  # bound parameters: SQLite takes 32,766 at once


class Review(StrEnum):
    """What an admin decided about a sample."""

    APPROVED = "approved"
    REJECTED = "rejected"


class ReviewPolicy(StrEnum):
    """Which samples wait for an admin's review before they are trained on: none, the odd ones, or all."""

    OFF = "off"
    ODD = "odd"
    ALL = "all"


# Of a correction: whether it may be used for training, and whether no admin has rejected it.
IS_SAMPLE: Final = and_(Correction.consented.is_(True), Correction.replaced_by.is_(None))
IS_USABLE: Final = and_(IS_SAMPLE, (Correction.review == Review.REJECTED).is_not(True))


@dataclass(frozen=True, slots=True)
class Sample:
    """One digit image (784 bytes, MNIST format) and its label (0 to 9; 10: not a digit).

    ``uid`` is 32 hexadecimal digits, random and permanent. ``read_as`` and ``model``: what which model had read when
    the label was given; ``read_as`` is None where the model had overlooked the digit, both for samples from elsewhere.
    ``person`` is a number of the database's own for whoever gave the label (never a Telegram id; ``None``: nobody
    known), and samples of one ``act`` were labelled at once. ``number`` is the sample's own in this database, 0 outside
    it. ``hypothesis_features``: the numbers from which the model had decided whether a digit stands there; None for
    samples from elsewhere. Samples are equal where image, label and origin are, whoever has reviewed them.
    """

    uid: str
    image: bytes
    label: int
    made_at: datetime
    read_as: int | None = None
    model: str | None = None
    person: int | None = field(default=None, compare=False)
    act: str = field(default="", compare=False)
    review: Review | None = field(default=None, compare=False)
    number: int = field(default=0, compare=False)
    hypothesis_features: tuple[float, ...] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if len(self.image) != IMAGE_BYTES:
            raise ValueError(f"a digit image has {IMAGE_BYTES} bytes, not {len(self.image)}")
        if not 0 <= self.label <= NOT_A_DIGIT:
            raise ValueError(f"a label is 0 to {NOT_A_DIGIT}, not {self.label}")

    @property
    def is_holdout(self) -> bool:
        """Whether this sample is in the fifth that is held out where there are more than ``MAX_CROSS_VALIDATED``; its
        uid decides, permanently."""
        return _is_holdout(self.uid)


def new_uid() -> str:
    """A uid for a correction, which may become a sample, or for a sample from elsewhere."""
    return uuid4().hex


async def consented(session: AsyncSession, person_id: int | None = None) -> tuple[Sample, ...]:
    """All samples, oldest first; with ``person_id`` only that person's."""
    return await _all(session, true() if person_id is None else Correction.person_id == person_id)


async def usable(session: AsyncSession, *, approved_only: bool = False) -> tuple[Sample, ...]:
    """The samples whose labels may be trained on, what is no digit among them, oldest first: nothing that was rejected,
    and with ``approved_only`` nothing but what was approved."""
    return await _all(session, _is_usable(approved_only=approved_only))


async def trainable(session: AsyncSession, *, approved_only: bool = False) -> tuple[Sample, ...]:
    """Those of the ``usable`` samples that are digits: what a training run may use."""
    found = await usable(session, approved_only=approved_only)
    return tuple(sample for sample in found if sample.label != NOT_A_DIGIT)


async def decided_hypotheses(session: AsyncSession, *, approved_only: bool = False) -> tuple[Sample, ...]:
    """The samples, what is no digit among them, that the acceptance decision may be fitted to, oldest first: of those
    that a training run may use the ones with ``hypothesis_features``."""
    found = await usable(session, approved_only=approved_only)
    return tuple(sample for sample in found if sample.hypothesis_features is not None)


async def count_trainable(session: AsyncSession, *, approved_only: bool = False) -> int:
    """How many samples a training run would use."""
    return len(await _uids_trained_on(session, approved_only=approved_only))


async def count_new(session: AsyncSession, *, approved_only: bool = False) -> int:
    """How many samples the active version could be trained on and was not."""
    used = await active_trained_on(session)
    return sum(uid not in used for uid in await _uids_trained_on(session, approved_only=approved_only))


async def active_trained_on(session: AsyncSession) -> frozenset[str]:
    """The uids of the samples that the active version was trained on, of those that are still stored."""
    active = select(Activation.version_id).order_by(Activation.id.desc()).limit(1).scalar_subquery()
    used = select(Correction.uid).join(TrainedOn).where(TrainedOn.version_id == active)
    return frozenset(await session.scalars(used))


async def set_review(session: AsyncSession, uids: Collection[str], review: Review | None) -> int:
    """Approve or reject samples, or take that back (``None``); returns how many there are.

    Versions that were trained on what is now rejected are marked for retraining.
    """
    given, count = list(uids), 0
    for start in range(0, len(given), _UIDS_PER_QUERY):
        theirs = await _ids(session, given[start : start + _UIDS_PER_QUERY])
        await session.execute(update(Correction).where(Correction.id.in_(theirs)).values(review=review))
        if review is Review.REJECTED:
            await _mark_for_retraining(session, theirs)
        count += len(theirs)
    return count


async def remove(session: AsyncSession, uids: Collection[str]) -> int:
    """Delete samples for good; returns how many there were. Call ``Database.scrub`` after the commit.

    A reading that one of them corrected shows what was read again: earlier corrections of the same digit go too.
    Versions that were trained on them are marked for retraining, and what was trained for their people is deleted.
    """
    given, count = list(uids), 0
    for start in range(0, len(given), _UIDS_PER_QUERY):
        theirs = await _ids(session, given[start : start + _UIDS_PER_QUERY])
        await _remove(session, theirs)
        count += len(theirs)
    return count


async def add(session: AsyncSession, samples: Iterable[Sample]) -> int:
    """Import up to 10,000 samples; those whose uid is known already are left. Returns how many are new.

    They belong to no person: nobody's /forget deletes them.
    """
    given = {sample.uid: sample for sample in samples}
    known = set(await session.scalars(select(Correction.uid).where(Correction.uid.in_(given))))
    new = {uid: sample for uid, sample in given.items() if uid not in known}
    session.add_all(_row(sample) for sample in new.values())
    await session.flush()
    return len(new)


async def with_earlier(session: AsyncSession, ids: Collection[int]) -> frozenset[int]:
    """Corrections by their row numbers, with all others of the same digits: the earlier ones, which these replaced."""
    digits = select(Correction.digit_id).where(Correction.id.in_(ids), Correction.digit_id.is_not(None))
    return frozenset(ids).union(await session.scalars(select(Correction.id).where(Correction.digit_id.in_(digits))))


def _is_holdout(uid: str) -> bool:
    return int.from_bytes(hashlib.sha256(uid.encode()).digest()[:8]) % 5 == 0


async def _uids_trained_on(session: AsyncSession, *, approved_only: bool) -> list[str]:
    """Of the samples that a run would be trained on: all that are ``trainable``, but for the held-out fifth of many.

    Without their images: of 10,000 samples this holds up the event loop for 0.08 s, with them it would be 0.66 s.
    """
    labels = select(Correction.uid, Correction.label).where(IS_SAMPLE, _is_usable(approved_only=approved_only))
    uids = [uid for uid, label in await session.execute(labels) if label != NOT_A_DIGIT]
    return uids if len(uids) <= MAX_CROSS_VALIDATED else [uid for uid in uids if not _is_holdout(uid)]


async def _remove(session: AsyncSession, ids: Collection[int]) -> None:
    gone = await with_earlier(session, ids)
    await _mark_for_retraining(session, gone)
    people = select(Correction.person_id).where(Correction.id.in_(gone), Correction.person_id.is_not(None))
    await session.execute(delete(StoredAdapter).where(StoredAdapter.person_id.in_(people)))
    await session.execute(delete(Correction).where(Correction.id.in_(gone)))


def _is_usable(*, approved_only: bool) -> ColumnElement[bool]:
    return Correction.review == Review.APPROVED if approved_only else IS_USABLE


async def _all(session: AsyncSession, which: ColumnElement[bool]) -> tuple[Sample, ...]:
    rows = await session.scalars(select(Correction).where(IS_SAMPLE, which).order_by(Correction.id))
    return tuple(_sample(row) for row in rows)


async def _ids(session: AsyncSession, uids: Collection[str]) -> list[int]:
    """The row numbers of the samples with these uids."""
    return list(await session.scalars(select(Correction.id).where(IS_SAMPLE, Correction.uid.in_(uids))))


async def _mark_for_retraining(session: AsyncSession, ids: Collection[int]) -> None:
    trained = select(TrainedOn.version_id).where(TrainedOn.correction_id.in_(ids))
    await session.execute(update(ModelVersion).where(ModelVersion.id.in_(trained)).values(needs_retraining=True))


def _sample(row: Correction) -> Sample:
    return Sample(
        uid=row.uid,
        image=row.image,
        label=row.label,
        made_at=row.made_at,
        read_as=row.read_as,
        model=row.model,
        person=row.person_id,
        act=row.act,
        review=Review(row.review) if row.review else None,
        number=row.id,
        hypothesis_features=row.hypothesis_features,
    )


def _row(sample: Sample) -> Correction:
    """An imported sample is an act of its own."""
    return Correction(
        uid=sample.uid,
        act=sample.uid,
        consented=True,
        label=sample.label,
        read_as=sample.read_as,
        image=sample.image,
        hypothesis_features=sample.hypothesis_features,
        model=sample.model,
        made_at=sample.made_at,
    )
