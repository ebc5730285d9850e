"""`digitbot trainer` as systemd and people start it; what it does with runs: tests/e2e/test_trainer_process.py."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import pytest

from bot.cli import trainer_command
from bot.cli.main import BAD_SETTINGS, main
from bot.settings import Settings
from storage.database import Database
from storage.keyring import Keyring
from storage.processes.membership import Role


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("DIGITBOT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path / "state"))


def test_without_tensorflow_it_names_the_extras(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(trainer_command, "find_spec", lambda _: None)
    assert main(["trainer"]) == BAD_SETTINGS
    (line,) = capsys.readouterr().err.splitlines()
    assert "'.[train]'" in line
    assert "'.[cuda]'" in line


def test_a_key_of_another_database_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["db", "upgrade"]) == 0
    monkeypatch.setenv("DIGITBOT_KEY", Keyring.generate().to_text())
    assert main(["trainer"]) == BAD_SETTINGS
    assert "key does not belong to this database" in capsys.readouterr().err


async def test_systemd_hears_that_it_is_ready_lives_and_stops_without_a_token(tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.setblocking(False)
        told = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "400000"}
        command = [sys.executable, "-P", "-m", "bot.cli.main", "trainer"]
        process = await asyncio.create_subprocess_exec(*command, env=os.environ | told, stdout=DEVNULL, stderr=PIPE)
        lines: list[str] = []
        async with asyncio.timeout(60):
            while "WATCHDOG=1" not in lines:
                lines += (await asyncio.get_running_loop().sock_recv(manager, 4096)).decode().splitlines()
        assert lines.index("READY=1") < lines.index("WATCHDOG=1")
        assert "STATUS=waits for a requested run; 0 carried out" in lines
        settings = Settings.load()
        async with Database(settings.database, settings.keyring()) as database:
            assert len(await database.members(Role.TRAINER)) == 1
        process.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(process.communicate(), 20)
        while "STOPPING=1" not in lines:
            lines += (await asyncio.get_running_loop().sock_recv(manager, 4096)).decode().splitlines()
    assert process.returncode == 0
    assert b"waits for requested runs" in said
