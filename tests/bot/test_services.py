"""The services: opened and closed as one, whatever goes wrong in between."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update

from bot.identity import ANONYMOUS_ADMIN_ID
from bot.services import Services
from bot.settings import Settings
from storage import people, readings
from storage.errors import WrongKey
from storage.keyring import Keyring
from storage.readings import NewDigit, NewReading, SourceMessage
from storage.tables import IMAGE_BYTES, StoredReading, utc_now


def other_tasks() -> list[str]:
    return [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def test_leaving_ends_every_task_and_closes_the_database(tmp_path: Path) -> None:
    async with Services(Settings.load(state=tmp_path)) as services:
        assert "following the active model" in other_tasks()
        async with services.database.read() as session:
            assert await people.by_telegram_id(session, 7) is None
    assert other_tasks() == []
    with pytest.raises(RuntimeError, match="not open"):
        async with services.database.read():
            pass


async def test_a_failed_start_leaves_nothing_running(tmp_path: Path) -> None:
    async with Services(Settings.load(state=tmp_path)):
        pass
    other_key = Settings.load(state=tmp_path, key=Keyring.generate().to_text())
    with pytest.raises(WrongKey):
        async with Services(other_key):
            pytest.fail("opened with a wrong key")
    assert other_tasks() == []


async def test_readings_are_purged_after_the_days_of_the_settings(tmp_path: Path) -> None:
    async with Services(Settings.load(state=tmp_path, keep_days=2)) as services:
        async with services.database.write() as session:
            ann = await people.get_or_create(session, 7, "Ann", "en")
            for message, days in ((1, 1), (2, 3)):
                reading = NewReading((), "base-1", sure=False, width=1, height=1)
                stored = await readings.add(session, ann.id, SourceMessage(7, message), reading)
                created = utc_now() - timedelta(days=days)
                await session.execute(
                    update(StoredReading).where(StoredReading.id == stored.id).values(created_at=created)
                )
        await services._purge()
        async with services.database.read() as session:
            assert await readings.by_message(session, 7, 1) is not None
            assert await readings.by_message(session, 7, 2) is None


async def test_what_was_stored_under_an_id_that_strangers_share_is_deleted(tmp_path: Path) -> None:
    async with Services(Settings.load(state=tmp_path)) as services:
        async with services.database.write() as session:
            for telegram_id in (7, ANONYMOUS_ADMIN_ID):
                await people.get_or_create(session, telegram_id, "Group", "en")
        await services._purge()
        async with services.database.read() as session:
            assert await people.by_telegram_id(session, 7) is not None
            assert await people.by_telegram_id(session, ANONYMOUS_ADMIN_ID) is None


async def test_the_images_of_purged_readings_leave_the_files(tmp_path: Path) -> None:
    async with Services(Settings.load(state=tmp_path, keep_days=1)) as services:
        digit = NewDigit(0, 7, 0.9, True, (0.1,) * 10, (0, 0, 9, 9), bytes(IMAGE_BYTES))
        async with services.database.write() as session:
            ann = await people.get_or_create(session, 7, "Ann", "en")
            reading = NewReading((digit,), "base-1", sure=True, width=9, height=9)
            await readings.add(session, ann.id, SourceMessage(7, 1), reading)
            image = bytes(await session.scalar(text("SELECT image FROM digits")))
            await session.execute(update(StoredReading).values(created_at=utc_now() - timedelta(days=2)))
        files = [tmp_path / f"digitbot.db{end}" for end in ("", "-wal", "-shm")]
        assert any(image[:40] in file.read_bytes() for file in files)
        await services._purge()
        assert not any(image[:40] in file.read_bytes() for file in files)
