"""Database addresses: what may be shown of them, and which ask for no database."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from storage.backends import backend_for, sqlite_address, without_password
from storage.errors import StorageError
from storage.keyring import Keyring


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql+asyncpg://bot:p%40ss@db/digitbot", "postgresql+asyncpg://bot:***@db/digitbot"),
        ("postgresql+asyncpg://bot@/x?host=/run&password=p%40ss", "postgresql+asyncpg://bot@/x?host=/run"),
        ("postgresql+asyncpg://bot@/x?host=%2Frun", "postgresql+asyncpg://bot@/x?host=%2Frun"),
        ("sqlite+aiosqlite:////a b/digitbot.db", "sqlite+aiosqlite:////a b/digitbot.db"),
        ("p%40ss", ""),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, shown: str) -> None:
    assert without_password(address) == shown


def test_a_path_with_the_signs_of_addresses_stays_itself() -> None:
    path = Path("/a?b#c%20d/digitbot.db")
    assert make_url(sqlite_address(path)).database == str(path)


def test_a_refused_address_is_not_repeated() -> None:
    for address in ("mysql://bot:secret@db/x", "bot:secret", "postgresql+asyncpg://bot:secret@db"):
        with pytest.raises(StorageError) as caught:
            backend_for(address, Keyring.generate())
        assert "secret" not in str(caught.value)
