"""What was begun is carried to its end: through a stop of the bot, and through an outage of the database."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from bot.updates import completion
from bot.updates.completion import uninterrupted, until_done
from storage import people
from storage.database import Database
from storage.errors import DatabaseFull, DatabaseUnreachable
from storage.keyring import Keyring


async def test_a_stop_lets_begun_work_end() -> None:
    ended: list[str] = []

    async def work() -> None:
        await asyncio.sleep(0.1)
        ended.append("work")

    task = asyncio.create_task(uninterrupted(work()))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["work"]


async def test_a_stop_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completion, "LAST_SEND_S", 0.05)
    task = asyncio.create_task(uninterrupted(asyncio.sleep(60)))
    await asyncio.sleep(0.01)
    task.cancel()
    async with asyncio.timeout(1):
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_passing_error_is_outlived_and_any_other_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completion, "RETRY_FIRST_S", 0.01)
    errors = iter([DatabaseUnreachable("away"), DatabaseUnreachable("still"), None, DatabaseFull("full")])

    async def work() -> str:
        if error := next(errors):
            raise error
        return "done"

    assert await until_done("a test", work, passing=DatabaseUnreachable) == "done"
    with pytest.raises(DatabaseFull):
        await until_done("a test", work, passing=DatabaseUnreachable)


async def test_attempts_can_be_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completion, "RETRY_FIRST_S", 0.01)
    attempts: list[int] = []

    async def work() -> None:
        attempts.append(len(attempts))
        raise DatabaseUnreachable

    with pytest.raises(DatabaseUnreachable):
        await until_done("a test", work, most=3)
    assert attempts == [0, 1, 2]


async def test_a_transaction_that_loses_the_server_is_repeated(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(completion, "RETRY_FIRST_S", 0.01)
    attempts: list[int] = []
    async with Database(postgresql_url, Keyring.generate()) as database:

        async def store_anna() -> None:
            attempts.append(len(attempts))
            async with database.write() as session:
                await people.get_or_create(session, 1, "Anna", "de")
                if len(attempts) == 1:
                    await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

        await until_done("a test", store_anna, passing=DatabaseUnreachable)
        assert attempts == [0, 1]
        async with database.read() as session:
            assert await people.by_telegram_id(session, 1)


async def test_what_is_not_to_be_cut_off_is_logged_as_of_its_update() -> None:
    async def name() -> str:
        task = asyncio.current_task()
        return task.get_name() if task else ""

    assert await asyncio.create_task(uninterrupted(name()), name="update 5") == "update 5"
