"""Listening sockets: what is taken or cannot be had is one sentence before the start."""

from __future__ import annotations

import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.listening import check_listening, open_socket
from bot.settings import Settings, SettingsError
from bot.updates.webhook_server import WebhookServer


@pytest.fixture
def path() -> Iterator[Path]:
    """In a folder whose path is short enough for a socket."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder, "webhook.sock")


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def webhook(**settings: Any) -> Settings:
    return Settings.load(webhook_url="https://example.org/hook", **settings)


async def test_the_webhook_serves_on_a_unix_socket_that_a_proxy_may_use(path: Path) -> None:
    server = WebhookServer("hook", None, None, "secret")  # type: ignore[arg-type]
    server.listen(f"unix:{path}", 0)
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=str(path))) as client:
        assert (await client.get("http://bot/healthz")).status_code == 200
        assert (await client.post("http://bot/hook")).status_code == 403
    assert stat.S_IMODE(path.stat().st_mode) == 0o666
    await server.close()
    open_socket(f"unix:{path}", 0).close()  # what a killed bot leaves is replaced


def test_a_socket_that_somebody_listens_on_is_not_replaced(path: Path) -> None:
    with open_socket(f"unix:{path}", 0), pytest.raises(SettingsError, match=r"DIGITBOT_WEBHOOK_LISTEN: .*in use"):
        check_listening(webhook(webhook_listen=f"unix:{path}"))


def test_a_file_in_the_sockets_place_stays(path: Path) -> None:
    path.write_text("precious")
    with pytest.raises(SettingsError, match="File exists"):
        check_listening(webhook(webhook_listen=f"unix:{path}"))
    assert path.read_text() == "precious"


def test_a_folder_that_is_not_there_is_said(path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        check_listening(webhook(webhook_listen=f"unix:{path}/none"))


@pytest.mark.parametrize("value", ["unix:relative.sock", "unix:", "unix:/" + "x" * 107])
def test_a_path_that_is_no_sockets_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="DIGITBOT_WEBHOOK_LISTEN: must be an address, or unix:"):
        webhook(webhook_listen=value)


def test_a_port_that_is_taken_is_named_with_its_variable(taken: int) -> None:
    with pytest.raises(SettingsError, match=f"DIGITBOT_WEBHOOK_PORT: .*port {taken} .*in use"):
        check_listening(webhook(webhook_port=taken))
    with pytest.raises(SettingsError, match=f"DIGITBOT_METRICS_PORT: .*port {taken} .*in use"):
        check_listening(Settings.load(metrics_port=taken))
    check_listening(Settings.load(webhook_port=taken))  # polling listens nowhere


@pytest.mark.parametrize("address", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_of_another_machine_is_said(address: str) -> None:
    with pytest.raises(SettingsError, match=f"nothing can listen on {address}"):
        check_listening(webhook(webhook_listen=address, webhook_port=18080))
