"""The tables. What people are or wrote is encrypted; plain are times, positions, model names and confidences.

Labels are encrypted like the images: a row of plain labels would be the very text that somebody photographed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from storage.columns import EncryptedBytes, EncryptedFloats, EncryptedInt, EncryptedText, IdHmac, UtcTime

# The label for what is no digit.
NOT_A_DIGIT: Final = 10
IMAGE_BYTES: Final = 28 * 28  # of a digit image, one a pixel

# An id is never reused: a button on an old message must not reach a new row.
_NEVER_REUSE_IDS: Final = {"sqlite_autoincrement": True}


def utc_now() -> datetime:
    """This moment, with its time zone."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """What all tables share: times in UTC, numbers of 64 bits (in SQLite every INTEGER is one), and constraints with
    names, so that a migration can alter them."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own declarative attribute
        datetime: UtcTime(),
        int: BigInteger().with_variant(Integer, "sqlite"),
    }
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
    value: Mapped[str] = mapped_column(EncryptedText("settings.value"))


class Person(Base):
    """Somebody who wrote to the bot. ``consent`` is one of ``people.Consent``, given to a version of its wording.

    ``invited``: they sent the invite word. ``language`` is that of their Telegram client (a BCP 47 tag),
    ``chosen_language`` the one that they chose instead.
    """

    __tablename__ = "people"
    __table_args__ = (_NEVER_REUSE_IDS,)

    id: Mapped[int] = mapped_column(primary_key=True)
    telegram_hmac: Mapped[int | bytes] = mapped_column(IdHmac("people.telegram_id"), unique=True)
    telegram_id: Mapped[int] = mapped_column(EncryptedInt("people.telegram_id"))
    name: Mapped[str] = mapped_column(EncryptedText("people.name"))
    language: Mapped[str] = mapped_column(String(35))
    chosen_language: Mapped[str | None] = mapped_column(String(35))
    consent: Mapped[str] = mapped_column(String(10))
    consent_version: Mapped[int | None]
    consent_at: Mapped[datetime | None]
    invited: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=utc_now)


