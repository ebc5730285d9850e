"""An empty database of either kind, as several processes share one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.keyring import Keyring


@pytest.fixture(params=["sqlite", "postgresql"])
async def shared(request: pytest.FixtureRequest, tmp_path: Path, keyring: Keyring) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        async with Database(f"sqlite+aiosqlite:///{tmp_path / 'digitbot.db'}", keyring) as database:
            yield database
        return
    server = request.getfixturevalue("postgresql_server")
    async with server.database() as url, Database(url, keyring) as database:
        yield database
