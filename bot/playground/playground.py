"""The playground itself: one server on the loopback address, on the running asyncio loop."""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
from collections.abc import Iterable, Sequence
from typing import Self

from tornado.httpserver import HTTPServer
from tornado.web import Application, url

from bot.playground.api import BotApi, FileHandler, MethodHandler
from bot.playground.control import routes
from bot.playground.errors import TokenFormError
from bot.playground.faults import Faults
from bot.playground.methods import ApiMethods
from bot.playground.page_assets import NotFoundHandler, PageHandler, SampleHandler
from bot.playground.state import ADMIN_IDS, PlaygroundState
from bot.playground.webhook import Webhook

LISTEN_ADDRESS = "127.0.0.1"
MAX_BODY_BYTES = 64 * 1024 * 1024
"""The largest request: a little more than the 50 MB that a bot may upload."""
MAX_BUFFER_BYTES = MAX_BODY_BYTES + 1024 * 1024


class Playground:
    """A Bot API server and a chat page in place of Telegram; ``async with Playground() as playground:`` runs it.

    ``port`` 0 takes a free one; without ``token`` a new one is made, and the number before its colon is the bot's id.
    People made with ``admin`` get their ids from ``admin_ids``: give the same to the bot's settings before it starts.
    ``languages`` are those the page offers for new people, the usual one first: those that the bot speaks.
    Raises TokenFormError where ``token`` does not look like a bot token.
    """

    def __init__(
        self,
        port: int = 0,
        token: str | None = None,
        admin_ids: Iterable[int] = ADMIN_IDS,
        languages: Sequence[str] = ("en",),
    ) -> None:
        self.admin_ids = tuple(admin_ids)
        self.state = PlaygroundState(self.admin_ids, bot_id_of(token) if token else None, languages)
        self.faults = Faults()
        self.token = token or f"{self.state.bot.id}:{secrets.token_urlsafe(26)}"
        self._webhook = Webhook(self.state, self.faults)
        self._api = BotApi(self.state, ApiMethods(self.state, self._webhook), self.faults, self.token)
        self._port = port
        self._server: HTTPServer | None = None

    @property
    def address(self) -> str:
        """``http://127.0.0.1:PORT``: the page, and the root of the Bot API."""
        return f"http://{LISTEN_ADDRESS}:{self._port}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listens. Raises OSError where the port is taken."""
        listening = socket.create_server((LISTEN_ADDRESS, self._port))
        listening.setblocking(False)
        self._port = listening.getsockname()[1]
        self._server = HTTPServer(self._application(), max_body_size=MAX_BODY_BYTES, max_buffer_size=MAX_BUFFER_BYTES)
        self._server.add_socket(listening)

    async def stop(self) -> None:
        """Ends deliveries and waiting requests, and closes every connection."""
        await self._webhook.set(None)
        if self._server is None:
            return
        self._server.stop()
        for work in tuple(self._api.running):
            work.cancel()
        await self._server.close_all_connections()
        self.state.change_notifier.notify()
        await asyncio.sleep(0)
        self._server = None

    def _application(self) -> Application:
        api = {"api": self._api}
        return Application(
            [
                url(r"/bot([^/]+)/(\w+)", MethodHandler, api),
                url(r"/file/bot([^/]+)/(.+)", FileHandler, api),
                *routes(self._api),
                url(r"/playground/samples", SampleHandler),
                url(r"/playground/samples/([^/]+)", SampleHandler),
                url(r"/(?:playground/?)?", PageHandler),
                url(r"/page/([\w.-]+)", PageHandler),
            ],
            default_handler_class=NotFoundHandler,
            log_function=lambda _: None,
        )


def bot_id_of(token: str) -> int:
    """The id of the bot that a token belongs to; raises TokenFormError where the text cannot be a token."""
    if not (match := re.fullmatch(r"([1-9]\d{0,15}):[\w-]{20,}", token, re.ASCII)):
        raise TokenFormError(
            "this is no bot token: one looks like 123456:ABC-... (20 characters or more after the colon)"
        )
    return int(match[1])
