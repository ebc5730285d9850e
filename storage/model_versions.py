"""The model registry: versions with their bytes, cards and ancestry."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from storage.errors import UnknownVersion, VersionDamaged, VersionNameUnsafe, VersionTaken, VersionTooLarge
from storage.samples import IS_USABLE
from storage.tables import Activation, Correction, ModelVersion, TrainedOn

KEPT_VERSIONS: Final = 10  # the newest; those that prune() never deletes are not counted
# Also a name of files; the characters of the ASCII alphabet only.
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_LONGEST_STEM: Final = 90  # characters of ``next_name``'s stem, so that dash and number fit
# An uid per bound parameter: SQLite takes 32,766 at once.
_UIDS_PER_QUERY: Final = 10_000


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A model to be stored. ``served``: the .tflite file; ``keras``: the trainable one; ``card`` and ``metrics``: JSON.

    ``parent`` names the version that it was compared with (``None``: a root of its own), ``root`` the one that its
    training started from (``None``: the parent's root); ``trained_on`` are the uids of the samples it was trained on
    (not of those held out).
    """

    name: str
    served: bytes
    card: str
    keras: bytes | None = None
    metrics: str = "{}"
    parent: str | None = None
    trained_on: tuple[str, ...] = ()
    root: str | None = None

    @property
    def size(self) -> int:
        """Bytes of served and .keras file together: what the size limit is about."""
        return len(self.served) + len(self.keras or b"")


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """A version without its bytes. ``parent`` and ``root`` are names; a root is its own root."""

    id: int
    name: str
    sha256: str
    size: int
    card: str
    metrics: str
    parent: str | None
    root: str
    created_by: int | None
    created_at: datetime
    pinned: bool
    needs_retraining: bool
    active: bool


@dataclass(frozen=True, slots=True)
class VersionContent:
    """The bytes of a version, as they were stored (the checksums are right)."""

    served: bytes
    keras: bytes | None


def is_name(name: str) -> bool:
    """Whether a version, and so its files, may have this name."""
    return _NAME.fullmatch(name) is not None


async def add(
    session: AsyncSession, new: NewVersion, *, max_bytes: int | None, created_by: int | None = None
) -> VersionRecord:
    """Store a version, and prune the old ones. ``max_bytes``: of served and .keras file together; None: any.

    The same model under the same name again changes nothing. A version is marked for retraining at once where one of
    its samples was withdrawn, relabelled or rejected while it was in training. Raises ``VersionNameUnsafe``,
    ``VersionTaken``, ``VersionTooLarge``, ``UnknownVersion`` (the parent or the root).
    """
    if not is_name(new.name):
        raise VersionNameUnsafe
    if max_bytes is not None and new.size > max_bytes:
        raise VersionTooLarge(f"it has {new.size:,} bytes with its .keras file, and {max_bytes:,} are allowed")
    known = await session.scalar(select(ModelVersion).where(ModelVersion.name == new.name))
    if known is not None:
        if known.sha256 != _sha256(new.served):
            raise VersionTaken
        return await get(session, new.name)
    parent = await row_of(session, new.parent) if new.parent else None
    root = await row_of(session, new.root) if new.root else parent
    version = _row(new, parent, root, created_by)
    session.add(version)
    await session.flush()
    version.needs_retraining = not await _link_samples(session, version.id, set(new.trained_on))
    await session.flush()
    await prune(session)
    return await get(session, new.name)


async def get(session: AsyncSession, name: str) -> VersionRecord:
    """The version of this name; raises ``UnknownVersion``."""
    return await record(session, await row_of(session, name))


async def listing(session: AsyncSession) -> tuple[VersionRecord, ...]:
    """All versions, the newest first."""
    rows = await session.scalars(select(ModelVersion).order_by(ModelVersion.id.desc()))
    return tuple([await record(session, row) for row in rows.all()])


async def content(session: AsyncSession, name: str) -> VersionContent:
    """A version's bytes; raises ``UnknownVersion`` and ``VersionDamaged``."""
    row = await row_of(session, name, whole=True)
    if not is_sound(row):
        raise VersionDamaged(name)
    return VersionContent(row.served, row.keras)


async def next_name(session: AsyncSession, root: str) -> str:
    """The name of the next descendant: ``base-1`` (the root), ``base-2``, ... A number is not given twice."""
    stem, _, number = root.rpartition("-")
    stem = stem if stem and number.isdecimal() else root
    stem = stem[:_LONGEST_STEM]
    names = await session.scalars(select(ModelVersion.name))
    numbers = [name.removeprefix(f"{stem}-") for name in [*names, root, f"{stem}-1"]]
    return f"{stem}-{max(int(number) for number in numbers if number.isdecimal()) + 1}"


async def pin(session: AsyncSession, name: str, *, pinned: bool = True) -> None:
    """Keep a version however old it grows, or no longer; raises ``UnknownVersion``."""
    (await row_of(session, name)).pinned = pinned
    await session.flush()


