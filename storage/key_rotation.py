"""Another key: everything sealed is opened and sealed anew, every id gets its new HMAC, in one transaction."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from storage import schema_version
from storage.errors import DatabaseOutdated, DatabaseTooNew, KeyUnusable, WrongKey
from storage.integrity_check import SealedColumns, id_hmac, sealed_columns
from storage.keyring import Keyring
from storage.sqlite_file import key_matches, open_sqlite, revision, transaction


def rekey(path: Path, old: Keyring, new: Keyring) -> int:
    """Seal the database at ``path`` with another key; the bot has to be stopped. Returns how many rows were rewritten.

    Whoever calls this must have the new key in safe keeping *before*: from the commit on, only it opens the database
    (``replace_key`` does so). Backups keep the old key. Raises ``WrongKey``, ``DatabaseBusy``, ``SealBroken`` (a value
    that the old key does not open) and ``DatabaseFull``; in every case nothing was changed.
    """
    with open_sqlite(path, alone=True) as connection:
        _ready(connection, old)
        with transaction(connection):
            rows = sum(_rewrite(connection, columns, old, new) for columns in sealed_columns())
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return rows


def replace_key(path: Path, key_file: Path, new: Keyring | None = None) -> int:
    """``rekey`` with a new key (random, if none is given) and put it in the place of the key file.

    It stands in ``KEY_FILE.new`` until the database has it: after a crash at any moment one of the two files opens the
    database, and calling this again finishes the work. Returns how many rows were rewritten.
    """
    coming = key_file.with_name(key_file.name + ".new")
    if coming.exists() and _opens(path, Keyring.load(coming)):
        coming.replace(key_file)
        return 0
    try:
        coming.unlink(missing_ok=True)
        (new or Keyring.generate()).place(coming)
    except OSError:
        raise KeyUnusable from None
    rows = rekey(path, Keyring.load(key_file), Keyring.load(coming))
    coming.replace(key_file)
    return rows


def _opens(path: Path, keyring: Keyring) -> bool:
    with open_sqlite(path) as connection:
        return key_matches(connection, keyring)


def _ready(connection: sqlite3.Connection, keyring: Keyring) -> None:
    here = revision(connection)
    if here > schema_version.NEWEST:
        raise DatabaseTooNew
    if here < schema_version.NEWEST:
        raise DatabaseOutdated
    if not key_matches(connection, keyring):
        raise WrongKey


def _rewrite(connection: sqlite3.Connection, columns: SealedColumns, old: Keyring, new: Keyring) -> int:
    names = [*columns.sealed, *columns.hmacs]
    assignments = ", ".join(f"{name} = ?" for name in names)
    statement = f'UPDATE "{columns.table}" SET {assignments} WHERE rowid = ?'  # noqa: S608 - our own names
    rows = connection.execute(columns.query).fetchall()
    connection.executemany(statement, ((*_resealed(columns, row[1:], old, new), row[0]) for row in rows))
    return len(rows)


def _resealed(
    columns: SealedColumns, values: tuple[bytes | None, ...], old: Keyring, new: Keyring
) -> list[bytes | None]:
    clear = {
        name: old.open(value, context)
        for (name, context), value in zip(columns.sealed.items(), values, strict=False)
        if value is not None
    }
    sealed = [new.seal(clear[name], context) if name in clear else None for name, context in columns.sealed.items()]
    return [*sealed, *(id_hmac(new, clear[source], columns.sealed[source]) for source in columns.hmacs.values())]
