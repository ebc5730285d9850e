"""The training child: a process of its own that the bot starts, watches, and ends before it ends itself.

Spawned, never forked and never a thread: TensorFlow hangs after a fork, and would take the memory and time of serving.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.settings import Settings

TERMINATE_TIMEOUT = 5.0  # seconds between SIGTERM and SIGKILL
LONGEST_LINE = 1 << 20
# Of the environment, the child gets only what Python and TensorFlow need: above all not the bot's token.
PASSED_ON = (
    "HOME",
    "HTTPS_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "LANG",
    "LC_ALL",
    "PATH",
    "TMPDIR",
    "TZ",
    "DIGITBOT_MNIST",
    "KERAS_HOME",
    "MPLCONFIGDIR",
    "LD_LIBRARY_PATH",
)


class TrainingProcessFailed(Exception):
    """The child ended without a result; the message is its own last sentence, or the signal that ended it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the child: ``name`` and its numbers (``training.loop.events``); the last one is named ``result``."""

    name: str
    values: Mapping[str, Any]


class TrainingProcess:
    """One `python -P -m training finetune` and what it tells. ``folder`` is its own, for what it writes."""

    def __init__(self, settings: Settings, folder: Path, seed: int) -> None:
        self.folder = folder
        self._settings = settings
        self._command = [sys.executable, "-P", "-m", "training", "finetune", "--json", "--with-parent"]
        self._command += ["--seed", str(seed), "--out", str(folder)]
        self._process: asyncio.subprocess.Process | None = None
        self._ending = False
        self._last_words = ""

    async def events(self) -> AsyncIterator[Event]:
        """Start the child and tell its events as they come. Raises TrainingProcessFailed where it ends without a result."""
        self.folder.mkdir(parents=True, mode=0o700)
        process = self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,  # its end tells the child that the bot is gone, however that came
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._environment(),
            limit=LONGEST_LINE,
            start_new_session=True,  # Ctrl-C is the bot's to handle: the child is ended by it, first
        )
        listening = asyncio.create_task(self._listen(process))
        try:
            if self._ending:  # asked for while the process was being made
                raise TrainingProcessFailed("the training process was ended before it began")
            assert process.stdout is not None  # noqa: S101  # asked for above
            async for line in process.stdout:
                if event := _event(line):
                    yield event
            status = await process.wait()
            await listening
        finally:
            await self.end()
            listening.cancel()
        if status != 0:
            raise TrainingProcessFailed(self._why(status))

    async def end(self) -> None:
        """End the child: SIGTERM, and SIGKILL if it does not go within five seconds. Harmless where it has ended."""
        self._ending = True
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), TERMINATE_TIMEOUT)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def clean(self) -> None:
        """Delete what the child wrote."""
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None  # noqa: S101  # asked for above
        async for line in process.stderr:
            self._last_words = line.decode(errors="replace").strip() or self._last_words

    def _why(self, status: int) -> str:
        if status < 0:
            name = signal.Signals(-status).name
            reason = " (was there too little memory?)" if -status == signal.SIGKILL else ""
            return f"the training process was ended by {name}{reason}"
        return self._last_words.removeprefix("digitbot: ") or f"the training process ended with status {status}"

    def _environment(self) -> dict[str, str]:
        own = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        return {
            **own,
            "DIGITBOT_DATABASE_URL": self._settings.database,
            "DIGITBOT_KEY": self._settings.keyring().to_text(),
        }


def _event(line: bytes) -> Event | None:
    """A line of JSON as an event; anything else that a library may print is none."""
    try:
        values = json.loads(line)
    except ValueError:
        return None
    if not isinstance(values, dict):
        return None
    return Event(str(values.pop("event", "result")), values)
