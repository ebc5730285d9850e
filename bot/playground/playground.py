"""The playground itself: one server on the loopback address, on the running asyncio loop."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Iterable

from tornado.httpserver import HTTPServer
from tornado.web import Application, url

from bot.playground.api import ApiHandler, BotApi, FileHandler
from bot.playground.control import routes
from bot.playground.faults import Faults
from bot.playground.methods import Methods
from bot.playground.page_assets import NothingHandler, PageHandler, SampleHandler
from bot.playground.state import ADMIN_IDS, PlaygroundState
from bot.playground.webhook import Webhook

LOOPBACK = "127.0.0.1"
MAX_BODY = 64 * 1024 * 1024
"""Bytes of one request: a little more than the 50 MB that a bot may upload."""


class Playground:
    """A stand-in for Telegram. ``port`` 0 takes a free one; without ``token`` a new one is made.

    People made with ``admin`` get their ids from ``admin_ids``: give the same to the bot's settings before it starts.
    """

    def __init__(self, port: int = 0, token: str | None = None, admin_ids: Iterable[int] = ADMIN_IDS) -> None:
        self.admin_ids = tuple(admin_ids)
        self.state = PlaygroundState(self.admin_ids)
        self.faults = Faults()
        self.token = token or f"{self.state.bot.id}:{secrets.token_urlsafe(26)}"
        self._webhook = Webhook(self.state, self.faults)
        self._api = BotApi(self.state, Methods(self.state, self._webhook), self.faults, self.token)
        self._port = port
        self._server: HTTPServer | None = None

    @property
    def address(self) -> str:
        """``http://127.0.0.1:PORT``: the page, and the root of the Bot API."""
        return f"http://{LOOPBACK}:{self._port}"

    async def start(self) -> None:
        """Listens. Raises OSError where the port is taken."""
        listening = socket.create_server((LOOPBACK, self._port))
        listening.setblocking(False)
        self._port = listening.getsockname()[1]
        self._server = HTTPServer(self._application(), max_body_size=MAX_BODY, max_buffer_size=MAX_BODY + 1024 * 1024)
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
        self.state.news.ring()
        await asyncio.sleep(0)
        self._server = None

    def _application(self) -> Application:
        api = {"api": self._api}
        return Application(
            [
                url(r"/bot([^/]+)/(\w+)", ApiHandler, api),
                url(r"/file/bot([^/]+)/(.+)", FileHandler, api),
                *routes(self._api),
                url(r"/playground/samples", SampleHandler),
                url(r"/playground/samples/([^/]+)", SampleHandler),
                url(r"/(?:playground/?)?", PageHandler),
                url(r"/page/([\w.-]+)", PageHandler),
            ],
            default_handler_class=NothingHandler,
            log_function=lambda _: None,
        )
