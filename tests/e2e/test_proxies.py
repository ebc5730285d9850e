"""The samples of deploy/ in front of the bot: nginx and Caddy themselves, with a self-signed certificate."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.updates.webhook_server import DELIVERY_SECRET_HEADER, MAX_UPDATE_BYTES

DEPLOY = Path(__file__).parents[2] / "deploy"
START_S = 10.0
NGINX = """\
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""
CADDY = "{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n\n{site}"

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Place:
    """A folder for one proxy, the port that it listens on, and where the bot listens behind it."""

    folder: Path
    port: int
    listen: str
    bot_port: int

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def upstream(self) -> str:
        return self.listen if self.listen.startswith("unix:") else f"127.0.0.1:{self.bot_port}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture(params=["port", "unix socket"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """The folder can be searched by all, as systemd's RuntimeDirectory: a proxy's workers run as another user."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        _write_certificate(folder)
        listen = "127.0.0.1" if request.param == "port" else f"unix:{folder}/webhook.sock"
        yield Place(folder, _free_port(), listen, _free_port())


def _write_certificate(folder: Path) -> None:
    """fullchain.pem and privkey.pem, for 127.0.0.1."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(private)


def _adapted(sample: str, changes: dict[str, str]) -> str:
    """A sample with what its reader has to change changed; each of these stands in it."""
    text = (DEPLOY / sample).read_text("utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def _nginx(place: Place) -> list[str]:
    changes = {
        "listen 443 ssl": f"listen 127.0.0.1:{place.port} ssl",
        "listen [::]:443 ssl;": "",
        "server 127.0.0.1:8080": f"server {place.upstream}",
        "/etc/letsencrypt/live/BOT.EXAMPLE.ORG": str(place.folder),
        "BOT.EXAMPLE.ORG": "localhost",
    }
    (place.folder / "site.conf").write_text(_adapted("nginx-site.conf", changes))
    main = place.folder / "nginx.conf"
    main.write_text(NGINX.format(folder=place.folder))
    return ["nginx", "-p", str(place.folder), "-e", "stderr", "-c", str(main)]


def _caddy(place: Place) -> list[str]:
    tls = f"\n\ttls {place.folder}/fullchain.pem {place.folder}/privkey.pem"
    changes = {
        "BOT.EXAMPLE.ORG {": f"{place.url} {{{tls}",
        "reverse_proxy 127.0.0.1:8080": f"reverse_proxy {place.upstream.replace('unix:', 'unix/')}",
    }
    main = place.folder / "Caddyfile"
    main.write_text(CADDY.format(site=_adapted("Caddyfile", changes)))
    return ["caddy", "run", "--config", str(main), "--adapter", "caddyfile"]


@pytest.fixture(params=[_nginx, _caddy], ids=["nginx", "caddy"])
async def proxy(request: pytest.FixtureRequest, place: Place, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    """One of the two, running with its sample."""
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(place.folder))
    command = request.param(place)
    if shutil.which(command[0]) is None:
        pytest.skip(f"needs {command[0]}: apt install {command[0]}")
    with (place.folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
    try:
        await asyncio.wait_for(_listening(process, place), START_S)
        yield place
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _listening(process: asyncio.subprocess.Process, place: Place) -> None:
    while process.returncode is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", place.port)) == 0:
                return
        await asyncio.sleep(0.05)
    pytest.fail((place.folder / "log").read_text())


def _start(bots: Any, proxy: Place) -> Any:
    return bots.start(webhook_url=f"{proxy.url}/telegram", webhook_listen=proxy.listen, webhook_port=proxy.bot_port)


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
