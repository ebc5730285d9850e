"""A bot that leaves its training runs to `digitbot trainer`: started and followed in the chat, whatever ends first."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from bot.retraining import run_follower
from bot.settings import TrainerPlace
from storage import samples, training_runs
from storage.keyring import Keyring
from storage.samples import Sample
from storage.tables import TrainingRun, utc_now
from tests.postgresql_server import PostgresqlServer

LONG = 240.0  # seconds; TensorFlow alone takes ten to start on a busy machine
START_S = 60.0
Trainers = Callable[[], Awaitable[Process]]


@pytest.fixture(params=["sqlite", "postgresql"])
async def address(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A database that bot and trainer share."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'shared' / 'digitbot.db'}"
    else:
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        async with server.database() as url:
            yield url


@pytest.fixture
async def bot(bots: Any, address: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """With corrections to train on; ended before its database is."""
    monkeypatch.setenv("DIGITBOT_DATABASE_URL", address)
    monkeypatch.setenv("DIGITBOT_KEY", Keyring.generate().to_text())
    bot = await bots.start(trainer=TrainerPlace.SEPARATE)
    rng = np.random.default_rng(1)
    images = [
        cv2.line(np.zeros((28, 28), np.uint8), (14, 4), (14 + int(rng.integers(3)), 24), 255, 2) for _ in range(20)
    ]
    async with bot.services.database.write() as session:
        await samples.add(session, [Sample(samples.new_uid(), image.tobytes(), 1, utc_now()) for image in images])
    yield bot
    for each in bots.running:
        if not each.serving.done():
            await each.end()


@pytest.fixture
async def admin(bot: Any, people: Any) -> Any:
    return await people("Owner", admin=True)


@pytest.fixture
async def trainers(bot: Any, tmp_path: Path) -> AsyncIterator[Trainers]:
    """Starts `digitbot trainer` as on another machine: it shares nothing but the database and its key."""
    own = {"DIGITBOT_STATE": str(tmp_path / "trainer"), "DIGITBOT_MNIST": "/nowhere.npz"}
    environment = {name: value for name, value in os.environ.items() if name != "DIGITBOT_TOKEN"} | own
    running: list[Process] = []

    async def start() -> Process:
        command = [sys.executable, "-P", "-m", "bot.cli.main", "trainer"]
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=DEVNULL, stderr=PIPE)
        running.append(process)
        assert process.stderr
        while b"waits for requested runs" not in (line := await process.stderr.readline()):
            assert line, "the trainer ended"
        return process

    yield start
    for process in running:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def says(admin: Any, message: Any, words: str, seconds: float = START_S) -> Any:
    """The message, once these words stand in it."""

    def said() -> Any:
        now = admin.messages.get(message["id"])
        return now if now and re.search(words, admin.words(now)) else None

    return await admin.until(said, seconds, f"a message with {words!r}")


async def requested(admin: Any) -> Any:
    await admin.says("/retrain")
    message = await admin.reply()
    assert "waits for the trainer" in admin.words(message)
    assert admin.labels(message) == ["Cancel"]
    return message


async def states(bot: Any) -> list[str]:
    async with bot.services.database.read() as session:
        return [str(run.state) for run in await training_runs.listing(session)]


async def gone(bot: Any) -> None:
    """Wait until nothing of the chat is stored with the run any more."""
    async with asyncio.timeout(START_S):
        while True:
            async with bot.services.database.read() as session:
                row = await session.get(TrainingRun, 1)
            if (row.chat_id, row.question_message, row.answer_message, row.follower, row.picture) == (None,) * 5:
                return
            await asyncio.sleep(0.1)


@pytest.mark.slow
async def test_a_run_is_carried_out_followed_and_told_with_its_picture(bot: Any, admin: Any, trainers: Any) -> None:
    trainer = await trainers()
    message = await requested(admin)
    await says(admin, message, "▓.* s left", LONG)
    end = await says(admin, message, "Trained on 20 corrections", LONG)
    assert not end["buttons"]
    assert (await admin.reply())["files"]
    await gone(bot)
    assert await states(bot) in (["refused"], ["promoted"])
    trainer.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(trainer.wait(), 20) == 0


async def test_a_second_retrain_is_refused_and_a_run_that_waits_can_be_cancelled(bot: Any, admin: Any) -> None:
    message = await requested(admin)
    await admin.says("/retrain")
    assert "Training run 1 is in progress" in admin.words(await admin.reply())
    assert (await admin.press(message, "Cancel"))["toast"] == "The run is being ended."
    await says(admin, message, "was cancelled")
    assert await states(bot) == ["cancelled"]
    assert "run 2" in admin.words(await requested(admin))


async def test_a_run_that_no_trainer_takes_says_so(bot: Any, admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_follower, "WAITING_TOLD_AFTER", timedelta(seconds=2))
    message = await requested(admin)
    waiting = await says(admin, message, r"has waited for the trainer since .* UTC\. Start digitbot trainer")
    assert admin.labels(waiting) == ["Cancel"]


async def test_a_run_that_was_taken_is_cancelled_in_the_chat(bot: Any, admin: Any, trainers: Any) -> None:
    await trainers()
    message = await requested(admin)
    begun = await says(admin, message, "starts|left")
    await admin.press(begun, "Cancel")
    await says(admin, message, "was cancelled")
    assert await states(bot) == ["cancelled"]


async def test_a_trainer_that_is_stopped_fails_its_run_and_the_next_one_takes_the_next(
    bot: Any, admin: Any, trainers: Any
) -> None:
    trainer = await trainers()
    message = await requested(admin)
    await says(admin, message, "starts|left")
    trainer.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(trainer.wait(), 20) == 0
    await says(admin, message, "ended without a model: the trainer is being stopped")
    assert await states(bot) == ["failed"]
    await trainers()
    await says(admin, await requested(admin), "starts|left")


async def test_the_run_of_a_killed_trainer_is_told_as_lost(bot: Any, admin: Any, trainers: Any) -> None:
    trainer = await trainers()
    message = await requested(admin)
    await says(admin, message, "starts|left")
    trainer.kill()
    await says(admin, message, "was lost: the trainer ended")
    assert await states(bot) == ["lost"]


async def test_a_run_that_ended_while_no_bot_ran_is_told_once_by_the_next(
    bot: Any, bots: Any, admin: Any, trainers: Any
) -> None:
    """The process that takes its place has another name."""
    trainer = await trainers()
    message = await requested(admin)
    await says(admin, message, "starts|left")
    await bot.end()
    trainer.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(trainer.wait(), 20) == 0
    assert "starts" in admin.words(await admin.latest(message)) or "left" in admin.words(await admin.latest(message))
    again = await bots.start()
    await says(admin, message, "ended without a model: the trainer is being stopped")
    await gone(again)
    told = [each["id"] for each in admin.messages.values() if "Training run 1" in admin.words(each)]
    assert told == [message["id"]]
    assert await states(again) == ["failed"]
