"""The database as a plain ``sqlite3`` connection, for work on the whole file: backup, check, key rotation."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from storage.engine import BUSY_SECONDS, decode_text
from storage.errors import DatabaseMissing, DecryptionFailed, WrongKey, from_sqlite
from storage.keyring import Keyring
from storage.write_ahead_log import close_settled, log_problem

KEY_CHECK: Final = "key check"


@contextmanager
def open_sqlite(path: Path, *, alone: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection in autocommit mode; SQLite's errors come out as ``StorageError``, ``DatabaseMissing`` among them.

    ``alone`` waits for the file to be free of every other connection, and keeps it so: ``DatabaseBusy`` while a bot
    is running on it.
    """
    if not path.is_file():
        raise DatabaseMissing(str(path))
    complete = log_problem(path) is None
    try:
        timeout = 0.2 if alone else BUSY_SECONDS
        address = f"{path.resolve().as_uri()}?mode=rw"
        connection = sqlite3.connect(address, uri=True, timeout=timeout, isolation_level=None)
        try:
            connection.text_factory = decode_text
            connection.execute("PRAGMA secure_delete = ON")
            if alone:
                # https://www.sqlite.org/pragma.html#pragma_locking_mode: taken with the first transaction, then kept.
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                connection.executescript("BEGIN EXCLUSIVE; COMMIT")
            yield connection
        finally:
            close_settled(connection, path, complete=complete)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise from_sqlite(error) or error from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def revision(connection: sqlite3.Connection) -> str:
    """The schema's revision; ``""`` where there is none (no tables, or not this bot's)."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known else None
    return row[0] if row else ""


def key_matches(connection: sqlite3.Connection, keyring: Keyring) -> bool:
    """Whether this key is the one that the database was made with."""
    return _key_check(connection, keyring) is True


def require_key(path: Path, keyring: Keyring) -> None:
    """Raises ``WrongKey`` before anything is written; a file that has no key yet takes any."""
    with open_sqlite(path) as connection:
        has_settings = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'settings'").fetchone()
        if has_settings and _key_check(connection, keyring) is False:
            raise WrongKey


def _key_check(connection: sqlite3.Connection, keyring: Keyring) -> bool | None:
    """Whether the key is the right one; None where the file has none yet."""
    row = connection.execute("SELECT value FROM settings WHERE name = ?", (KEY_CHECK,)).fetchone()
    try:
        return keyring.decrypt(row[0], "settings.value") == KEY_CHECK.encode() if row else None
    except DecryptionFailed:
        return False
