"""Training runs: one at a time, across processes, by a lease that its holder keeps with heartbeats."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import LeaseLost, RunInProgress
from storage.tables import ModelVersion, TrainingRun, utc_now

# A holder without a heartbeat for so long is dead. Send one every two or three seconds.
LEASE: Final = timedelta(seconds=10)
# How far ahead a heartbeat may lie: from further on, the clock was set back, and the heartbeat says nothing.
CLOCK_TOLERANCE: Final = timedelta(seconds=10)


class RunState(StrEnum):
    """How a run stands, or ended: a model made active, a model refused by the promotion gate, or none."""

    RUNNING = "running"
    PROMOTED = "promoted"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run as stored. ``result`` is JSON (what was measured, or why it ended), ``version`` the name of its model."""

    id: int
    state: RunState
    holder: str
    cancel_requested: bool
    person_id: int | None
    version: str | None
    result: str | None
    started_at: datetime
    heartbeat_at: datetime
    ended_at: datetime | None


async def start(
    session: AsyncSession,
    holder: str,
    *,
    person_id: int | None = None,
    now: datetime | None = None,
    own: Collection[str] = (),
) -> RunRecord:
    """Take the lease and start a run; raises ``RunInProgress``. A run whose holder is dead becomes ``LOST`` first.

    ``own``: the holders that live in this process, whatever the clock says of their heartbeats.
    """
    active = await current(session, now=now, own=own)
    if active is not None:
        raise RunInProgress(active.id)
    moment = now or utc_now()
    row = TrainingRun(
        state=RunState.RUNNING, holder=holder, person_id=person_id, started_at=moment, heartbeat_at=moment
    )
    session.add(row)
    await session.flush()
    return await _record(session, row)


async def current(session: AsyncSession, *, now: datetime | None = None, own: Collection[str] = ()) -> RunRecord | None:
    """The run in progress; needs a writing session, since a run whose holder died is marked ``LOST`` here.

    ``own`` as for ``start``.
    """
    moment = now or utc_now()
    alive = None
    for row in (await session.scalars(select(TrainingRun).where(TrainingRun.state == RunState.RUNNING))).all():
        if row.holder in own or -CLOCK_TOLERANCE <= moment - row.heartbeat_at <= LEASE:
            alive = await _record(session, row)
        else:
            row.state, row.ended_at = RunState.LOST, moment
    await session.flush()
    return alive


async def heartbeat(session: AsyncSession, run: RunRecord, *, now: datetime | None = None) -> bool:
    """Keep the lease; returns whether somebody asked to cancel. Raises ``LeaseLost``."""
    row = await _held_row(session, run)
    row.heartbeat_at = now or utc_now()
    await session.flush()
    return row.cancel_requested


async def request_cancel(session: AsyncSession, run_id: int, *, own: Collection[str] = ()) -> bool:
    """Ask the holder to stop; its next ``heartbeat`` tells it. Returns whether the run was still in progress."""
    active = await current(session, own=own)  # one whose holder died is no longer in progress
    row = await session.get(TrainingRun, run_id)
    if row is None or active is None or active.id != run_id:
        return False
    row.cancel_requested = True
    await session.flush()
    return True


async def finish(
    session: AsyncSession, run: RunRecord, state: RunState, *, result: str | None = None, version_id: int | None = None
) -> RunRecord:
    """End a run and release the lease. Raises ``LeaseLost``.

    Call it in the session that adds and activates its version: model, activation and end are then one transaction, and
    a run that lost its lease cannot promote anything.
    """
    row = await _held_row(session, run)
    row.state, row.result, row.version_id, row.ended_at = state, result, version_id, utc_now()
    await session.flush()
    return await _record(session, row)


async def by_id(session: AsyncSession, run_id: int) -> RunRecord | None:
    """The run with this number."""
    row = await session.get(TrainingRun, run_id)
    return None if row is None else await _record(session, row)


async def listing(session: AsyncSession, limit: int = 20) -> tuple[RunRecord, ...]:
    """The last runs, the newest first."""
    rows = await session.scalars(select(TrainingRun).order_by(TrainingRun.id.desc()).limit(limit))
    return tuple([await _record(session, row) for row in rows.all()])


async def _held_row(session: AsyncSession, run: RunRecord) -> TrainingRun:
    row = await session.get(TrainingRun, run.id, populate_existing=True)
    if row is None or row.state != RunState.RUNNING or row.holder != run.holder:
        raise LeaseLost
    return row


async def _record(session: AsyncSession, row: TrainingRun) -> RunRecord:
    version = await session.get(ModelVersion, row.version_id) if row.version_id else None
    return RunRecord(
        id=row.id,
        state=RunState(row.state),
        holder=row.holder,
        cancel_requested=row.cancel_requested,
        person_id=row.person_id,
        version=version.name if version else None,
        result=row.result,
        started_at=row.started_at,
        heartbeat_at=row.heartbeat_at,
        ended_at=row.ended_at,
    )
