"""Readings: what the model read in a photo of a chat, stored as long as it can be corrected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.personal.correction_deletion import delete_corrections
from storage.tables import IMAGE_BYTES, NOT_A_DIGIT, Correction, StoredDigit, StoredReading, utc_now


@dataclass(frozen=True, slots=True)
class SourceMessage:
    """The message with the photo. ``photo_file`` is Telegram's file id, by which the photo can be downloaded again."""

    chat_id: int
    message: int
    photo_file: str | None = None


@dataclass(frozen=True, slots=True)
class NewDigit:
    """A digit to be stored: ``label`` 0 to 9, ``box`` x, y, width, height in pixels, ``image`` 784 bytes, by rows.

    ``sure``: whether the model that read it was sure of it; ``unadapted``: its probabilities without the
    person's earlier corrections, where these were used; ``hypothesis_features``: the numbers from which it was
    decided that a digit stands there. Raises ``ValueError`` for another label or image size.
    """

    row: int
    label: int
    confidence: float
    sure: bool
    probabilities: tuple[float, ...]
    box: tuple[int, int, int, int]
    image: bytes
    unadapted: tuple[float, ...] | None = None
    hypothesis_features: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if len(self.image) != IMAGE_BYTES:
            raise ValueError(f"a digit image has {IMAGE_BYTES} bytes, not {len(self.image)}")
        if not 0 <= self.label <= 9:
            raise ValueError(f"a digit is 0 to 9, not {self.label}")


@dataclass(frozen=True, slots=True)
class NewReading:
    """One photo's reading to be stored: digits in reading order, in a frame of ``width`` x ``height`` pixels.

    ``forced``: the digits were split or joined only to fit a given count, so that none of them becomes a sample.
    ``unread`` counts the marks of a digit's size that could not be read, ``left_out`` those that were left out as the
    person has said of others like them. ``asked``: the digits were not read, they are only asked about.
    """

    digits: tuple[NewDigit, ...]
    model: str
    sure: bool
    width: int
    height: int
    forced: bool = False
    unread: int = 0
    left_out: int = 0
    asked: bool = False


@dataclass(frozen=True, slots=True)
class DigitRecord:
    """A stored digit. ``label``: what was read; ``corrected``: the person's label, if they gave one; ``unadapted``
    and ``hypothesis_features`` as in ``NewDigit``, None where they were not stored."""

    id: int
    position: int
    row: int
    label: int
    corrected: int | None
    confidence: float
    sure: bool
    probabilities: tuple[float, ...]
    box: tuple[int, int, int, int]
    image: bytes
    unadapted: tuple[float, ...] | None = None
    hypothesis_features: tuple[float, ...] | None = None

    @property
    def final(self) -> int:
        """The label that counts: the person's, else the model's."""
        return self.label if self.corrected is None else self.corrected


@dataclass(frozen=True, slots=True)
class ReadingRecord:
    """A stored reading with its digits in reading order, after all corrections."""

    id: int
    person_id: int
    chat_id: int
    question_message: int
    answer_message: int | None
    photo_file: str | None
    model: str
    sure: bool
    width: int
    height: int
    created_at: datetime
    digits: tuple[DigitRecord, ...]
    forced: bool = False
    unread: int = 0
    left_out: int = 0
    asked: bool = False

    @property
    def is_moved(self) -> bool:
        """Whether its messages were left behind when its group became a supergroup (``move_chat``)."""
        return self.question_message < 0

    @property
    def text(self) -> str:
        """What the model read: ``"427 15"``."""
        return _text(self.digits, lambda digit: digit.label)

    @property
    def is_changed(self) -> bool:
        """Whether a correction differs from what the model read."""
        return any(digit.final != digit.label for digit in self.digits)

    @property
    def finals(self) -> tuple[int, ...]:
        """The label that counts of each digit, in reading order."""
        return tuple(digit.final for digit in self.digits)

    @property
    def corrected_text(self) -> str:
        """The text after all corrections, without what is no digit."""
        return _text(self.digits, lambda digit: digit.final)


