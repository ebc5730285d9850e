"""Key rotation: everything is decrypted and encrypted with another key, every HMAC made anew, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from storage import schema_version
from storage.durable_files import flush_names
from storage.errors import DatabaseOutdated, DatabaseTooNew, KeyUnusable, WrongKey
from storage.integrity_check import EncryptedColumns, encrypted_columns, id_hmac
from storage.keyring import Keyring
from storage.sqlite_file import key_matches, open_sqlite, revision, transaction


def rekey(path: Path, old: Keyring, new: Keyring) -> int:
    """Encrypt the database at ``path`` with another key; with the bot stopped. Returns how many rows were rewritten.

    Whoever calls this must have the new key in safe keeping *before*: from the commit on, only it opens the database
    (``replace_key`` does so). Backups keep the old key. Raises ``WrongKey``, ``DatabaseBusy``, ``DecryptionFailed`` (a
    value that the old key does not decrypt) and ``DatabaseFull``; in every case nothing was changed.
    """
    with open_sqlite(path, alone=True) as connection:
        _require_current(connection, old)
        with transaction(connection):
            rows = sum(_rewrite(connection, columns, old, new) for columns in encrypted_columns())
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return rows


def replace_key(path: Path, key_file: Path, new: Keyring | None = None) -> int:
    """``rekey`` with a new key (random, if none is given), which then replaces the key file.

    It stands in ``KEY_FILE.new`` until the database has it: after a crash at any moment one of the two files opens the
    database, and calling this again finishes the work. Returns how many rows were rewritten. Raises
    ``KeyUnusable``, and as ``rekey`` does.
    """
    return replace_key_by(
        key_file, lambda keyring: _is_key_of(path, keyring), lambda old, coming: rekey(path, old, coming), new
    )


def replace_key_by(
    key_file: Path,
    is_key_of: Callable[[Keyring], bool],
    rekey_from: Callable[[Keyring, Keyring], int],
    new: Keyring | None = None,
) -> int:
    """``replace_key`` of a database that is asked for its key, and encrypted anew, by these functions."""
    coming = key_file.with_name(key_file.name + ".new")
    if coming.exists() and is_key_of(Keyring.load(coming)):
        coming.replace(key_file)
        return 0
    try:
        coming.unlink(missing_ok=True)
    except OSError:
        raise KeyUnusable from None
    (new or Keyring.generate()).write_new(coming)
    rows = rekey_from(Keyring.load(key_file), Keyring.load(coming))
    coming.replace(key_file)
    flush_names(key_file.parent)
    return rows


def _is_key_of(path: Path, keyring: Keyring) -> bool:
    with open_sqlite(path) as connection:
        return key_matches(connection, keyring)


def _require_current(connection: sqlite3.Connection, keyring: Keyring) -> None:
    found = revision(connection)
    if found > schema_version.NEWEST:
        raise DatabaseTooNew
    if found < schema_version.NEWEST:
        raise DatabaseOutdated
    if not key_matches(connection, keyring):
        raise WrongKey


def _rewrite(connection: sqlite3.Connection, columns: EncryptedColumns, old: Keyring, new: Keyring) -> int:
    names = [*columns.encrypted, *columns.hmacs]
    assignments = ", ".join(f"{name} = ?" for name in names)
    statement = f'UPDATE "{columns.table}" SET {assignments} WHERE rowid = ?'  # noqa: S608 - our own names
    rows = connection.execute(columns.query).fetchall()
    contents = ((row[0], dict(zip(names, row[1:], strict=True))) for row in rows)
    changed = ((reencrypted(columns, values, old, new), rowid) for rowid, values in contents)
    connection.executemany(statement, ((*(values[name] for name in names), rowid) for values, rowid in changed))
    return len(rows)


def reencrypted(
    columns: EncryptedColumns, contents: Mapping[str, object], old: Keyring, new: Keyring
) -> dict[str, bytes | None]:
    """A row's encrypted columns and HMACs under the new key. Raises ``DecryptionFailed``."""
    clear = {
        name: old.decrypt(value, context)
        for name, context in columns.encrypted.items()
        if (value := contents[name]) is not None
    }
    encrypted = {
        name: new.encrypt(clear[name], context) if name in clear else None
        for name, context in columns.encrypted.items()
    }
    hmacs = {name: id_hmac(new, clear[source], columns.encrypted[source]) for name, source in columns.hmacs.items()}
    return encrypted | hmacs
