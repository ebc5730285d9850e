"""A checkup finds what is broken, and nothing in a sound database."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from storage.errors import DatabaseMissing
from storage.integrity_check import IntegrityReport, check_integrity, encrypted_columns
from storage.keyring import Keyring


def change(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(statement)
    connection.close()


def test_a_sound_database_has_no_problems_and_is_not_changed(furnished: Path, keyring: Keyring) -> None:
    before = furnished.read_bytes()
    # The key check, a person, a reading, five digits, two corrections; one model.
    assert check_integrity(furnished, keyring) == IntegrityReport(problems=(), values=10, versions=1)
    assert furnished.read_bytes() == before


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE digits SET image = probabilities WHERE position < 2", "2 rows of digits cannot be decrypted"),
        ("UPDATE corrections SET label = x'01'", "2 rows of corrections cannot be decrypted"),
        ("UPDATE readings SET chat_hmac = zeroblob(32)", "1 rows of readings cannot be decrypted, or are not found"),
        ("UPDATE model_versions SET served = x'00'", "model base-1 is damaged"),
        ("UPDATE model_versions SET keras = x'00'", "model base-1 is damaged"),
        ("DELETE FROM people", "refer to rows that are not there"),
        ("UPDATE alembic_version SET version_num = '0001'", "digitbot db upgrade"),
        ("UPDATE alembic_version SET version_num = '9999'", "newer digitbot"),
    ],
)
def test_what_is_broken_is_named(furnished: Path, keyring: Keyring, statement: str, problem: str) -> None:
    change(furnished, statement)
    problems = check_integrity(furnished, keyring).problems
    assert len(problems) == 1
    assert problem in problems[0]


def test_a_wrong_key_is_named(furnished: Path) -> None:
    assert "key does not belong" in check_integrity(furnished, Keyring.generate()).problems[0]


def test_a_broken_page_is_found(furnished: Path, keyring: Keyring) -> None:
    content = bytearray(furnished.read_bytes())
    content[4096 * 5 : 4096 * 6] = b"\xab" * 4096
    furnished.write_bytes(content)
    assert check_integrity(furnished, keyring).problems[0].startswith(("SQLite finds: ", "The database is damaged"))


def test_where_there_is_no_database_there_is_no_looking(tmp_path: Path, keyring: Keyring) -> None:
    with pytest.raises(DatabaseMissing):
        check_integrity(tmp_path / "none.db", keyring)
    (tmp_path / "text.db").write_text("no database" * 1000)
    assert "database is damaged" in check_integrity(tmp_path / "text.db", keyring).problems[0]


def test_every_table_with_content_is_looked_at() -> None:
    assert {columns.table for columns in encrypted_columns()} == {
        "inbox",
        "training_runs",
        "settings",
        "people",
        "readings",
        "digits",
        "corrections",
        "personal_adapters",
        "albums",
    }
