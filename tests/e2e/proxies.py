"""nginx and Caddy with the samples of deploy/, in front of one or several bots."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

DEPLOY = Path(__file__).parents[2] / "deploy"
START_S = 10.0
ProxyName = Literal["nginx", "caddy"]
PROXIES: tuple[ProxyName, ...] = ("nginx", "caddy")
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


@dataclass(frozen=True)
class Place:
    """A folder for one proxy, the port that it listens on, and where bots listen behind it: ``127.0.0.1:PORT`` or
    ``unix:/PATH``."""

    folder: Path
    port: int
    upstreams: tuple[str, ...]

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def write_certificate(folder: Path) -> None:
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
        "server 127.0.0.1:8080 max_fails=0;": "".join(f"server {each} max_fails=0;" for each in place.upstreams),
        "/etc/letsencrypt/live/BOT.EXAMPLE.ORG": str(place.folder),
        "BOT.EXAMPLE.ORG": "localhost",
    }
    (place.folder / "site.conf").write_text(_adapted("nginx-site.conf", changes))
    main = place.folder / "nginx.conf"
    main.write_text(NGINX.format(folder=place.folder))
    return ["nginx", "-p", str(place.folder), "-e", "stderr", "-c", str(main)]


def _caddy(place: Place) -> list[str]:
    tls = f"\n\ttls {place.folder}/fullchain.pem {place.folder}/privkey.pem"
    upstreams = " ".join(each.replace("unix:", "unix/") for each in place.upstreams)
    several = "# reverse_proxy 127.0.0.1:8081 127.0.0.1:8082 {"
    changes = {"BOT.EXAMPLE.ORG {": f"{place.url} {{{tls}"}
    if len(place.upstreams) == 1:
        changes["reverse_proxy 127.0.0.1:8080"] = f"reverse_proxy {upstreams}"
    else:
        changes |= {"reverse_proxy 127.0.0.1:8080\n\t\t#": "#", several: f"reverse_proxy {upstreams} {{"}
        changes |= {"\t\t# \t": "\t\t\t", "\t\t# }": "\t\t}"}
    main = place.folder / "Caddyfile"
    main.write_text(CADDY.format(site=_adapted("Caddyfile", changes)))
    return ["caddy", "run", "--config", str(main), "--adapter", "caddyfile"]


@asynccontextmanager
async def proxied(name: ProxyName, place: Place, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    """One of the two, running with its sample."""
    if shutil.which(name) is None:
        pytest.skip(f"needs {name}: apt install {name}")
    for variable in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(place.folder))
    write_certificate(place.folder)
    command = _nginx(place) if name == "nginx" else _caddy(place)
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
