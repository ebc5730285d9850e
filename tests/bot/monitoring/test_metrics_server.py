"""/metrics over HTTP: off without a port, on the loopback address alone with one."""

from __future__ import annotations

import socket

import httpx
from prometheus_client import CollectorRegistry

from bot.monitoring.metrics import Metrics
from bot.monitoring.metrics_server import metrics_served
from bot.settings import Settings


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


async def test_the_registry_is_served_in_the_form_that_is_asked_for() -> None:
    registry, port = Metrics(CollectorRegistry()).registry, free_port()
    async with metrics_served(registry, port), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        plain = await client.get("/metrics")
        open_metrics = await client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
        assert (await client.get("/")).status_code == 404
    assert plain.status_code == 200
    assert plain.headers["content-type"].startswith("text/plain; version=")
    assert 'digitbot_photos_total{outcome="sure"} 0.0' in plain.text
    assert open_metrics.text.endswith("# EOF\n")


async def test_without_a_port_nothing_listens_and_that_is_the_default() -> None:
    assert Settings.load().metrics_port is None
    async with metrics_served(CollectorRegistry(), None):
        pass