async def add(session: AsyncSession, person_id: int, source: SourceMessage, new_reading: NewReading) -> ReadingRecord:
    """Store a reading. The same message a second time gives the reading that is there, unchanged."""
    known = await _newest(session, _in_chat(source.chat_id), StoredReading.question_message == source.message)
    if known is not None:
        return known
    reading = StoredReading(
        person_id=person_id,
        chat_hmac=source.chat_id,
        chat_id=source.chat_id,
        question_message=source.message,
        photo_file=source.photo_file,
    )
    _fill(reading, new_reading)
    session.add(reading)
    await session.flush()
    return _record(reading)


async def replace_digits(session: AsyncSession, reading_id: int, new_reading: NewReading) -> ReadingRecord | None:
    """Replace a reading's digits by those of another reading of the same photo (with another number of digits).

    The corrections of the old digits are deleted with what was trained on them: they were labels for wrongly cut
    images. ``None`` where the reading is no longer stored.
    """
    reading = await session.get(StoredReading, reading_id)
    if reading is None:
        return None
    old = select(StoredDigit.id).where(StoredDigit.reading_id == reading_id)
    await delete_corrections(session, reading.person_id, Correction.digit_id.in_(old))
    await session.execute(delete(StoredDigit).where(StoredDigit.reading_id == reading_id))
    await session.refresh(reading, ["digits"])
    _fill(reading, new_reading)
    await session.flush()
    return await _reload(session, reading_id)


async def set_answer(session: AsyncSession, reading_id: int, answer_message: int) -> None:
    """Store which message answered, so that a reply to it finds the reading."""
    await session.execute(
        update(StoredReading).where(StoredReading.id == reading_id).values(answer_message=answer_message)
    )


async def move_chat(session: AsyncSession, old: int, new: int) -> None:
    """Give the readings of a group to the supergroup that it has become, where messages are numbered anew.

    The numbers of their messages become negative: none of the supergroup's has such a one.
    """
    moved = {
        "chat_hmac": new,
        "chat_id": new,
        "question_message": -func.abs(StoredReading.question_message),
        "answer_message": -func.abs(StoredReading.answer_message),
    }
    await session.execute(update(StoredReading).where(_in_chat(old)).values(moved))


async def by_id(session: AsyncSession, reading_id: int) -> ReadingRecord | None:
    """The reading with this id; ``None`` once it is purged."""
    return await _newest(session, StoredReading.id == reading_id)


async def by_source(session: AsyncSession, chat_id: int, message: int) -> ReadingRecord | None:
    """The reading that this message asked for; ``None`` if there is none (any more)."""
    return await _newest(session, _in_chat(chat_id), StoredReading.question_message == message)


async def by_message(session: AsyncSession, chat_id: int, message: int) -> ReadingRecord | None:
    """The reading of this photo message, or of this answer; ``None`` if there is none (any more)."""
    either = or_(StoredReading.question_message == message, StoredReading.answer_message == message)
    return await _newest(session, _in_chat(chat_id), either)


async def latest(session: AsyncSession, chat_id: int, person_id: int) -> ReadingRecord | None:
    """The newest reading of this person in this chat."""
    return await _newest(session, _in_chat(chat_id), StoredReading.person_id == person_id)


async def of_person(session: AsyncSession, person_id: int) -> tuple[ReadingRecord, ...]:
    """All stored readings of a person, the oldest first."""
    theirs = select(StoredReading).where(StoredReading.person_id == person_id).order_by(StoredReading.id)
    return tuple(_record(reading) for reading in await session.scalars(theirs))


async def answers_of(session: AsyncSession, person_id: int) -> list[tuple[int, int]]:
    """(chat, message) of the answers with buttons to a person's photos, the newest first."""
    return await _answers(session, StoredReading.person_id == person_id)


async def answers_before(session: AsyncSession, moment: datetime) -> list[tuple[int, int]]:
    """(chat, message) of the answers with buttons to photos that were read before a moment, the newest first."""
    return await _answers(session, StoredReading.created_at < moment)


