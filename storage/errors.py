"""The exceptions of this package: one tree under ``StorageError``, each with one sentence for a person.

Two branches: what is wrong with the database, and ``RequestRefused``, where the database is in order and says no.
"""

from __future__ import annotations

import errno
import sqlite3
from enum import StrEnum

# https://www.sqlite.org/rescode.html: the low byte of an extended result code is the primary one.
_PRIMARY = 0xFF


class StorageError(Exception):
    """The base of all; ``str()`` is one sentence for the person who runs the bot."""

    sentence = "The database cannot be used."

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.sentence.removesuffix('.')}: {detail}." if detail else self.sentence)


class WrongKey(StorageError):
    """The key is not the one that this database was made with."""

    sentence = "The key does not belong to this database: start with the key that it was made with."


class KeyUnusable(StorageError):
    """The key's text or file is no key at all, or cannot be read or written."""

    sentence = "The key cannot be used: it has to be 32 bytes in base64, in a file that this user may read."


class DecryptionFailed(StorageError):
    """A stored value cannot be decrypted: another key, a changed byte, or a value moved from another column."""

    sentence = "A stored value cannot be decrypted: it was changed, or encrypted with another key."


class DatabaseReadOnly(StorageError):
    """The file, its folder or its disk may not be written, or the server does not let this role write."""

    sentence = (
        "The database cannot be written: check who may write it (who owns its file and folder, or what its role may do "
        "on the server), and whether the disk or the server is read-only."
    )


class DatabaseTooNew(StorageError):
    """A later version of digitbot has migrated it."""

    sentence = "The database was made by a newer digitbot: install that version again, or restore a backup."


class DatabaseDamaged(StorageError):
    """The file is no database, or a broken one, the server finds its pages or tables broken, or a migration left rows
    that refer to nothing."""

    sentence = "The database is damaged: restore a backup (digitbot db restore)."


class DatabaseMissing(StorageError):
    """There is no file where the database should be, or the server has no database of that name."""

    sentence = "There is no database there."


class DatabaseUnreachable(StorageError):
    """The database server does not answer, refuses this user, or has closed the connection."""

    sentence = "The database server cannot be reached: check that it runs, and the address in DIGITBOT_DATABASE_URL."


class TargetExists(StorageError):
    """A file is where a backup should be written; it is left as it is."""

    sentence = "There is a file of that name already: give the backup another name."


class DatabaseOutdated(StorageError):
    """An earlier version of digitbot made it, and this work needs today's tables."""

    sentence = "The database was made by an older digitbot: run digitbot db upgrade first."


class DatabaseFull(StorageError):
    """The disk is full; the transaction was rolled back and nothing is half written."""

    sentence = "The disk is full: nothing was stored; make room and try again."


class DatabaseBusy(StorageError):
    """Another process held the write lock for longer than the busy timeout."""

    sentence = "The database is held by another process: try again in a moment."


class RequestRefused(StorageError):
    """The database works, but what was asked does not fit what it holds; nothing was changed."""

    sentence = "This cannot be done."


class UnknownVersion(RequestRefused):
    """No model version has this name."""

    sentence = "There is no such model version: digitbot models list shows them."


class VersionNameUnsafe(RequestRefused):
    """A version's name becomes the name of a file: it may hold letters, digits, dots, dashes and underscores."""

    sentence = (
        "The name of a model version has 1 to 100 letters, digits, dots, dashes and underscores, and begins with none "
        "of the last three: give it another by --name."
    )


class VersionTaken(RequestRefused):
    """Another model has this name."""

    sentence = "Another model version has this name already: give this one another."


class VersionTooLarge(RequestRefused):
    """Served file and .keras file together have more bytes than the limit."""

    sentence = "The model is too large."


class VersionDamaged(StorageError):
    """A model's bytes are not those that were stored."""

    sentence = "The stored model is damaged: its checksum is wrong."


class CorrectionProblem(StrEnum):
    """Why a correction cannot be made."""

    GONE = "gone"
    FOREIGN = "foreign"
    NO_SUCH_DIGIT = "no such digit"


class CorrectionError(RequestRefused):
    """A correction that cannot be made, and why."""

    sentence = "The correction cannot be made"

    def __init__(self, problem: CorrectionProblem) -> None:
        super().__init__(_CORRECTION_PROBLEMS[problem])
        self.problem = problem


_CORRECTION_PROBLEMS = {
    CorrectionProblem.GONE: "the reading is no longer stored",
    CorrectionProblem.FOREIGN: "the reading is somebody else's",
    CorrectionProblem.NO_SUCH_DIGIT: "the reading has no digit at that position",
}


class RunInProgress(RequestRefused):
    """Another training run holds the lease."""

    sentence = "Another training run is in progress"

    def __init__(self, run_id: int) -> None:
        super().__init__(f"wait for run {run_id}, or cancel it")
        self.run_id = run_id


class LeaseLost(RequestRefused):
    """The run ended, or its lease ran out and another process took it. Nothing of it may be promoted."""

    sentence = "The training run has lost its lease: start it again."


_SQLITE_ERRORS: dict[int, type[StorageError]] = {
    sqlite3.SQLITE_BUSY: DatabaseBusy,
    sqlite3.SQLITE_LOCKED: DatabaseBusy,
    sqlite3.SQLITE_READONLY: DatabaseReadOnly,
    sqlite3.SQLITE_PERM: DatabaseReadOnly,
    sqlite3.SQLITE_CANTOPEN: DatabaseReadOnly,
    sqlite3.SQLITE_CORRUPT: DatabaseDamaged,
    sqlite3.SQLITE_NOTADB: DatabaseDamaged,
    sqlite3.SQLITE_FULL: DatabaseFull,
    sqlite3.SQLITE_IOERR: StorageError,
}


def from_os(error: OSError, detail: str = "") -> StorageError:
    """What an error of the operating system means where a file cannot be made or written; ``detail``: which."""
    return DatabaseFull() if is_disk_full(error) else DatabaseReadOnly(detail)


def is_disk_full(error: OSError) -> bool:
    """Whether the disk, or this user's part of it, has no room."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT}


def sqlite_finding(text: str) -> str:
    """What SQLite's integrity check found, on one line."""
    return " ".join(text.replace("*** in database main ***", "").split())


def from_sqlite(error: BaseException) -> StorageError | None:
    """Translate an SQLite error; ``None`` where it is the caller's fault (a constraint, bad SQL).

    Where the schema itself is damaged, SQLite's message holds what stands there, which the driver fails to decode.
    """
    if isinstance(error, UnicodeDecodeError):
        return DatabaseDamaged()
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    kind = _SQLITE_ERRORS.get(code & _PRIMARY)
    if kind is StorageError:
        return StorageError(str(error))
    return kind() if kind else None
