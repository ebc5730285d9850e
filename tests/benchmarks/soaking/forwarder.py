"""A forwarder of webhook deliveries to several processes by turns, in place of the proxy that does it in production."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Sequence
from http import HTTPStatus
from types import TracebackType
from typing import Self

import httpx
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

DELIVERY_S = 30.0  # for one process to answer
TWICE = 0.05  # the share of deliveries that two processes get at the same moment


class _Handler(RequestHandler):
    def initialize(self, forwarder: Forwarder) -> None:
        self._forwarder = forwarder

    async def post(self) -> None:
        names = ("Content-Type", "X-Telegram-Bot-Api-Secret-Token")
        headers = {name: value for name in names if (value := self.request.headers.get(name))}
        self.set_status(await self._forwarder.deliver(self.request.body, headers))

    def write_error(self, *_: object, **__: object) -> None:
        self.finish()


class Forwarder:
    """Listens at ``address``. Each delivery goes to the next process, and on to another where that one is down, as with
    nginx (``proxy_next_upstream error timeout http_503 non_idempotent``); now and then to two at once."""

    def __init__(self, ports: Sequence[int], chooser: random.Random, *, twice: float = TWICE) -> None:
        self._ports = ports
        self._turns = itertools.cycle(range(len(ports)))
        self._random = chooser
        self._twice = twice
        self._client = httpx.AsyncClient(trust_env=False, timeout=DELIVERY_S)
        self._server = HTTPServer(Application([("/hook", _Handler, {"forwarder": self})], log_function=lambda _: None))
        self.address = ""
        self.twice = 0

    async def __aenter__(self) -> Self:
        (listening,) = bind_sockets(0, "127.0.0.1")
        self._server.add_socket(listening)
        self.address = f"http://127.0.0.1:{listening.getsockname()[1]}/hook"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._server.stop()
        await self._server.close_all_connections()
        await self._client.aclose()

    async def deliver(self, body: bytes, headers: dict[str, str]) -> int:
        """Returns the HTTP status: that of the process that took it, else of the last one that was tried."""
        first = next(self._turns)
        ports = [*self._ports[first:], *self._ports[:first]]
        if len(ports) > 1 and self._random.random() < self._twice:
            self.twice += 1
            return max(await asyncio.gather(*(self._post(port, body, headers) for port in ports[:2])))
        status = int(HTTPStatus.BAD_GATEWAY)
        for port in ports:
            status = await self._post(port, body, headers)
            if status < HTTPStatus.INTERNAL_SERVER_ERROR:
                break
        return status

    async def _post(self, port: int, body: bytes, headers: dict[str, str]) -> int:
        try:
            return (await self._client.post(f"http://127.0.0.1:{port}/hook", content=body, headers=headers)).status_code
        except httpx.HTTPError:
            return int(HTTPStatus.BAD_GATEWAY)
