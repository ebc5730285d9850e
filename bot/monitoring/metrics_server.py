"""/metrics: the registry in Prometheus' text form, on the loopback address alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.listening import LOOPBACK, open_socket


class MetricsHandler(RequestHandler):
    """GET gives all metrics."""

    def initialize(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    async def get(self) -> None:
        """In a thread: some gauges look at files."""
        encode, content_type = choose_encoder(self.request.headers.get("Accept", ""))
        text = await asyncio.to_thread(encode, self._registry)
        self.set_header("Content-Type", content_type)
        self.finish(text)


@asynccontextmanager
async def metrics_served(registry: CollectorRegistry, port: int | None) -> AsyncIterator[None]:
    """Serve /metrics for the time of the block; without a port nothing listens.

    Raises OSError where the port cannot be used; ``listening.check_listening`` says so in a sentence before.
    """
    if port is None:
        yield
        return
    rules = [("/metrics", MetricsHandler, {"registry": registry})]
    server = HTTPServer(Application(rules, log_function=lambda _: None))
    # Numbers without names, but nobody else's business: another machine needs a proxy that asks who it is.
    server.add_socket(open_socket(LOOPBACK, port))
    try:
        yield
    finally:
        server.stop()
        await server.close_all_connections()
