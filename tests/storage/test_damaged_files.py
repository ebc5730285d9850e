"""Damaged databases: whatever the bytes, one sentence and never another exception."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from storage import activations, model_versions, people
from storage.database import Database
from storage.errors import DatabaseDamaged, DatabaseReadOnly, StorageError
from storage.integrity_check import check_integrity
from storage.keyring import Keyring

PAGE = 4096


async def use(path: Path, keyring: Keyring) -> None:
    async with Database(f"sqlite+aiosqlite:///{path}", keyring) as database, database.write() as session:
        await people.get_or_create(session, 105, "Ben", "de")
        await activations.load_active(session)
        await model_versions.listing(session)


def damaged(content: bytes, seed: int) -> bytes:
    rng, changed = random.Random(seed), bytearray(content)
    kind = seed % 4
    if kind == 0:  # the header
        for _ in range(4):
            changed[rng.randrange(100)] = rng.randrange(256)
    elif kind == 1:  # the text of the schema
        start = content.find(b"CREATE", rng.randrange(PAGE * 4))
        for _ in range(3):
            changed[max(0, start) + rng.randrange(60)] = rng.randrange(256)
    elif kind == 2:
        del changed[rng.randrange(len(changed)) :]
    else:  # a page
        page = rng.randrange(len(changed) // PAGE)
        changed[page * PAGE : (page + 1) * PAGE] = rng.randbytes(PAGE)
    return bytes(changed)


@pytest.mark.parametrize("seed", range(60))
async def test_random_damage_is_a_sentence(furnished: Path, keyring: Keyring, tmp_path: Path, seed: int) -> None:
    path = tmp_path / "damaged.db"
    path.write_bytes(damaged(furnished.read_bytes(), seed))
    sentences = list(check_integrity(path, keyring).problems)
    try:
        await use(path, keyring)
    except StorageError as error:
        sentences.append(str(error))
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in sentences)


@pytest.mark.parametrize("revision", ["x", "0000", "\N{BLACK SQUARE}", "00O3"])
async def test_a_schema_version_that_is_none_is_damage(furnished: Path, keyring: Keyring, revision: str) -> None:
    import sqlite3

    connection = sqlite3.connect(furnished, isolation_level=None)
    connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
    connection.close()
    with pytest.raises(StorageError):
        await use(furnished, keyring)
    assert check_integrity(furnished, keyring).problems


async def test_a_column_that_is_gone_from_the_schema_is_damage(furnished: Path, keyring: Keyring) -> None:
    content = furnished.read_bytes()
    assert b"made_at" in content
    furnished.write_bytes(content.replace(b"made_at", b"mode_at"))
    with pytest.raises(DatabaseDamaged, match=r"made_at is missing"):
        await use(furnished, keyring)
    assert "made_at" in check_integrity(furnished, keyring).problems[0]


async def test_other_things_than_a_database_are_sentences(tmp_path: Path, keyring: Keyring) -> None:
    text, folder = tmp_path / "text.db", tmp_path / "folder.db"
    text.write_text("no database at all\n" * 1000)
    folder.mkdir()
    with pytest.raises(DatabaseDamaged):
        await use(text, keyring)
    with pytest.raises(DatabaseReadOnly, match="is a folder"):
        await use(folder, keyring)
