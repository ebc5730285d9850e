"""What can be wrong with the memory: each kind of trouble is a class, each says one sentence."""

from __future__ import annotations

import sqlite3

# https://www.sqlite.org/rescode.html: the low byte of an extended result code is the primary one.
_PRIMARY = 0xFF


class StorageError(Exception):
    """The memory cannot do what was asked; ``str()`` is one sentence for the person who runs the bot."""

    sentence = "The database cannot be used."

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.sentence.removesuffix('.')}: {detail}." if detail else self.sentence)


class WrongKey(StorageError):
    """The key is not the one that this database was begun with."""

    sentence = "The key does not belong to this database: start with the key that it was made with."


class KeyUnusable(StorageError):
    """The key's text or file is no key at all, or cannot be read or written."""

    sentence = "The key cannot be used: it has to be 32 bytes in base64, in a file that this user may read."


class SealBroken(StorageError):
    """A sealed value does not open: another key, a changed byte, or a value moved from another column."""

    sentence = "A stored value cannot be opened: it was changed, or sealed with another key."


class DatabaseReadOnly(StorageError):
    """The file, its folder or its disk may not be written."""

    sentence = "The database cannot be written: check who owns its file and folder, and whether the disk is read-only."


class DatabaseTooNew(StorageError):
    """A later version of digitbot has been here."""

    sentence = "The database was made by a newer digitbot: install that version again, or restore a backup."


class DatabaseDamaged(StorageError):
    """Not a database, or a broken one."""

    sentence = "The database file is damaged: restore a backup (digitbot db restore)."


class DatabaseMissing(StorageError):
    """There is no file where the database should be."""

    sentence = "There is no database there."


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


class UnknownVersion(StorageError):
    """No model version has this name."""

    sentence = "There is no such model version: digitbot models list shows them."


class VersionTaken(StorageError):
    """Another model has this name."""

    sentence = "Another model version has this name already: give this one another."


class VersionTooLarge(StorageError):
    """More bytes than the registry takes."""

    sentence = "The model is larger than the registry takes."


class VersionDamaged(StorageError):
    """A model's bytes are not those that were stored."""

    sentence = "The stored model is damaged: its checksum is wrong."


_KINDS: dict[int, type[StorageError]] = {
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


def from_sqlite(error: BaseException) -> StorageError | None:
    """The kind of trouble behind an SQLite error; ``None`` where it is the caller's fault (a constraint, bad SQL)."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    kind = _KINDS.get(code & _PRIMARY)
    if kind is StorageError:
        return StorageError(str(error))
    return kind() if kind else None
