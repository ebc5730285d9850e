"""What lies in the database after a soak, as counts of what should not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.settings import Settings
from storage import inbox
from storage.database import Database
from storage.tables import Base, Correction, InboxUpdate, Person, ProcessedUpdate, StoredReading
from tests.benchmarks.soaking.crowd import Crowd
from tests.benchmarks.soaking.processes import PROGRAM, clean_environment


@dataclass(frozen=True, slots=True)
class StoredCounts:
    """Differences between the database and what people did, and rows that refer to what is not there."""

    readings: int
    corrections: int
    people: int
    orphans: int
    waiting: int
    unprocessed: int


async def count_stored(settings: Settings, crowd: Crowd, updates: int) -> StoredCounts:
    """``updates``: how many the playground made."""
    async with Database(settings.database, settings.keyring()) as database, database.read() as session:
        readings = (await session.scalars(select(StoredReading))).all()
        photos = {*crowd.photos()}
        return StoredCounts(
            readings=len(photos ^ {(row.chat_id, row.question_message) for row in readings}),
            corrections=await _wrong_corrections(session, readings, crowd),
            people=abs(len(crowd.chats) - await _number(session, select(func.count()).select_from(Person))),
            orphans=await _orphans(session) + sum(_answers_nothing(row, crowd) for row in readings),
            waiting=await inbox.waiting(session),
            unprocessed=await _unprocessed(session, updates),
        )


async def _wrong_corrections(session: AsyncSession, readings: Iterable[StoredReading], crowd: Crowd) -> int:
    """Readings whose digits do not have exactly the one correction each that was given, and rows beyond these."""
    labels = {(chat.person.chat, photo): given for chat in crowd.chats for photo, given in chat.labels.items()}
    rows = await _number(session, select(func.count()).select_from(Correction))
    beyond = abs(rows - sum(map(len, labels.values())))
    wrong = sum(not _is_corrected_once(row, labels.get((row.chat_id, row.question_message), "")) for row in readings)
    return max(wrong, beyond)


def _is_corrected_once(row: StoredReading, given: str) -> bool:
    stored = [[correction.label for correction in digit.corrections] for digit in row.digits]
    return stored == ([[int(digit)] for digit in given] if given else [[] for _ in row.digits])


def _answers_nothing(row: StoredReading, crowd: Crowd) -> bool:
    """Whether the message that is stored as a reading's answer is no answer to its photo. None is stored where the
    connection broke while it was sent, so that the person got but a sentence about that."""
    chat = next((each for each in crowd.chats if each.person.chat == row.chat_id), None)
    answers = chat.answers[row.question_message] if chat else set()
    if chat and answers and row.answer_message is None:
        return max(answers) in chat.pictures
    return row.answer_message not in answers


async def _orphans(session: AsyncSession) -> int:
    """Rows that refer to a row that is not there: by a foreign key, or by a value that is none."""
    return sum([await _number(session, query) for query in chain(_foreign_keys(), _values())])


def _foreign_keys() -> Iterator[Select[int]]:
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            target = key.column.table.alias()
            there = select(target.c[key.column.name]).where(target.c[key.column.name] == key.parent).exists()
            yield select(func.count()).select_from(table).where(key.parent.is_not(None), ~there)


def _values() -> Iterator[Select[int]]:
    """A correction's update was processed, none is both processed and waiting, and every correction has its digit:
    nobody has deleted anything."""
    done = select(ProcessedUpdate.update_id)
    unknown = or_(Correction.update_id.is_(None), Correction.update_id.not_in(done), Correction.digit_id.is_(None))
    yield select(func.count()).select_from(Correction).where(unknown)
    yield select(func.count()).select_from(InboxUpdate).where(InboxUpdate.update_id.in_(done))


async def _unprocessed(session: AsyncSession, updates: int) -> int:
    """How many more or fewer updates were processed than made; their ids follow each other, so none is another's."""
    ids = ProcessedUpdate.update_id
    query = select(func.count(), func.max(ids) - func.min(ids) + 1).where(ProcessedUpdate.done)
    count, span = (await session.execute(query)).one()
    return max(abs(count - updates), abs((span or 0) - updates))


async def _number(session: AsyncSession, query: Select[int]) -> int:
    return await session.scalar(query) or 0


async def check_failed(settings: Settings) -> bool:
    """Whether ``digitbot db check`` finds anything."""
    variables = {"DIGITBOT_STATE": str(settings.state), "DIGITBOT_DATABASE_URL": settings.database}
    check = await asyncio.create_subprocess_exec(
        *PROGRAM, "db", "check", env={**clean_environment(), **variables}, stdout=asyncio.subprocess.DEVNULL
    )
    return await check.wait() != 0