class StoredReading(Base):
    """One photo that was read: who sent it where, what answered it. Not the photo, only Telegram's handle on it.

    ``forced``: its digits were split or joined only to fit a count that somebody gave; they give no samples.
    ``unread`` counts the marks that could not be read, ``left_out`` those that were left out as the person has said of
    others like them. ``asked``: its digits were not read, only asked about.
    """

    __tablename__ = "readings"
    __table_args__ = (
        UniqueConstraint("chat_hmac", "question_message"),
        Index(None, "chat_hmac", "answer_message"),
        _NEVER_REUSE_IDS,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    chat_hmac: Mapped[int | bytes] = mapped_column(IdHmac("readings.chat_id"))
    chat_id: Mapped[int] = mapped_column(EncryptedInt("readings.chat_id"))
    question_message: Mapped[int]
    answer_message: Mapped[int | None]
    photo_file: Mapped[str | None] = mapped_column(EncryptedText("readings.photo_file"))
    model: Mapped[str] = mapped_column(String(100))
    sure: Mapped[bool]
    # With a default in the schema, so that a program without this column can still insert rows.
    forced: Mapped[bool] = mapped_column(server_default=false())
    width: Mapped[int]
    height: Mapped[int]
    unread: Mapped[int] = mapped_column(server_default="0")
    left_out: Mapped[int] = mapped_column(server_default="0")
    asked: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    digits: Mapped[list[StoredDigit]] = relationship(
        order_by="StoredDigit.position", lazy="selectin", cascade="all, delete-orphan", passive_deletes=True
    )


class StoredDigit(Base):
    """One digit of a reading. ``label`` is what was read (0 to 9), ``image`` 784 bytes in MNIST format.

    ``sure``: whether its confidence reached the threshold of the model that read it, whichever is active later.
    ``unadapted``: its probabilities without the person's earlier corrections, where these were used.
    ``hypothesis_features``: the numbers from which it was decided that a digit stands there; NULL where they are not
    known.
    """

    __tablename__ = "digits"
    __table_args__ = (UniqueConstraint("reading_id", "position"), _NEVER_REUSE_IDS)

    id: Mapped[int] = mapped_column(primary_key=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("readings.id", ondelete="CASCADE"))
    position: Mapped[int]
    row: Mapped[int]
    label: Mapped[int] = mapped_column(EncryptedInt("digits.label"))
    confidence: Mapped[float]
    # With a default in the schema, so that a program without this column can still insert rows.
    sure: Mapped[bool] = mapped_column(server_default=false())
    probabilities: Mapped[tuple[float, ...]] = mapped_column(EncryptedFloats("digits.probabilities"))
    x: Mapped[int]
    y: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    image: Mapped[bytes] = mapped_column(EncryptedBytes("digits.image"))
    unadapted: Mapped[tuple[float, ...] | None] = mapped_column(EncryptedFloats("digits.unadapted"))
    hypothesis_features: Mapped[tuple[float, ...] | None] = mapped_column(EncryptedFloats("digits.hypothesis_features"))
    corrections: Mapped[list[Correction]] = relationship(
        order_by="Correction.id", lazy="selectin", passive_deletes=True
    )


class Correction(Base):
    """A label that a person gave to a digit (0 to 9, or 10: not a digit), with an image that outlives the reading.

    ``act`` is shared by the corrections made at once, which /undo deletes together. ``consented``: NULL until the
    person has answered the consent question; true: a sample; false: it only corrects the answer and is deleted with its
    reading. ``replaced_by`` is the later correction of the same digit; undoing that one makes this one apply again.
    ``read_as`` is NULL where nothing had been read. ``probabilities``: those by which it was read, without what the
    person had taught before; ``hypothesis_features`` are the digit's. ``uid`` is random and permanent: it chooses the
    held-out fifth. ``review`` is one of ``samples.Review``; NULL: nobody has reviewed it.
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
    label: Mapped[int] = mapped_column(EncryptedInt("corrections.label"))
    read_as: Mapped[int | None] = mapped_column(EncryptedInt("corrections.read_as"))
    image: Mapped[bytes] = mapped_column(EncryptedBytes("corrections.image"))
    probabilities: Mapped[tuple[float, ...] | None] = mapped_column(EncryptedFloats("corrections.probabilities"))
    hypothesis_features: Mapped[tuple[float, ...] | None] = mapped_column(
        EncryptedFloats("corrections.hypothesis_features")
    )
    model: Mapped[str | None] = mapped_column(String(100))
    made_at: Mapped[datetime] = mapped_column(default=utc_now)
    review: Mapped[str | None] = mapped_column(String(10))


class StoredAdapter(Base):
    """What a person's corrections change in reading their photos: trained from them, and deleted with them.

    It is that of the model with this checksum and of these ``corrections`` (``personal_adapters.Corrections.state``);
    with others it is out of date. ``content`` is NULL where they change nothing.
    """

    __tablename__ = "personal_adapters"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    model_sha256: Mapped[str] = mapped_column(String(64))
    corrections: Mapped[str] = mapped_column(String(40))
    content: Mapped[bytes | None] = mapped_column(EncryptedBytes("personal_adapters.content"))
    trained_at: Mapped[datetime] = mapped_column(default=utc_now)


class ProcessedUpdate(Base):
    """A Telegram update that was answered at ``claimed_at``, so that it is not handled again where it comes again.

    ``claimed_by`` and ``done`` are read by earlier programs alone, which claimed updates here.
    """

    __tablename__ = "seen_updates"

    update_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    claimed_by: Mapped[str] = mapped_column(String(64))
    claimed_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    done: Mapped[bool] = mapped_column(default=False)


class InboxUpdate(Base):
    """A Telegram update that has arrived and is not yet answered. ``payload``: its JSON, encrypted like all content.

    ``claimed_by`` is the process that handles it, until ``leased_until`` unless it renews the lease. ``starts`` counts
    how often its handling was begun: more than one means that a process ended meanwhile. ``applied``: its effect is in
    the database, and only its answer may be missing; of an album's picture: it is answered, and the album's line is
    missing.
    """

    __tablename__ = "inbox"

    update_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chat_hmac: Mapped[int | bytes] = mapped_column(IdHmac("inbox.chat_id"), index=True)
    chat_id: Mapped[int] = mapped_column(EncryptedInt("inbox.chat_id"))
    sender_hmac: Mapped[int | bytes] = mapped_column(IdHmac("inbox.sender_id"), index=True)
    sender_id: Mapped[int] = mapped_column(EncryptedInt("inbox.sender_id"))
    payload: Mapped[str] = mapped_column(EncryptedText("inbox.payload"))
    received_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[datetime | None]
    starts: Mapped[int] = mapped_column(default=0)
    applied: Mapped[bool] = mapped_column(default=False)


class StoredAlbum(Base):
    """An album that was summed up, for as long as more of its pictures may arrive. ``group_id`` is Telegram's
    ``media_group_id``, ``messages`` the ids of its messages so far as JSON, ``summary_message`` what sums them up."""

    __tablename__ = "albums"
    __table_args__ = (_NEVER_REUSE_IDS,)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    chat_id: Mapped[int] = mapped_column(EncryptedInt("albums.chat_id"))
    group_id: Mapped[str] = mapped_column(EncryptedText("albums.group_id"))
    messages: Mapped[str] = mapped_column(Text)
    summary_message: Mapped[int | None]
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, index=True)


class ModelVersion(Base):
    """A model of the registry. Its bytes lie plain: weights show nobody's digits, and a checksum can be tried on them.

    ``root_id`` is NULL where the version is a root itself. ``needs_retraining``: samples it was trained on have
    since been withdrawn.
    """

    __tablename__ = "model_versions"
    __table_args__ = (_NEVER_REUSE_IDS,)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    keras_sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int]
    card: Mapped[str] = mapped_column(Text)
    metrics: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id", ondelete="SET NULL"))
    root_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id", ondelete="RESTRICT"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    pinned: Mapped[bool] = mapped_column(default=False)
    needs_retraining: Mapped[bool] = mapped_column(default=False)
    # Last, and loaded only when asked for: megabytes each.
    served: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    keras: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)


class Activation(Base):
    """A version was made active; the newest row names the active version. Rows are only ever added.

    ``before`` is the activation that a rollback goes back to, so that two rollbacks go back two versions.
    """

    __tablename__ = "activations"
    __table_args__ = (_NEVER_REUSE_IDS,)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id", ondelete="SET NULL"))
    before: Mapped[int | None] = mapped_column(ForeignKey("activations.id", ondelete="SET NULL"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=utc_now)


class EarlyReading(Base):
    """One of the first readings after an activation. ``unfinished`` in the row of a dead process: it died over it."""

    __tablename__ = "early_readings"

    id: Mapped[int] = mapped_column(primary_key=True)
    activation_id: Mapped[int] = mapped_column(ForeignKey("activations.id", ondelete="CASCADE"), index=True)
    update_id: Mapped[int]
    process: Mapped[str] = mapped_column(String(64))
    unfinished: Mapped[bool] = mapped_column(default=True)


class TrainedOn(Base):
    """Which samples a version was trained on, so that a withdrawn consent marks it for retraining."""

    __tablename__ = "trained_on"

    version_id: Mapped[int] = mapped_column(ForeignKey("model_versions.id", ondelete="CASCADE"), primary_key=True)
    correction_id: Mapped[int] = mapped_column(
        ForeignKey("corrections.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class TrainingRun(Base):
    """One attempt at a new version. ``state``: one of ``training_runs.RunState``; ``holder`` sends the heartbeats.

    The rest belongs to a run that was requested for another process to carry out. ``chat_id`` stands there until its
    chat was told the end: ``question_message`` requested it, ``answer_message`` follows it, edited by the process
    ``follower``. ``progress`` is JSON; ``picture`` shows the result, and in it people's digits.
    """

    __tablename__ = "training_runs"
    __table_args__ = (_NEVER_REUSE_IDS,)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(10), index=True)
    holder: Mapped[str] = mapped_column(String(64))
    heartbeat_at: Mapped[datetime]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("model_versions.id", ondelete="SET NULL"))
    result: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    chat_id: Mapped[int | None] = mapped_column(EncryptedInt("training_runs.chat_id"))
    question_message: Mapped[int | None]
    answer_message: Mapped[int | None]
    follower: Mapped[str | None] = mapped_column(String(64))
    progress: Mapped[str | None] = mapped_column(Text)
    picture: Mapped[bytes | None] = mapped_column(EncryptedBytes("training_runs.picture"))
