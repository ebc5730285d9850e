"""The samples of deploy/ in front of the bot: nginx and Caddy themselves, with a self-signed certificate."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.updates.webhook_server import DELIVERY_SECRET_HEADER, MAX_UPDATE_BYTES
from tests.e2e.proxies import PROXIES, Place, free_port, proxied

pytestmark = pytest.mark.slow


@pytest.fixture(params=["port", "unix socket"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """The folder can be searched by all, as systemd's RuntimeDirectory: a proxy's workers run as another user."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        listen = f"127.0.0.1:{free_port()}" if request.param == "port" else f"unix:{folder}/webhook.sock"
        yield Place(folder, free_port(), (listen,))


@pytest.fixture(params=PROXIES)
async def proxy(request: pytest.FixtureRequest, place: Place, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    """One of the two, running with its sample."""
    async with proxied(request.param, place, monkeypatch):
        yield place


def _start(bots: Any, proxy: Place) -> Any:
    (listen,) = proxy.upstreams
    where: dict[str, Any] = {"webhook_listen": listen}
    if not listen.startswith("unix:"):
        address, port = listen.split(":")
        where = {"webhook_listen": address, "webhook_port": int(port)}
    return bots.start(webhook_url=f"{proxy.url}/telegram", **where)


def _client(proxy: Place) -> httpx.AsyncClient:
    """Verifies the certificate, as Telegram does."""
    context = ssl.create_default_context(cafile=proxy.folder / "fullchain.pem")
    return httpx.AsyncClient(base_url=proxy.url, verify=context, trust_env=False)


async def test_a_photo_is_answered_through_the_proxy(
    bots: Any, people: Any, page: Callable[..., bytes], proxy: Place
) -> None:
    await _start(bots, proxy)
    ann = await people("Ann")
    await ann.photo(page("427"))
    assert "427" in ann.words(await ann.reply())


async def test_only_telegram_delivers_and_only_what_the_bot_serves_is_there(bots: Any, proxy: Place) -> None:
    async with _client(proxy) as client:
        assert (await client.get("/readyz")).status_code == 502  # no bot yet
        bot = await _start(bots, proxy)
        headers = {DELIVERY_SECRET_HEADER: bot.services.settings.webhook_secret()}
        assert (await client.post("/telegram", json={"update_id": 1}, headers=headers)).status_code == 200
        assert (await client.post("/telegram", json={"update_id": 2})).status_code == 403
        too_large = bytes(MAX_UPDATE_BYTES + 1)
        assert (await client.post("/telegram", content=too_large, headers=headers)).is_error
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 200
        assert [(await client.get(path)).status_code for path in ("/", "/telegram/", "/metrics")] == [404, 404, 404]
