"""Training runs that one process requests and another carries out, and the chat that is told of them.

A run's chat stands in its row until it was told the end. One process follows the run there: the one that it was
requested from, or once that is gone, the first that adopts it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage import training_runs
from storage.processes.database_clock import database_now
from storage.processes.membership import Topic
from storage.processes.notifications import notify
from storage.tables import TrainingRun
from storage.training_runs import RunRecord, RunState

_TOLD: Final[dict[str, Any]] = dict.fromkeys(("chat_id", "question_message", "answer_message", "follower", "picture"))


@dataclass(frozen=True, slots=True)
class RunChat:
    """Where a run was requested: ids of the chat and of the message that requested it."""

    chat_id: int
    question_message: int


@dataclass(frozen=True, slots=True)
class RequestedRun:
    """A run whose chat was not told the end yet.

    ``answer_message``: the id of the message that follows it, None before it was sent; ``follower``: the process that
    edits that message; ``progress``: JSON; ``picture``: PNG of the result; ``age``: since it was requested or begun.
    """

    run: RunRecord
    chat: RunChat
    answer_message: int | None
    follower: str
    progress: str
    picture: bytes | None
    age: timedelta


async def request(session: AsyncSession, chat: RunChat, follower: str, *, person_id: int, progress: str) -> RunRecord:
    """Store a run for a trainer to take, after ``training_runs.require_none``."""
    moment = await database_now(session)
    row = TrainingRun(
        state=RunState.REQUESTED,
        holder="",
        person_id=person_id,
        chat_id=chat.chat_id,
        question_message=chat.question_message,
        follower=follower,
        progress=progress,
        started_at=moment,
        heartbeat_at=moment,
    )
    session.add(row)
    await session.flush()
    await notify(session, Topic.TRAINING_RUNS)
    return await training_runs.record_of(session, row)


async def is_any_waiting(session: AsyncSession, holder: str = "") -> bool:
    """Whether there is a run that ``take`` would give this holder."""
    return await session.scalar(select(TrainingRun.id).where(_can_be_taken(holder)).limit(1)) is not None


async def take(session: AsyncSession, holder: str) -> tuple[RunRecord, str] | None:
    """Take the run that waits for a trainer, with its progress so far; None where none waits.

    Call it with the same holder until it succeeds: a run that was taken by a commit whose success the server could not
    report any more is given once again.
    """
    row = await session.scalar(select(TrainingRun).where(_can_be_taken(holder)).order_by(TrainingRun.id).limit(1))
    if row is None:
        return None
    moment = await database_now(session)
    row.state, row.holder, row.started_at, row.heartbeat_at = RunState.RUNNING, holder, moment, moment
    await session.flush()
    await notify(session, Topic.TRAINING_RUNS)
    return await training_runs.record_of(session, row), row.progress or ""


async def store_progress(session: AsyncSession, run: RunRecord, progress: str) -> None:
    """Store how far a run is, as JSON; counts as a heartbeat. Raises ``LeaseLost``."""
    row = await training_runs.held_row(session, run)
    row.progress, row.heartbeat_at = progress, await database_now(session)
    await session.flush()
    await notify(session, Topic.TRAINING_RUNS)


async def store_picture(session: AsyncSession, run: RunRecord, picture: bytes) -> None:
    """Keep the picture (PNG) of a result where a chat is still to be told of it. Raises ``LeaseLost``."""
    row = await training_runs.held_row(session, run)
    row.picture = None if row.chat_id is None else picture
    await session.flush()


async def untold(session: AsyncSession) -> tuple[RequestedRun, ...]:
    """The runs whose chats were not told the end yet, the oldest first."""
    rows = await session.scalars(select(TrainingRun).where(TrainingRun.chat_id.is_not(None)).order_by(TrainingRun.id))
    now = await database_now(session)
    return tuple([await _requested(session, row, now) for row in rows.all()])


async def adopt(session: AsyncSession, process: str, living: Collection[str]) -> None:
    """Follow the runs whose followers are gone; runs whose holders are gone become ``LOST``."""
    await training_runs.current(session, living=living)
    orphaned = TrainingRun.chat_id.is_not(None), TrainingRun.follower.not_in({*living, process})
    await session.execute(update(TrainingRun).where(*orphaned).values(follower=process))


async def is_follower(session: AsyncSession, run_id: int, process: str) -> bool:
    """Whether this process is the one to tell the chat of a run."""
    follows = TrainingRun.id == run_id, TrainingRun.chat_id.is_not(None), TrainingRun.follower == process
    return await session.scalar(select(TrainingRun.id).where(*follows)) is not None


async def set_answer(session: AsyncSession, run_id: int, message: int) -> None:
    """Store which message follows a run."""
    await session.execute(update(TrainingRun).where(TrainingRun.id == run_id).values(answer_message=message))


async def set_told(session: AsyncSession, run_id: int) -> None:
    """The chat was told the end, or cannot be told anything: what names it is deleted, and the picture with it."""
    await session.execute(update(TrainingRun).where(TrainingRun.id == run_id).values(_TOLD))


async def move_chat(session: AsyncSession, old: int, new: int) -> None:
    """A group has become a supergroup, in which messages have other numbers: it is told by a new message."""
    rows = await session.scalars(select(TrainingRun).where(TrainingRun.chat_id.is_not(None)))
    for row in rows.all():
        if row.chat_id == old:
            row.chat_id, row.answer_message = new, None
    await session.flush()


async def forget(session: AsyncSession, person_id: int) -> None:
    """Before a person is deleted: what names their chats goes, a run that nobody has taken is not begun, and no
    picture that may show their digits stays."""
    theirs = TrainingRun.person_id == person_id
    cancelled = {"state": RunState.CANCELLED, "ended_at": await database_now(session)}
    waiting = update(TrainingRun).where(theirs, TrainingRun.state == RunState.REQUESTED)
    await session.execute(waiting.values(cancelled))
    await session.execute(update(TrainingRun).where(theirs).values(_TOLD))
    await session.execute(update(TrainingRun).where(TrainingRun.picture.is_not(None)).values(picture=None))


async def purge(session: AsyncSession, before: datetime) -> None:
    """Give up telling of runs that ended before then, or whose admin was deleted by an earlier program."""
    given_up = or_(TrainingRun.ended_at < before, TrainingRun.person_id.is_(None))
    await session.execute(update(TrainingRun).where(TrainingRun.chat_id.is_not(None), given_up).values(_TOLD))


def _can_be_taken(holder: str) -> ColumnElement[bool]:
    is_taken = and_(TrainingRun.state == RunState.RUNNING, TrainingRun.holder == holder)
    return or_(TrainingRun.state == RunState.REQUESTED, is_taken)


async def _requested(session: AsyncSession, row: TrainingRun, now: datetime) -> RequestedRun:
    return RequestedRun(
        run=await training_runs.record_of(session, row),
        chat=RunChat(row.chat_id or 0, row.question_message or 0),
        answer_message=row.answer_message,
        follower=row.follower or "",
        progress=row.progress or "",
        picture=row.picture,
        age=now - row.started_at,
    )
