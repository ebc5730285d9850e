"""The first readings of an active version: whether the process died during them, and the way back if it did twice.

Only the first ``WATCHED`` readings after an activation are recorded, one row each, so that later photos cost nothing.
What a dead process left unfinished is a death. One photo that was under way at every death explains them all: that
photo is damaged, not the version. Otherwise the version before becomes active again, but never one before a base model.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import activations
from storage.tables import Activation, EarlyReading, ModelVersion

WATCHED: Final = 20  # readings after an activation
DEATHS: Final = 2  # during them, on different photos, that take a version back


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A version during whose first readings the process died, and the one that is active again instead."""

    version: str
    active: str


async def begin(session: AsyncSession, version: str, update_id: int, process: str) -> bool:
    """Record that a reading begins, with the version of this name; ``process`` is a random id of this start.

    False, and nothing is written, where the version is not the active one or has read enough: then leave out ``end``.
    """
    activation = await session.scalar(_WATCHED_ACTIVATION, {"version": version})
    if activation is None:
        return False
    session.add(EarlyReading(activation_id=activation, update_id=update_id, process=process, unfinished=True))
    await session.flush()
    return True


async def end(session: AsyncSession, update_id: int, process: str) -> None:
    """The reading of this update is over, whatever came of it."""
    mine = (EarlyReading.update_id == update_id, EarlyReading.process == process)
    await session.execute(update(EarlyReading).where(*mine).values(unfinished=False))


async def end_all(session: AsyncSession, process: str) -> None:
    """This process ends in good order: what it leaves unfinished is no death."""
    await session.execute(update(EarlyReading).where(EarlyReading.process == process).values(unfinished=False))


async def take_back_deadly(session: AsyncSession, process: str, *, base_prefix: str) -> TakenBack | None:
    """At the start, while no other process reads: roll back where processes died over the active version.

    ``base_prefix``: of the names of base models, which stay. None where nothing was to be rolled back.
    """
    active = await activations.newest(session)
    await session.execute(delete(EarlyReading).where(EarlyReading.activation_id != (active.id if active else 0)))
    if active is None:
        return None
    deaths = await _deaths(session, active.id, process)
    version = await session.get(ModelVersion, active.version_id) if active.version_id else None
    if version is None or not _is_deadly(deaths) or _is_base(version, base_prefix):
        return None
    name = version.name
    before = await activations.rollback(session)
    return TakenBack(name, before.name) if before else None


async def _deaths(session: AsyncSession, activation: int, process: str) -> list[set[int]]:
    """For each dead process the updates that it was reading."""
    rows = select(EarlyReading).where(
        EarlyReading.activation_id == activation, EarlyReading.unfinished, EarlyReading.process != process
    )
    deaths: defaultdict[str, set[int]] = defaultdict(set)
    for row in await session.scalars(rows):
        deaths[row.process].add(row.update_id)
    return list(deaths.values())


def _is_deadly(deaths: list[set[int]]) -> bool:
    return len(deaths) >= DEATHS and not _common(deaths)


def _common(deaths: Iterable[set[int]]) -> set[int]:
    """The updates that were under way at every death."""
    return set.intersection(*deaths)


def _is_base(version: ModelVersion, prefix: str) -> bool:
    return version.root_id is None and version.name.startswith(prefix)


def _watched_activation() -> Select[int]:
    """The id of the activation in force, where it is one of the version with this name whose first readings are still
    to be recorded."""
    newest = select(func.max(Activation.id)).scalar_subquery()
    recorded = select(func.count()).where(EarlyReading.activation_id == Activation.id).correlate(Activation)
    found = select(Activation.id).join(ModelVersion, ModelVersion.id == Activation.version_id)
    is_asked_for = ModelVersion.name == bindparam("version")
    return found.where(Activation.id == newest, is_asked_for, recorded.scalar_subquery() < WATCHED)


_WATCHED_ACTIVATION: Final = _watched_activation()  # asked for each photo: one statement, made once
