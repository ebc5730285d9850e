"""The integrity check of a whole database: SQLite's own tests, every encrypted value, every model's checksum."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from storage import schema_version
from storage.columns import Encrypted, EncryptedInt, IdHmac
from storage.errors import DatabaseDamaged, DatabaseOutdated, DecryptionFailed, StorageError, WrongKey, sqlite_finding
from storage.keyring import Keyring
from storage.sqlite_file import key_matches, open_sqlite, revision
from storage.tables import Base
from storage.write_ahead_log import log_problem


@dataclass(frozen=True, slots=True)
class EncryptedColumns:
    """A table's encrypted columns with their contexts, and for each HMAC column the id column it is made of."""

    table: str
    encrypted: dict[str, str]
    hmacs: dict[str, str]

    @property
    def query(self) -> str:
        """All rows: the row's id, then the encrypted columns, then the HMACs, in their order here."""
        return f'SELECT rowid, {", ".join([*self.encrypted, *self.hmacs])} FROM "{self.table}"'  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class IntegrityReport:
    """The result. ``problems`` are sentences, none in a sound database; ``values`` counts decrypted rows, ``versions``
    checked models.
    """

    problems: tuple[str, ...]
    values: int
    versions: int


def encrypted_columns() -> tuple[EncryptedColumns, ...]:
    """Every table with encrypted columns. An HMAC stands beside the id it is made of: ``chat_hmac``, ``chat_id``."""
    found = []
    for table in Base.metadata.sorted_tables:
        encrypted = {column.name: column.type.context for column in table.columns if isinstance(column.type, Encrypted)}
        hmacs = {
            column.name: column.name.removesuffix("hmac") + "id"
            for column in table.columns
            if isinstance(column.type, IdHmac)
        }
        if encrypted:
            found.append(EncryptedColumns(table.name, encrypted, hmacs))
    return tuple(found)


def id_hmac(keyring: Keyring, content: bytes, context: str) -> bytes:
    """The HMAC that belongs to a decrypted id."""
    return keyring.hmac(EncryptedInt(context).decode(content), context)


def check_integrity(path: Path, keyring: Keyring) -> IntegrityReport:
    """Check everything, change nothing that is stored. Raises ``DatabaseMissing`` and ``DatabaseBusy``: nothing was
    checked."""
    log = log_problem(path)  # before SQLite opens the file, and makes a new log
    try:
        report = _check(path, keyring)
    except DatabaseDamaged as damage:
        report = IntegrityReport((str(damage),), 0, 0)
    return replace(report, problems=(log, *report.problems)) if log else report


def _check(path: Path, keyring: Keyring) -> IntegrityReport:
    with open_sqlite(path) as connection:
        problems = [*_structure_problems(connection)]
        if problems:
            return IntegrityReport(tuple(problems), 0, 0)
        if problem := _schema_problem(connection):
            return IntegrityReport((problem,), 0, 0)
        if not key_matches(connection, keyring):
            return IntegrityReport((WrongKey.sentence,), 0, 0)
        broken, values = _check_values(connection, keyring)
        damaged, versions = _check_models(connection)
        return IntegrityReport((*broken, *damaged), values, versions)


def _schema_problem(connection: sqlite3.Connection) -> str | None:
    found = revision(connection)
    try:
        (compatible,) = connection.execute(schema_version.COMPATIBILITY_QUERY).fetchone()
        schema_version.require_known(found, compatible)
    except StorageError as error:
        return str(error)
    if found < schema_version.NEWEST:
        return DatabaseOutdated.sentence
    missing = schema_version.missing_columns(connection.execute(schema_version.COLUMNS_QUERY))
    return f"Columns are missing: {', '.join(missing)}." if missing else None


def _structure_problems(connection: sqlite3.Connection) -> Iterator[str]:
    for (result,) in connection.execute("PRAGMA integrity_check(5)").fetchall():
        if result != "ok":
            yield f"SQLite finds: {sqlite_finding(result)}."
    lost = len(connection.execute("PRAGMA foreign_key_check").fetchall())
    if lost:
        yield f"{lost} rows refer to rows that are not there."


def _check_values(connection: sqlite3.Connection, keyring: Keyring) -> tuple[list[str], int]:
    problems, values = [], 0
    for columns in encrypted_columns():
        bad = 0
        for row in connection.execute(columns.query):
            values += 1
            contents = dict(zip([*columns.encrypted, *columns.hmacs], row[1:], strict=True))
            bad += not is_sound_row(columns, contents, keyring)
        if bad:
            problems.append(unsound_rows(columns.table, bad))
    return problems, values


def unsound_rows(table: str, count: int) -> str:
    """The sentence for rows that are not ``is_sound_row``."""
    return f"{count} rows of {table} cannot be decrypted, or are not found by their id."


def is_sound_row(columns: EncryptedColumns, contents: Mapping[str, object], keyring: Keyring) -> bool:
    """Whether a row, its stored values by column, decrypts, and its HMACs are those of its ids."""
    try:
        clear = {
            name: keyring.decrypt(value, context)
            for name, context in columns.encrypted.items()
            if (value := contents[name]) is not None
        }
    except DecryptionFailed:
        return False
    ids = ((name, clear[source], columns.encrypted[source]) for name, source in columns.hmacs.items())
    return all(contents[name] == id_hmac(keyring, content, context) for name, content, context in ids)


def _check_models(connection: sqlite3.Connection) -> tuple[list[str], int]:
    problems, versions = [], 0
    served, keras = "CAST(served AS BLOB)", "CAST(coalesce(keras, '') AS BLOB)"  # a damaged file may hold text there
    query = f"SELECT name, sha256, {served}, keras_sha256, {keras} FROM model_versions"  # noqa: S608 - our own names
    for name, served_sum, served_bytes, keras_sum, keras_bytes in connection.execute(query):
        versions += 1
        if not is_sound_model(served_bytes, served_sum, keras_bytes, keras_sum):
            problems.append(damaged_model(name))
    return problems, versions


def damaged_model(name: str) -> str:
    """The sentence for a version that is not ``is_sound_model``."""
    return f"The model {name} is damaged."


def is_sound_model(served: bytes, served_sum: str, keras: bytes | None, keras_sum: str | None) -> bool:
    """Whether a version's files have the checksums that were stored with them."""
    return _sha256(served) == served_sum and not (keras_sum and _sha256(keras or b"") != keras_sum)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
