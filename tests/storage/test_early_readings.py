"""The first readings of a version: two deaths over different photos take it back, nothing else does."""

from __future__ import annotations

import pytest

from storage import activations, early_readings, model_versions
from storage.database import Database
from storage.early_readings import WATCHED, TakenBack
from storage.model_versions import NewVersion


@pytest.fixture
async def versions(db: Database) -> None:
    """base-1, and own-1, which is active."""
    async with db.write() as session:
        await model_versions.add(session, NewVersion("base-1", b"base", "{}"), max_bytes=None)
        await model_versions.add(session, NewVersion("own-1", b"own", "{}"), max_bytes=None)
        await activations.activate(session, "base-1")
        await activations.activate(session, "own-1")


async def dies(db: Database, process: str, *updates: int, version: str = "own-1") -> None:
    """A process begins to read these updates and dies."""
    async with db.write() as session:
        for number in updates:
            assert await early_readings.begin(session, version, number, process)


async def starts(db: Database, process: str = "new") -> TakenBack | None:
    async with db.write() as session:
        return await early_readings.take_back_deadly(session, process, base_prefix="base-")


@pytest.mark.usefixtures("versions")
async def test_two_deaths_on_different_photos_take_a_version_back(db: Database) -> None:
    await dies(db, "one", 1)
    assert await starts(db) is None
    await dies(db, "two", 2)
    assert await starts(db) == TakenBack("own-1", "base-1")
    assert await starts(db) is None
    async with db.read() as session:
        assert (await activations.load_active(session)).version.name == "base-1"  # type: ignore[union-attr]


@pytest.mark.usefixtures("versions")
async def test_one_photo_at_every_death_explains_them(db: Database) -> None:
    await dies(db, "one", 1, 2)
    await dies(db, "two", 2, 3)
    assert await starts(db) is None
    await dies(db, "three", 4)  # but not this one
    assert await starts(db) == TakenBack("own-1", "base-1")


@pytest.mark.usefixtures("versions")
async def test_several_photos_at_one_death_are_one_death(db: Database) -> None:
    await dies(db, "one", 1, 2, 3)
    assert await starts(db) is None


@pytest.mark.usefixtures("versions")
async def test_readings_that_ended_and_processes_that_stopped_are_no_deaths(db: Database) -> None:
    for number, process in enumerate(("one", "two", "three")):
        await dies(db, process, number)
        async with db.write() as session:
            if process == "one":
                await early_readings.end(session, number, process)
            else:
                await early_readings.end_all(session, process)
    assert await starts(db) is None


@pytest.mark.usefixtures("versions")
async def test_only_the_first_readings_count(db: Database) -> None:
    async with db.write() as session:
        for number in range(WATCHED):
            assert await early_readings.begin(session, "own-1", number, "one")
            await early_readings.end(session, number, "one")
        assert not await early_readings.begin(session, "own-1", 100, "one")
        assert not await early_readings.begin(session, "base-1", 101, "one")  # not the active one
        assert not await early_readings.begin(session, "gone", 102, "one")


@pytest.mark.usefixtures("versions")
async def test_a_base_model_stays_whatever_was_before_it(db: Database) -> None:
    async with db.write() as session:
        await model_versions.add(session, NewVersion("base-2", b"newer", "{}"), max_bytes=None)
        await activations.activate(session, "base-2")
    await dies(db, "one", 1, version="base-2")
    await dies(db, "two", 2, version="base-2")
    assert await starts(db) is None


async def test_without_a_version_nothing_is_recorded(db: Database) -> None:
    assert await starts(db) is None
    async with db.write() as session:
        assert not await early_readings.begin(session, "base-1", 1, "one")


@pytest.mark.usefixtures("versions")
async def test_deaths_of_an_earlier_activation_are_forgotten(db: Database) -> None:
    await dies(db, "one", 1)
    async with db.write() as session:
        await activations.activate(session, "base-1")
        await activations.activate(session, "own-1")
    await dies(db, "two", 2)
    assert await starts(db) is None
