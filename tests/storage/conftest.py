"""A database of its own for each test, in SQLite and in PostgreSQL, and people and readings to fill it with."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from storage import activations, corrections, model_versions, people, readings
from storage.database import Database
from storage.keyring import Keyring
from storage.model_versions import NewVersion
from storage.people import PersonRecord
from storage.readings import NewDigit, NewReading, ReadingRecord, SourceMessage
from tests.postgresql_server import PostgresqlServer

ANNA, CHAT = 700_000_001, -1_001_234_567_890
NAME = "Anna Zweistein-Überall"


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring.generate()


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> Path:
    """An empty database, migrated once for all tests."""
    path = tmp_path_factory.mktemp("empty") / "digitbot.db"

    async def migrate() -> None:
        async with Database(f"sqlite+aiosqlite:///{path}", keyring):
            pass

    asyncio.run(migrate())
    return path


def file_in(folder: Path) -> Path:
    """Where ``address`` has the file in SQLite."""
    return folder / "state" / "digitbot.db"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return file_in(tmp_path)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with a database runs on both systems, but one that asks for ``path``, the file, on SQLite alone."""
    if "system" in metafunc.fixturenames:
        systems = ["sqlite"] if "path" in metafunc.fixturenames else ["sqlite", "postgresql"]
        metafunc.parametrize("system", systems)


@pytest.fixture
async def address(system: str, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Where a database can be made that is not there yet."""
    if system == "sqlite":
        yield f"sqlite+aiosqlite:///{file_in(tmp_path)}"
    else:
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        async with server.database() as url:
            yield url


@pytest.fixture
async def db(system: str, address: str, empty: Path, tmp_path: Path, keyring: Keyring) -> AsyncIterator[Database]:
    """An empty database, open."""
    if system == "sqlite":
        file_in(tmp_path).parent.mkdir(mode=0o700)
        shutil.copy2(empty, file_in(tmp_path))
    async with Database(address, keyring) as database:
        yield database


@pytest.fixture
async def postgresql_db(postgresql_url: str, keyring: Keyring) -> AsyncIterator[Database]:
    """An empty database on PostgreSQL, for tests of what is its own."""
    async with Database(postgresql_url, keyring) as database:
        yield database


@pytest.fixture
async def anna(db: Database) -> PersonRecord:
    async with db.write() as session:
        return await people.get_or_create(session, ANNA, NAME, "de")


@pytest.fixture
async def ben(db: Database) -> PersonRecord:
    async with db.write() as session:
        return await people.get_or_create(session, ANNA + 1, "Ben", "en")


def found(label: int, row: int = 0) -> NewDigit:
    """A digit whose image can be told from every other: its bytes repeat label and row."""
    image = bytes([label, 200 + row, 255, 77]) * 196
    return NewDigit(
        row, label, 0.9, True, tuple(0.9 if n == label else 0.1 / 9 for n in range(10)), (1, 2, 3, 4), image
    )


@pytest.fixture
def new_reading() -> Callable[[str], NewReading]:
    """``new_reading("42 7")``: those digits, a word a row."""

    def make(text: str) -> NewReading:
        digits = tuple(found(int(digit), row) for row, word in enumerate(text.split()) for digit in word)
        return NewReading(digits, model="base-1", sure=True, width=640, height=480)

    return make


Read = Callable[..., Awaitable[ReadingRecord]]


@pytest.fixture
def read(db: Database, new_reading: Callable[[str], NewReading]) -> Read:
    """Store a reading: ``await read(anna, "427")``."""

    async def store(person: PersonRecord, text: str, message: int = 10, chat: int = CHAT) -> ReadingRecord:
        async with db.write() as session:
            return await readings.add(
                session, person.id, SourceMessage(chat, message, "photo-file-id"), new_reading(text)
            )

    return store


@pytest.fixture
async def furnished(db: Database, path: Path, anna: PersonRecord, read: Read) -> Path:
    """A closed database with something in every table that people and models fill."""
    reading = await read(anna, "427 15")
    async with db.write() as session:
        await people.give_consent(session, anna.id, 1)
        await corrections.correct(session, reading.id, anna.id, {0: 9, 4: 10})
        await model_versions.add(session, NewVersion("base-1", b"served" * 1000, "{}", keras=b"keras"), max_bytes=None)
        await activations.activate(session, "base-1")
    await db.close()
    return path
