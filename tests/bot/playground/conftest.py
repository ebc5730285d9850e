"""A playground on a free port, people in it, and python-telegram-bot's own client to drive it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from PIL import Image, ImageDraw
from telegram import Bot
from telegram.ext import Application, BaseHandler
from telegram.request import HTTPXRequest

from bot.playground import Playground
from bot.playground.client import Participant, People

Pictures = Callable[..., bytes]


@pytest.fixture
async def client(people: People) -> httpx.AsyncClient:
    return people.client


@pytest.fixture
async def ann(people: People) -> Participant:
    """A person who has already written to the bot, so that it may write to her."""
    ann = await people("Ann")
    await ann.says("/start")
    return ann


def quick() -> HTTPXRequest:
    """PTB's own transport, without loading certificates that plain http does not need."""
    return HTTPXRequest(httpx_kwargs={"verify": False, "trust_env": False})


@pytest.fixture
async def bot(playground: Playground) -> AsyncIterator[Bot]:
    made = Bot(
        playground.token,
        base_url=f"{playground.address}/bot",
        base_file_url=f"{playground.address}/file/bot",
        request=quick(),
        get_updates_request=quick(),
    )
    async with made:
        yield made


@pytest.fixture
async def serving(playground: Playground) -> AsyncIterator[Callable[..., Any]]:
    """Starts an Application with handlers: ``app = await serving(handler, ...)``, by polling."""
    running: list[Application[Any, Any, Any, Any, Any, Any]] = []

    async def serve(*handlers: BaseHandler[Any, Any, Any]) -> Application[Any, Any, Any, Any, Any, Any]:
        builder = Application.builder().token(playground.token)
        builder = builder.base_url(f"{playground.address}/bot").base_file_url(f"{playground.address}/file/bot")
        app = builder.request(quick()).get_updates_request(quick()).build()
        for handler in handlers:
            app.add_handler(handler)
        await app.initialize()
        await app.start()
        assert app.updater
        await app.updater.start_polling()
        running.append(app)
        return app

    yield serve
    for app in running:
        if app.updater and app.updater.running:
            await app.updater.stop()
        await app.stop()
        await app.shutdown()


@pytest.fixture
def picture() -> Pictures:
    """Bytes of a picture: ``picture(640, 480, "PNG")``."""

    def make(width: int = 640, height: int = 480, form: str = "JPEG", mode: str = "RGB", **saving: Any) -> bytes:
        image = Image.new(mode, (width, height), "white")
        ImageDraw.Draw(image).line((width // 4, height // 4, width // 2, height // 2), fill="black", width=9)
        out = io.BytesIO()
        image.save(out, form, **saving)
        return out.getvalue()

    return make
