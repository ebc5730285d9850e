"""systemd is told what is so: ready when it serves, alive only while the loop turns and updates are fetched."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.service_manager import ServiceManager


@pytest.fixture(params=["path", "abstract"])
def notified(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """The address for NOTIFY_SOCKET, and the socket that it leads to."""
    name = f"digitbot-test-{os.getpid()}"
    address = str(tmp_path / "notify") if request.param == "path" else f"@{name}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address if request.param == "path" else f"\0{name}")
        manager.setblocking(False)
        yield address, manager


def heard(manager: socket.socket) -> list[str]:
    """Every line that has arrived."""
    lines: list[str] = []
    while True:
        try:
            lines += manager.recv(4096).decode().splitlines()
        except BlockingIOError:
            return lines


def environment(address: str, watchdog_s: float = 0.04, **more: str) -> dict[str, str]:
    return {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": str(int(watchdog_s * 1e6)), **more}


async def report(service: ServiceManager, seconds: float = 0.1) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(service.report(), seconds)


async def test_it_is_ready_only_when_it_serves(notified: tuple[str, socket.socket]) -> None:
    address, manager = notified
    service = ServiceManager.from_environment(environment(address))
    await report(service)
    lines = heard(manager)
    assert set(lines) == {"EXTEND_TIMEOUT_USEC=90000000", "STATUS=waiting for Telegram"}
    service.ready(lambda: "base-1 serves\nand more")
    assert heard(manager) == ["READY=1", "STATUS=base-1 serves and more"]
    service.stopping()
    assert "STOPPING=1" in heard(manager)


async def test_the_watchdog_is_fed_only_while_updates_are_fetched(notified: tuple[str, socket.socket]) -> None:
    address, manager = notified
    fetching = True
    service = ServiceManager.from_environment(environment(address))
    service.watch(lambda: fetching)
    service.ready(lambda: "base-1 serves")
    await report(service)
    assert heard(manager).count("WATCHDOG=1") >= 2
    fetching = False
    await report(service)
    assert "WATCHDOG=1" not in heard(manager)


async def test_the_watchdog_of_another_process_is_not_fed(notified: tuple[str, socket.socket]) -> None:
    address, manager = notified
    service = ServiceManager.from_environment(environment(address, WATCHDOG_PID="1"))
    service.ready(lambda: "base-1 serves")
    await report(service)
    assert "WATCHDOG=1" not in heard(manager)


async def test_a_blocked_event_loop_feeds_nothing(notified: tuple[str, socket.socket]) -> None:
    address, manager = notified
    service = ServiceManager.from_environment(environment(address))
    service.ready(lambda: "base-1 serves")
    reporting = asyncio.create_task(service.report())
    await asyncio.sleep(0.05)
    heard(manager)
    time.sleep(0.2)  # noqa: ASYNC251 - to block it is the purpose
    assert heard(manager) == []
    reporting.cancel()


async def test_without_systemd_nothing_happens_and_a_lost_socket_ends_nothing(tmp_path: Path) -> None:
    service = ServiceManager.from_environment({})
    service.ready(lambda: "base-1 serves")
    await report(service, 0.05)
    gone = ServiceManager.from_environment(environment(str(tmp_path / "gone")))
    gone.ready(lambda: "base-1 serves")
    await report(gone, 0.05)


def test_a_whole_bot_reports_its_start_its_model_and_its_end(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(60)
        command = [sys.executable, "-P", "-m", "bot.cli.main", "demo", "--port", "0", "--no-browser"]
        told = environment(str(tmp_path / "notify"), watchdog_s=0.2)
        with subprocess.Popen([*command, "--state", str(tmp_path / "state")], env=os.environ | told) as bot:
            lines: list[str] = []
            while "WATCHDOG=1" not in lines:
                lines += manager.recv(4096).decode().splitlines()
            assert "READY=1" in lines
            assert any(line.startswith("STATUS=base-") and "0 updates answered" in line for line in lines), lines
            bot.send_signal(signal.SIGTERM)
            while "STOPPING=1" not in lines:
                lines += manager.recv(4096).decode().splitlines()
            assert bot.wait(30) == 0
