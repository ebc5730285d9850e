"""The bot's processes: started, ended by a signal, and started again as systemd would."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from pathlib import Path

import httpx

PROGRAM = (sys.executable, "-P", "-m", "bot.cli.main")
READY_S = 180.0  # for a process to take deliveries, on a machine that does other work
DEAD_S = 120.0  # for a process to end after SIGTERM


def clean_environment() -> dict[str, str]:
    """This process's, without settings of the bot."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DIGITBOT_")}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


class BotProcess:
    """One process of the bot. What it writes to its own temporary folder and to its log stays to be looked at.

    ``port``: where it takes deliveries; None where it fetches updates.
    """

    def __init__(self, name: str, variables: Mapping[str, str], folder: Path, port: int | None) -> None:
        self.port = port
        self.temporary = folder / f"tmp-{name}"
        self.temporary.mkdir()
        self._log = folder / f"{name}.log"
        self._environment = {**clean_environment(), **variables, "TMPDIR": str(self.temporary)}
        if port is not None:
            self._environment["DIGITBOT_WEBHOOK_PORT"] = str(port)
        self._process: Process | None = None
        self.unexpected_ends = 0

    @property
    def pid(self) -> int | None:
        """Of the running process."""
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """In a session of its own: no Ctrl-C of the terminal reaches it."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *PROGRAM, "run", env=self._environment, stdin=DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    async def end(self, number: signal.Signals) -> None:
        """Send a signal and wait for the end. One that has ended by itself is counted. Raises TimeoutError for one that
        goes on."""
        process = self._process
        if process is None:
            return
        if process.returncode is not None:
            self.unexpected_ends += 1
            return
        process.send_signal(number)
        try:
            async with asyncio.timeout(DEAD_S):
                await process.wait()
        except TimeoutError:
            raise TimeoutError(
                f"{self._log.stem} goes on {DEAD_S:.0f} s after {number.name}: {self._log_tail()}"
            ) from None

    async def is_ready(self) -> None:
        """Wait until it takes deliveries; at most ``READY_S``, and not at all for one that fetches. Raises RuntimeError
        for one that ends instead."""
        if self.port is None:
            return
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client, asyncio.timeout(READY_S):
            while not await _answers(client, f"http://127.0.0.1:{self.port}/readyz"):
                if self.pid is None:
                    raise RuntimeError(f"{self._log.stem} ended when it was to begin: {self._log_tail()}")
                await asyncio.sleep(0.1)

    def _log_tail(self) -> str:
        return self._log.read_text("utf-8", errors="replace")[-2000:]

    def close(self) -> None:
        """Leave no process behind, whatever went wrong."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()


async def _answers(client: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(address)).is_success
    except httpx.HTTPError:
        return False