async def purge_expired(session: AsyncSession, keep: timedelta, *, now: datetime | None = None) -> int:
    """Delete readings older than ``keep``, and of their corrections all but samples. Returns how many readings."""
    expired = StoredReading.created_at < (now or utc_now()) - keep
    count = await session.scalar(select(func.count()).select_from(StoredReading).where(expired)) or 0
    digits = select(StoredDigit.id).join(StoredReading).where(expired)
    no_sample = or_(Correction.consented.is_not(True), Correction.replaced_by.is_not(None))
    await session.execute(delete(Correction).where(Correction.digit_id.in_(digits), no_sample))
    await session.execute(delete(StoredReading).where(expired))
    return count


async def _answers(session: AsyncSession, condition: ColumnElement[bool]) -> list[tuple[int, int]]:
    chosen = select(StoredReading.chat_id, StoredReading.answer_message)
    with_digits = StoredReading.digits.any()
    rows = await session.execute(
        chosen.where(condition, with_digits, StoredReading.answer_message > 0).order_by(StoredReading.id.desc())
    )
    return [(chat, message) for chat, message in rows if message is not None]


def _in_chat(chat_id: int) -> ColumnElement[bool]:
    return StoredReading.chat_hmac == chat_id


async def _newest(session: AsyncSession, *conditions: ColumnElement[bool]) -> ReadingRecord | None:
    newest = select(StoredReading).where(*conditions).order_by(StoredReading.id.desc()).limit(1)
    # A session may have loaded the rows before it changed them by statement.
    found = await session.scalar(newest.execution_options(populate_existing=True))
    return None if found is None else _record(found)


async def _reload(session: AsyncSession, reading_id: int) -> ReadingRecord:
    record = await by_id(session, reading_id)
    if record is None:
        raise LookupError(f"reading {reading_id}")
    return record


def _fill(reading: StoredReading, new_reading: NewReading) -> None:
    reading.model, reading.sure, reading.forced = new_reading.model, new_reading.sure, new_reading.forced
    reading.width, reading.height, reading.asked = new_reading.width, new_reading.height, new_reading.asked
    reading.unread, reading.left_out = new_reading.unread, new_reading.left_out
    reading.digits = [_row(position, digit) for position, digit in enumerate(new_reading.digits)]


def _row(position: int, digit: NewDigit) -> StoredDigit:
    x, y, width, height = digit.box
    return StoredDigit(
        position=position,
        row=digit.row,
        label=digit.label,
        confidence=digit.confidence,
        sure=digit.sure,
        probabilities=digit.probabilities,
        x=x,
        y=y,
        width=width,
        height=height,
        image=digit.image,
        unadapted=digit.unadapted,
        hypothesis_features=digit.hypothesis_features,
        corrections=[],  # known to be none, so that nothing is asked of the database
    )


def _record(reading: StoredReading) -> ReadingRecord:
    return ReadingRecord(
        id=reading.id,
        person_id=reading.person_id,
        chat_id=reading.chat_id,
        question_message=reading.question_message,
        answer_message=reading.answer_message,
        photo_file=reading.photo_file,
        model=reading.model,
        sure=reading.sure,
        width=reading.width,
        height=reading.height,
        created_at=reading.created_at,
        digits=tuple(_digit_record(digit) for digit in reading.digits),
        forced=reading.forced,
        unread=reading.unread,
        left_out=reading.left_out,
        asked=reading.asked,
    )


def _digit_record(digit: StoredDigit) -> DigitRecord:
    applied = [correction.label for correction in digit.corrections if correction.replaced_by is None]
    return DigitRecord(
        id=digit.id,
        position=digit.position,
        row=digit.row,
        label=digit.label,
        corrected=applied[-1] if applied else None,
        confidence=digit.confidence,
        sure=digit.sure,
        probabilities=digit.probabilities,
        box=(digit.x, digit.y, digit.width, digit.height),
        image=digit.image,
        unadapted=digit.unadapted,
        hypothesis_features=digit.hypothesis_features,
    )


def _text(digits: tuple[DigitRecord, ...], label: Callable[[DigitRecord], int]) -> str:
    rows = groupby(digits, key=lambda digit: digit.row)
    words = ("".join(str(label(digit)) for digit in row if label(digit) != NOT_A_DIGIT) for _, row in rows)
    return " ".join(word for word in words if word)
