"""The playground, the people in it, and the unmodified bot that serves them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from bot.app import build_application
from bot.lifecycle import serve
from bot.playground import Playground
from bot.playground.client import REPLY_WAIT_SECONDS, Participant, People
from bot.services import Services
from bot.settings import Settings
from model.reader import Reader
from training.synthesis.pages import render_page


@dataclass
class Bot:
    """The unmodified bot, serving in this event loop under a user ``name``; ``stop`` ends it as SIGTERM would."""

    services: Services
    name: str
    stop: asyncio.Event
    serving: asyncio.Task[None]

    async def end(self) -> None:
        self.stop.set()
        await self.serving


@dataclass
class Bots:
    """Starts bots against the playground, on a state folder that outlives them."""

    playground: Playground
    state: Path
    running: list[Bot] = field(default_factory=list)

    async def start(self, **settings: Any) -> Bot:
        chosen = Settings.load(
            **{
                "token": self.playground.token,
                "api_url": self.playground.address,
                "admins": frozenset(self.playground.admin_ids),
                "state": self.state,
                **settings,
            }
        )
        services, stop, ready = Services(chosen), asyncio.Event(), asyncio.Event()
        serving = asyncio.create_task(serve(build_application(chosen, services), chosen, stop, ready.set))
        begun = asyncio.create_task(ready.wait())
        await asyncio.wait([serving, begun], return_when=asyncio.FIRST_COMPLETED, timeout=REPLY_WAIT_SECONDS)
        if serving.done():
            begun.cancel()
            serving.result()
        self.running.append(bot := Bot(services, self.playground.state.bot.username, stop, serving))
        return bot


@pytest.fixture
async def bots(playground: Playground, tmp_path: Path) -> AsyncIterator[Bots]:
    """For tests that start bots themselves: with other settings, or one after another."""
    bots = Bots(playground, tmp_path / "state")
    yield bots
    for bot in bots.running:
        if not bot.serving.done():
            await bot.end()


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    """The bot as it comes."""
    return await bots.start()


@pytest.fixture
async def ann(bot: Bot, people: People) -> Participant:
    """Somebody who talks to the bot."""
    return await people("Ann")


@pytest.fixture
def page() -> Callable[..., bytes]:
    """A photo of handwritten digits as JPEG, drawn by our own generator: ``page("427 15", seed=3)``."""

    def draw(text: str, seed: int = 1) -> bytes:
        pixels = render_page(seed, (), text=text).pixels
        done, jpeg = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        assert done
        return bytes(jpeg)

    return draw


@pytest.fixture
def doubtful(page: Callable[..., bytes]) -> tuple[bytes, str]:
    """A photo of one mark that is asked about, and as which digit: a digit on its side, the first such."""
    with closing(Reader.base(threads=1)) as reader:
        for seed in range(100):
            pixels = cv2.imdecode(np.frombuffer(page(str(seed % 10), seed), np.uint8), cv2.IMREAD_COLOR)
            assert pixels is not None
            photo = bytes(cv2.imencode(".jpg", cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE))[1])
            possible = reader.read(photo).possible
            # Far from either limit: Telegram compresses photos anew.
            if len(possible) == 1 and 0.45 < possible[0].confidence < 0.75:
                return photo, str(possible[0].label)
    raise AssertionError("none of a hundred photos is asked about")


@pytest.fixture
def blank() -> bytes:
    """A sheet of white paper with nothing on it."""
    done, jpeg = cv2.imencode(".jpg", np.full((480, 640), 235, np.uint8))
    assert done
    return bytes(jpeg)