async def mark_for_retraining(session: AsyncSession, person_id: int, *which: ColumnElement[bool]) -> tuple[str, ...]:
    """Mark the versions that were trained on this person's samples, or on ``which`` of them, before those go; returns
    their names."""
    theirs = select(TrainedOn.version_id).join(Correction).where(Correction.person_id == person_id, *which)
    names = await session.scalars(
        select(ModelVersion.name).where(ModelVersion.id.in_(theirs)).order_by(ModelVersion.id)
    )
    await session.execute(update(ModelVersion).where(ModelVersion.id.in_(theirs)).values(needs_retraining=True))
    return tuple(names)


async def prune(session: AsyncSession, keep: int = KEPT_VERSIONS) -> int:
    """Delete all but the newest ``keep``, the pinned, the active, the one before it, and the roots of all these."""
    newest = await session.scalars(select(ModelVersion.id).order_by(ModelVersion.id.desc()).limit(keep))
    pinned = await session.scalars(select(ModelVersion.id).where(ModelVersion.pinned))
    stay = {*newest, *pinned, *await _active_and_previous(session)}
    roots = await session.scalars(select(ModelVersion.root_id).where(ModelVersion.id.in_(stay)))
    stay |= {root for root in roots if root is not None}
    # Descendants before their roots, which may not go while somebody refers to them.
    oldest_last = select(ModelVersion.id).where(ModelVersion.id.not_in(stay)).order_by(ModelVersion.id.desc())
    old = (await session.scalars(oldest_last)).all()
    for version_id in old:
        await session.execute(delete(ModelVersion).where(ModelVersion.id == version_id))
    return len(old)


async def row_of(session: AsyncSession, name: str, *, whole: bool = False) -> ModelVersion:
    """The table's row, with its bytes if ``whole``; raises ``UnknownVersion``. For other modules of this package."""
    query = select(ModelVersion).where(ModelVersion.name == name).execution_options(populate_existing=True)
    if whole:
        query = query.options(undefer(ModelVersion.served), undefer(ModelVersion.keras))
    # What people write may hold what neither system can look for: a lone surrogate, or a NUL character in PostgreSQL.
    row = await session.scalar(query) if name.isprintable() else None
    if row is None:
        raise UnknownVersion(name if name.isprintable() else ascii(name))
    return row


async def record(session: AsyncSession, row: ModelVersion) -> VersionRecord:
    """The row as a record. For other modules of this package."""
    parent = await session.get(ModelVersion, row.parent_id) if row.parent_id else None
    root = await session.get(ModelVersion, row.root_id) if row.root_id else row
    active = await session.scalar(select(Activation.version_id).order_by(Activation.id.desc()).limit(1))
    return VersionRecord(
        id=row.id,
        name=row.name,
        sha256=row.sha256,
        size=row.size,
        card=row.card,
        metrics=row.metrics,
        parent=parent.name if parent else None,
        root=(root or row).name,
        created_by=row.created_by,
        created_at=row.created_at,
        pinned=row.pinned,
        needs_retraining=row.needs_retraining,
        active=active == row.id,
    )


def is_sound(row: ModelVersion) -> bool:
    """Whether a whole row's bytes are those that were stored."""
    trainable = row.keras is None or _sha256(row.keras) == row.keras_sha256
    return trainable and _sha256(row.served) == row.sha256


async def _active_and_previous(session: AsyncSession) -> set[int]:
    """The ids of the active version, and of the one that a rollback makes active."""
    newest = select(Activation).order_by(Activation.id.desc()).limit(1)
    active = await session.scalar(newest)
    before = await session.get(Activation, active.before) if active and active.before else None
    return {row.version_id for row in (active, before) if row and row.version_id}


async def _link_samples(session: AsyncSession, version_id: int, uids: Collection[str]) -> bool:
    """Store which samples a version was trained on; returns whether all of them may (still) be trained on."""
    usable, wanted = 0, list(uids)
    for start in range(0, len(wanted), _UIDS_PER_QUERY):
        kept = (Correction.uid.in_(wanted[start : start + _UIDS_PER_QUERY]), Correction.consented.is_(True))
        rows = (await session.execute(select(Correction.id, IS_USABLE).where(*kept))).all()
        session.add_all(TrainedOn(version_id=version_id, correction_id=number) for number, _ in rows)
        usable += sum(is_usable for _, is_usable in rows)
    return usable == len(wanted)


def _row(
    new: NewVersion, parent: ModelVersion | None, root: ModelVersion | None, created_by: int | None
) -> ModelVersion:
    return ModelVersion(
        name=new.name,
        sha256=_sha256(new.served),
        keras_sha256=_sha256(new.keras) if new.keras is not None else None,
        size=len(new.served),
        card=new.card,
        metrics=new.metrics,
        parent_id=parent.id if parent else None,
        root_id=(root.root_id or root.id) if root else None,
        created_by=created_by,
        served=new.served,
        keras=new.keras,
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
