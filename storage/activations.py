"""Activations: which model version is active, its history, and the rollback."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from storage.errors import VersionDamaged
from storage.model_versions import VersionRecord, is_sound, record, row_of
from storage.processes.membership import Topic
from storage.processes.notifications import notify
from storage.tables import Activation, ModelVersion


@dataclass(frozen=True, slots=True)
class ActiveModel:
    """The version to serve, with its .tflite bytes, and the names of newer ones skipped because they are damaged."""

    version: VersionRecord
    served: bytes
    skipped: tuple[str, ...]


async def activate(session: AsyncSession, name: str, *, person_id: int | None = None) -> VersionRecord:
    """Make a version active; raises ``UnknownVersion`` and, for damaged bytes, ``VersionDamaged``."""
    row = await row_of(session, name, whole=True)
    if not is_sound(row):
        raise VersionDamaged(name)
    now = await newest(session)
    if now is None or now.version_id != row.id:
        session.add(Activation(version_id=row.id, before=now.id if now else None, person_id=person_id))
        await notify(session, Topic.ACTIVE_MODEL)
        await session.flush()
    return await record(session, row)


async def rollback(session: AsyncSession, *, person_id: int | None = None) -> VersionRecord | None:
    """Make the version before the active one active again, skipping damaged ones; ``None`` where there is none."""
    now = await newest(session)
    earlier = await _before(session, now)
    while earlier is not None:
        row = await _version(session, earlier)
        if row is not None and is_sound(row):
            session.add(Activation(version_id=row.id, before=earlier.before, person_id=person_id))
            await notify(session, Topic.ACTIVE_MODEL)
            await session.flush()
            return await record(session, row)
        earlier = await _before(session, earlier)
    return None


async def newest(session: AsyncSession) -> Activation | None:
    """The activation in force. For other modules of this package."""
    return await session.scalar(select(Activation).order_by(Activation.id.desc()).limit(1))


async def active_marker(session: AsyncSession) -> int:
    """A number that changes whenever another version is made active; 0 before the first. Cheap to poll."""
    return await session.scalar(select(func.max(Activation.id))) or 0


async def is_stale(session: AsyncSession) -> bool:
    """Whether the active version was trained on samples that have since been withdrawn."""
    now = await newest(session)
    stale = select(ModelVersion.needs_retraining).where(ModelVersion.id == (now.version_id if now else None))
    return bool(await session.scalar(stale))


async def load_active(session: AsyncSession, *, excluding: Collection[str] = ()) -> ActiveModel | None:
    """The active model; where its bytes are damaged, the one before. ``None`` where no version is intact.

    ``excluding``: the names of versions that turned out to be damaged otherwise, which are skipped too.
    """
    skipped: list[str] = []
    activation = await newest(session)
    while activation is not None:
        row = await _version(session, activation)
        if row is not None and is_sound(row) and row.name not in excluding:
            return ActiveModel(await record(session, row), row.served, tuple(skipped))
        if row is not None and row.name not in skipped:
            skipped.append(row.name)
        activation = await _before(session, activation)
    return None


async def _before(session: AsyncSession, activation: Activation | None) -> Activation | None:
    if activation is None or activation.before is None:
        return None
    return await session.get(Activation, activation.before)


async def _version(session: AsyncSession, activation: Activation) -> ModelVersion | None:
    """What was activated, with its bytes; ``None`` where the version is no longer kept."""
    whole = (undefer(ModelVersion.served), undefer(ModelVersion.keras))
    query = select(ModelVersion).where(ModelVersion.id == activation.version_id).options(*whole)
    return await session.scalar(query.execution_options(populate_existing=True))
