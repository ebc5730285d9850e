"""Samples: digit images with labels that people gave and agreed to have used for training."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.readings import IMAGE_BYTES
from storage.tables import NOT_A_DIGIT, Activation, Correction, TrainedOn


@dataclass(frozen=True, slots=True)
class Sample:
    """One digit image (784 bytes, MNIST format) and its label (0 to 9; 10: not a digit).

    ``uid`` is 32 hexadecimal digits, random and permanent. ``read_as`` and ``model``: what which model had read when
    the label was given; ``read_as`` is None where the model had overlooked the digit, both for samples from elsewhere.
    """

    uid: str
    image: bytes
    label: int
    made_at: datetime
    read_as: int | None = None
    model: str | None = None

    def __post_init__(self) -> None:
        if len(self.image) != IMAGE_BYTES:
            raise ValueError(f"a digit image has {IMAGE_BYTES} bytes, not {len(self.image)}")
        if not 0 <= self.label <= NOT_A_DIGIT:
            raise ValueError(f"a label is 0 to {NOT_A_DIGIT}, not {self.label}")

    @property
    def is_holdout(self) -> bool:
        """Whether this sample is in the held-out fifth, which is never trained on; its uid decides, permanently."""
        return int.from_bytes(hashlib.sha256(self.uid.encode()).digest()[:8]) % 5 == 0


def new_uid() -> str:
    """A uid for a sample from elsewhere."""
    return uuid4().hex


async def consented(session: AsyncSession, person_id: int | None = None) -> tuple[Sample, ...]:
    """All samples that may be used for training, oldest first; with ``person_id`` only that person's."""
    query = select(Correction).where(Correction.consented.is_(True), Correction.replaced_by.is_(None))
    if person_id is not None:
        query = query.where(Correction.person_id == person_id)
    return tuple(_sample(row) for row in await session.scalars(query.order_by(Correction.id)))


async def count_trainable(session: AsyncSession) -> int:
    """How many samples a training run would train on: all but "not a digit" and the held-out fifth."""
    return sum(1 for sample in await consented(session) if sample.label != NOT_A_DIGIT and not sample.is_holdout)


async def count_new(session: AsyncSession) -> int:
    """How many samples the active version could be trained on and was not; the held-out fifth never counts."""
    active = select(Activation.version_id).order_by(Activation.id.desc()).limit(1).scalar_subquery()
    trained_on = select(TrainedOn.correction_id).where(TrainedOn.version_id == active)
    kept = (Correction.consented.is_(True), Correction.replaced_by.is_(None), Correction.id.not_in(trained_on))
    rows = await session.scalars(select(Correction).where(*kept))
    return sum(1 for row in rows if row.label != NOT_A_DIGIT and not _sample(row).is_holdout)


async def add(session: AsyncSession, samples: Iterable[Sample]) -> int:
    """Import up to 10,000 samples; those whose uid is known already are left. Returns how many are new.

    They belong to no person: nobody's /forget deletes them.
    """
    given = {sample.uid: sample for sample in samples}
    known = set(await session.scalars(select(Correction.uid).where(Correction.uid.in_(given))))
    act = new_uid()
    new = {uid: sample for uid, sample in given.items() if uid not in known}
    session.add_all(_row(sample, act) for sample in new.values())
    await session.flush()
    return len(new)


def _sample(row: Correction) -> Sample:
    return Sample(
        uid=row.uid, image=row.image, label=row.label, made_at=row.made_at, read_as=row.read_as, model=row.model
    )


def _row(sample: Sample, act: str) -> Correction:
    return Correction(
        uid=sample.uid,
        act=act,
        consented=True,
        label=sample.label,
        read_as=sample.read_as,
        image=sample.image,
        model=sample.model,
        made_at=sample.made_at,
    )
