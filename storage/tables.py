"""The tables. What people are or wrote is sealed; plain are times, positions, model names, how sure a model was.

Labels are sealed like the images: a row of plain labels would be the very text that somebody photographed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from storage.columns import IdHmac, SealedBytes, SealedFloats, SealedInt, SealedText, UtcTime

# The label that says: what was boxed here is no digit.
NOT_A_DIGIT: Final = 10

# An id that is given once is never given again: a button on an old message must not reach a new row.
_NEVER_REUSE_IDS: Final = {"sqlite_autoincrement": True}


def utc_now() -> datetime:
    """This moment, with its time zone."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """What all tables share: times in UTC, and constraints with names, so that a migration can alter them."""

    type_annotation_map = {datetime: UtcTime()}  # noqa: RUF012 - SQLAlchemy's own declarative attribute
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Setting(Base):
    """A value of the database itself: ``key check`` tells a wrong key before anything is read with it."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(SealedText("settings.value"))


class Person(Base):
    """Somebody who wrote to the bot. ``consent`` is one of ``people.Consent``, given to a version of its wording."""

    __tablename__ = "people"
    __table_args__ = (_NEVER_REUSE_IDS,)

    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_hmac: Mapped[int | bytes] = mapped_column(IdHmac("people.telegram_id"), unique=True)
    telegram_id: Mapped[int] = mapped_column(SealedInt("people.telegram_id"))
    name: Mapped[str] = mapped_column(SealedText("people.name"))
    language: Mapped[str] = mapped_column(String(35))
    consent: Mapped[str] = mapped_column(String(10))
    consent_version: Mapped[int | None]
    consent_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class StoredReading(Base):
    """One photo that was read: who sent it where, what answered it. Not the photo, only Telegram's handle on it."""

    __tablename__ = "readings"
    __table_args__ = (
        UniqueConstraint("chat_hmac", "question_message"),
        Index(None, "chat_hmac", "answer_message"),
        _NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    chat_hmac: Mapped[int | bytes] = mapped_column(IdHmac("readings.chat_id"))
    chat_id: Mapped[int] = mapped_column(SealedInt("readings.chat_id"))
    question_message: Mapped[int]
    answer_message: Mapped[int | None]
    photo_file: Mapped[str | None] = mapped_column(SealedText("readings.photo_file"))
    model: Mapped[str] = mapped_column(String(100))
    sure: Mapped[bool]
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    digits: Mapped[list[StoredDigit]] = relationship(
        order_by="StoredDigit.position", lazy="selectin", cascade="all, delete-orphan", passive_deletes=True
    )


class StoredDigit(Base):
    """One digit of a reading. ``label`` is what the model said (0 to 9), ``image`` 784 bytes in MNIST format."""

    __tablename__ = "digits"
    __table_args__ = (UniqueConstraint("reading_id", "position"), _NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("readings.id", ondelete="CASCADE"))
    position: Mapped[int]
    row: Mapped[int]
    label: Mapped[int] = mapped_column(SealedInt("digits.label"))
    confidence: Mapped[float]
    probabilities: Mapped[tuple[float, ...]] = mapped_column(SealedFloats("digits.probabilities"))
    x: Mapped[int]
    y: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    image: Mapped[bytes] = mapped_column(SealedBytes("digits.image"))
    corrections: Mapped[list[Correction]] = relationship(
        order_by="Correction.id", lazy="selectin", passive_deletes=True
    )


class Correction(Base):
    """A label that a person gave to a digit (0 to 9, or 10: not a digit), with an image that outlives the reading.

    ``consented``: NULL until the person has answered whether it may be kept to learn from; true: a sample; false: it
    only puts the answer right and goes with its reading. ``replaced_by`` is the later correction of the same digit;
    undoing that one brings this one back. ``uid`` is random, and the same for good: it chooses the held-back fifth.
    An imported sample has neither person nor digit.
    """

    __tablename__ = "corrections"
    __table_args__ = (_NEVER_REUSE_IDS,)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    act: Mapped[str] = mapped_column(String(32), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    digit_id: Mapped[int | None] = mapped_column(ForeignKey("digits.id", ondelete="SET NULL"), index=True)
    replaced_by: Mapped[int | None] = mapped_column(ForeignKey("corrections.id", ondelete="SET NULL"), index=True)
    update_id: Mapped[int | None]
    consented: Mapped[bool | None] = mapped_column(index=True)
    label: Mapped[int] = mapped_column(SealedInt("corrections.label"))
    read_as: Mapped[int | None] = mapped_column(SealedInt("corrections.read_as"))
    image: Mapped[bytes] = mapped_column(SealedBytes("corrections.image"))
    model: Mapped[str | None] = mapped_column(String(100))
    made_at: Mapped[datetime] = mapped_column(default=utc_now)


class SeenUpdate(Base):
    """A Telegram update that a process took on, so that the same update twice is acted on once."""

    __tablename__ = "seen_updates"

    update_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    claimed_by: Mapped[str] = mapped_column(String(64))
    claimed_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    done: Mapped[bool] = mapped_column(default=False)
