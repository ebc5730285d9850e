"""The write-ahead log (WAL, ``-wal``) beside the database file: who holds it, and whether it was left behind.

A file that nobody has open is no longer in WAL mode: whoever closes it last writes the log back and says so in the
file's header (https://www.sqlite.org/fileformat2.html, offset 18). So a file in WAL mode without its log was copied
while it was in use, or its log was deleted: what was committed since the last checkpoint is missing. What this cannot
tell: a log that was cut at its end, or exchanged for an older one of the same file.
"""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

_MODE_OFFSET: Final = 18  # write and read version: 1 rollback journal, 2 WAL
_WAL_MODE: Final = b"\x02\x02"
_TRIES: Final = 5  # to settle a file that several close at once
_HEADER_BYTES: Final = 32  # of a log; an empty log was checkpointed
_MAGIC: Final = {0x377F0682: "<", 0x377F0683: ">"}  # byte order of the checksums

LOG_MISSING: Final = (
    "The database was in use when it was copied or when its -wal file was lost: what was stored last is missing, "
    "so put its -wal file beside it again or restore a backup (digitbot db restore); what is there can be kept by "
    "digitbot db backup and a restore of that."
)
LOG_DAMAGED: Final = (
    "The -wal file beside the database is damaged, so that SQLite ignores it: what was stored last is missing; "
    "restore a backup (digitbot db restore)."
)


def log_problem(path: Path) -> str | None:
    """What is wrong with the log of the database at ``path``, in one sentence; ask before SQLite opens the file."""
    with suppress(OSError):
        log = path.with_name(path.name + "-wal")
        if not log.exists():
            return LOG_MISSING if path.is_file() and _in_wal_mode(path) else None
        return LOG_DAMAGED if log.stat().st_size and not _has_sound_header(log) else None
    return None


class LogHolder:
    """One idle connection that keeps the log beside the file until ``release``, which tries to settle the file."""

    def __init__(self, path: Path, *, complete: bool) -> None:
        """Connect to a database in WAL mode; ``complete``: whether its log was there. Raises ``sqlite3.Error``."""
        self._path, self._complete = path, complete
        self._connection = _connect(path)

    def release(self) -> None:
        """Close; where no other connection is open, the log is written back and the file leaves WAL mode."""
        close_settled(self._connection, self._path, complete=self._complete)


def close_settled(connection: sqlite3.Connection, path: Path, *, complete: bool) -> None:
    """Close a connection, and leave WAL mode with the last one. A file whose log was left behind stays marked by it.

    While another connection is open, or the disk is full or read-only, all stays as it is.
    """
    if complete:
        _settle(connection)
    connection.close()
    for _ in range(_TRIES if complete else 0):
        if log_problem(path) != LOG_MISSING:
            return
        # Two that closed at once have each kept the other from settling.
        with suppress(sqlite3.Error), closing(_connect(path)) as again:
            _settle(again)


def _settle(connection: sqlite3.Connection) -> None:
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA journal_mode = DELETE")


def _connect(path: Path) -> sqlite3.Connection:
    address = f"{path.resolve().as_uri()}?mode=rw"
    connection = sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _in_wal_mode(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(_MODE_OFFSET)
        return file.read(len(_WAL_MODE)) == _WAL_MODE


def _has_sound_header(log: Path) -> bool:
    """Whether the checksum of a log's header is right (https://www.sqlite.org/fileformat2.html, section 4.1)."""
    with log.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES:
        return False
    order = _MAGIC.get(int.from_bytes(header[:4], "big"))
    if order is None:
        return False
    first = second = 0
    words = struct.unpack(f"{order}6I", header[:24])
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return struct.unpack(">2I", header[24:]) == (first, second)
