"""A checkup of the whole database: SQLite's own tests, every sealed value, every model's checksum."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storage import schema_version
from storage.columns import IdHmac, Sealed, SealedInt
from storage.errors import DatabaseDamaged, DatabaseOutdated, DatabaseTooNew, SealBroken, WrongKey
from storage.keyring import Keyring
from storage.sqlite_file import key_matches, open_sqlite, revision
from storage.tables import Base


@dataclass(frozen=True, slots=True)
class SealedColumns:
    """What a table keeps sealed: column names with their contexts, and where the HMAC of a sealed id stands."""

    table: str
    sealed: dict[str, str]
    hmacs: dict[str, str]

    @property
    def query(self) -> str:
        """All rows: the row's id, then the sealed columns, then the HMACs, in their order here."""
        return f'SELECT rowid, {", ".join([*self.sealed, *self.hmacs])} FROM "{self.table}"'  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class IntegrityReport:
    """What a checkup found. ``problems`` are sentences, none in a sound database; ``values`` counts what was opened."""

    problems: tuple[str, ...]
    values: int
    versions: int


def sealed_columns() -> tuple[SealedColumns, ...]:
    """Every table with sealed columns. An HMAC stands beside the id it is made of: ``chat_hmac``, ``chat_id``."""
    found = []
    for table in Base.metadata.sorted_tables:
        sealed = {column.name: column.type.context for column in table.columns if isinstance(column.type, Sealed)}
        hmacs = {
            column.name: column.name.removesuffix("hmac") + "id"
            for column in table.columns
            if isinstance(column.type, IdHmac)
        }
        if sealed:
            found.append(SealedColumns(table.name, sealed, hmacs))
    return tuple(found)


def id_hmac(keyring: Keyring, content: bytes, context: str) -> bytes:
    """The HMAC that belongs to an opened id."""
    return keyring.find(SealedInt(context).decode(content), context)


def check_integrity(path: Path, keyring: Keyring) -> IntegrityReport:
    """Look at everything, change nothing. Raises ``DatabaseMissing`` and ``DatabaseBusy``: then there is no looking."""
    try:
        return _look(path, keyring)
    except DatabaseDamaged as damage:
        return IntegrityReport((str(damage),), 0, 0)


def _look(path: Path, keyring: Keyring) -> IntegrityReport:
    with open_sqlite(path) as connection:
        problems = [*_structure(connection)]
        if problems:
            return IntegrityReport(tuple(problems), 0, 0)
        if revision(connection) != schema_version.NEWEST:
            newer = revision(connection) > schema_version.NEWEST
            return IntegrityReport(((DatabaseTooNew if newer else DatabaseOutdated).sentence,), 0, 0)
        if not key_matches(connection, keyring):
            return IntegrityReport((WrongKey.sentence,), 0, 0)
        broken, values = _seals(connection, keyring)
        damaged, versions = _models(connection)
        return IntegrityReport((*broken, *damaged), values, versions)


def _structure(connection: sqlite3.Connection) -> Iterator[str]:
    for (verdict,) in connection.execute("PRAGMA integrity_check(5)").fetchall():
        if verdict != "ok":
            yield f"SQLite finds: {verdict}"
    lost = len(connection.execute("PRAGMA foreign_key_check").fetchall())
    if lost:
        yield f"{lost} rows refer to rows that are not there."


def _seals(connection: sqlite3.Connection, keyring: Keyring) -> tuple[list[str], int]:
    problems, values = [], 0
    for columns in sealed_columns():
        bad = 0
        for row in connection.execute(columns.query):
            values += 1
            bad += not _opens(columns, row[1:], keyring)
        if bad:
            problems.append(f"{bad} rows of {columns.table} do not open, or are not found by their id.")
    return problems, values


def _opens(columns: SealedColumns, row: tuple[bytes | None, ...], keyring: Keyring) -> bool:
    contents = dict(zip([*columns.sealed, *columns.hmacs], row, strict=True))
    try:
        clear = {
            name: keyring.open(value, context)
            for name, context in columns.sealed.items()
            if (value := contents[name]) is not None
        }
    except SealBroken:
        return False
    ids = ((name, clear[source], columns.sealed[source]) for name, source in columns.hmacs.items())
    return all(contents[name] == id_hmac(keyring, content, context) for name, content, context in ids)


def _models(connection: sqlite3.Connection) -> tuple[list[str], int]:
    problems, versions = [], 0
    rows = connection.execute("SELECT name, sha256, served, keras_sha256, coalesce(keras, x'') FROM model_versions")
    for name, served_sum, served, keras_sum, keras in rows:
        versions += 1
        if _sha256(served) != served_sum or (keras_sum and _sha256(keras) != keras_sum):
            problems.append(f"The model {name} is damaged.")
    return problems, versions


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
