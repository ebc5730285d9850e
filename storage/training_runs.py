"""Training runs: one at a time among all processes, held by a process that lives and sends heartbeats.

A run's holder names its process, and a process lives as long as its membership's lock (``storage.processes``). A run of
a living process is never lost by a clock. One of a process that is no member is lost once its last heartbeat is older
than ``LEASE`` by the database's clock: a living process that lost its session with PostgreSQL joins again within that
time once the server is there, so nobody adopts runs for as long after an outage (``Membership.missing``). A lock of the
run's own would add nothing: it would belong to the same session, and come and go with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.errors import LeaseLost, RunInProgress
from storage.processes.database_clock import database_now
from storage.processes.membership import PROCESS_NAME_LENGTH, Topic
from storage.processes.notifications import notify
from storage.tables import ModelVersion, TrainingRun

# The run of a process that is not known to live is lost without a heartbeat for so long. Send one every two or three
# seconds.
LEASE: Final = timedelta(seconds=10)
# How far ahead a heartbeat may lie: from further on, the clock was set back, and the heartbeat says nothing.
CLOCK_TOLERANCE: Final = timedelta(seconds=10)


class RunState(StrEnum):
    """How a run stands, or ended: a model made active, a model refused by the promotion gate, or none.

    ``REQUESTED`` until a trainer takes it.
    """

    REQUESTED = "requested"
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


def new_holder(process: str) -> str:
    """A random name for the holder of one run: that of its process, and 24 hexadecimal digits."""
    return process + secrets.token_hex(12)


def process_of(holder: str) -> str:
    """The name of the process that holds a run."""
    return holder[:PROCESS_NAME_LENGTH]


async def start(
    session: AsyncSession,
    holder: str,
    *,
    person_id: int | None = None,
    now: datetime | None = None,
    living: Collection[str] = (),
) -> RunRecord:
    """Start a run; raises ``RunInProgress``. A run whose holder is dead becomes ``LOST`` first.

    ``living``: the processes that are known to live (``Membership.members``), or single holders. The runs of others
    count by the clock.
    """
    moment = now or await database_now(session)
    await require_none(session, now=moment, living=living)
    row = TrainingRun(
        state=RunState.RUNNING, holder=holder, person_id=person_id, started_at=moment, heartbeat_at=moment
    )
    session.add(row)
    await session.flush()
    return await record_of(session, row)


async def require_none(session: AsyncSession, *, now: datetime | None = None, living: Collection[str] = ()) -> None:
    """Raises ``RunInProgress`` where there is one; ``living`` as for ``start``."""
    active = await current(session, now=now, living=living)
    if active is not None:
        raise RunInProgress(active.id)


async def current(
    session: AsyncSession, *, now: datetime | None = None, living: Collection[str] = ()
) -> RunRecord | None:
    """The run that is requested or running; needs a writing session, since a run whose holder died is marked ``LOST``
    here.

    ``living`` as for ``start``.
    """
    moment = now or await database_now(session)
    active = None
    unended = select(TrainingRun).where(TrainingRun.state.in_((RunState.REQUESTED, RunState.RUNNING)))
    for row in (await session.scalars(unended)).all():
        if row.state == RunState.REQUESTED or _is_held(row, moment, living):
            active = await record_of(session, row)
        else:
            await _end(session, row, RunState.LOST, moment)
    await session.flush()
    return active


async def heartbeat(session: AsyncSession, run: RunRecord, *, now: datetime | None = None) -> bool:
    """Keep the run; returns whether somebody asked to cancel. Raises ``LeaseLost``."""
    row = await held_row(session, run)
    row.heartbeat_at = now or await database_now(session)
    await session.flush()
    return row.cancel_requested


async def request_cancel(session: AsyncSession, run_id: int, *, living: Collection[str] = ()) -> bool:
    """Ask the holder to stop; its next ``heartbeat`` tells it. A run that nobody has taken yet ends at once.

    Returns whether the run was still in progress.
    """
    active = await current(session, living=living)  # one whose holder died is no longer in progress
    row = await session.get(TrainingRun, run_id)
    if row is None or active is None or active.id != run_id:
        return False
    row.cancel_requested = True
    if row.state == RunState.REQUESTED:
        await _end(session, row, RunState.CANCELLED, await database_now(session))
    await session.flush()
    return True


async def finish(
    session: AsyncSession, run: RunRecord, state: RunState, *, result: str | None = None, version_id: int | None = None
) -> RunRecord:
    """End a run. Raises ``LeaseLost``.

    Call it in the session that adds and activates its version: model, activation and end are then one transaction, and
    a run that was lost cannot promote anything.
    """
    row = await held_row(session, run)
    row.result, row.version_id = result, version_id
    await _end(session, row, state, await database_now(session))
    await session.flush()
    return await record_of(session, row)


async def by_id(session: AsyncSession, run_id: int) -> RunRecord | None:
    """The run with this number."""
    row = await session.get(TrainingRun, run_id)
    return None if row is None else await record_of(session, row)


async def listing(session: AsyncSession, limit: int = 20) -> tuple[RunRecord, ...]:
    """The last runs, the newest first."""
    rows = await session.scalars(select(TrainingRun).order_by(TrainingRun.id.desc()).limit(limit))
    return tuple([await record_of(session, row) for row in rows.all()])


async def held_row(session: AsyncSession, run: RunRecord) -> TrainingRun:
    """The row of a run that its holder still holds. Raises ``LeaseLost``."""
    row = await session.get(TrainingRun, run.id, populate_existing=True)
    if row is None or row.state != RunState.RUNNING or row.holder != run.holder:
        raise LeaseLost
    return row


async def record_of(session: AsyncSession, row: TrainingRun) -> RunRecord:
    """A row as a record."""
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


def _is_held(row: TrainingRun, now: datetime, living: Collection[str]) -> bool:
    is_living = row.holder in living or process_of(row.holder) in living
    return is_living or -CLOCK_TOLERANCE <= now - row.heartbeat_at <= LEASE


async def _end(session: AsyncSession, row: TrainingRun, state: RunState, now: datetime) -> None:
    row.state, row.ended_at = state, now
    await notify(session, Topic.TRAINING_RUNS)
