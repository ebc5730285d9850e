"""The training process: a child that the bot starts, follows, and ends before it ends itself.

Spawned, never forked and never a thread: TensorFlow hangs after a fork, and would take RAM and time from serving.
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
from typing import Any, Final

from bot.errors import BotError
from bot.settings import Settings

TERMINATE_TIMEOUT_S = 5.0  # between SIGTERM and SIGKILL
MAX_LINE_BYTES = 1 << 20  # of an event; the confusion matrices take some kilobytes
PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")  # read in upper and in lower case
# The child gets only what Python and TensorFlow need of the environment: above all not the bot's token.
INHERITED_VARIABLES = (
    *PROXY_VARIABLES,
    *(name.lower() for name in PROXY_VARIABLES),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("HOME", "PATH", "LD_LIBRARY_PATH", "TMPDIR", "XDG_CACHE_HOME", "TZ", "LANG", "LC_ALL", "LC_CTYPE"),
    *("CUDA_VISIBLE_DEVICES", "CUDA_CACHE_PATH", "TF_FORCE_GPU_ALLOW_GROWTH", "XLA_FLAGS"),  # of a GPU
    *("PYTHONUTF8", "PYTHONIOENCODING", "DIGITBOT_MNIST", "KERAS_HOME", "MPLCONFIGDIR"),
)
# What a PostgreSQL client reads beside the address: PGHOST, PGPASSWORD, PGSSLMODE and more
# (https://www.postgresql.org/docs/current/libpq-envars.html). Without PGSSLMODE the child might connect unencrypted.
POSTGRESQL_PREFIX: Final = "PG"
# NumPy's matrices are small in a fine-tune: two threads wait for each other, 35 s in place of 1 s beside other work.
ONE_BLAS_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1"}


class TrainingProcessFailed(BotError):
    """The child ended without a result; the message is the last line of its stderr, or the signal that ended it."""


@dataclass(frozen=True, slots=True)
class TrainingEvent:
    """One line of the child's stdout: ``name`` and values (``training.loop.events``); the last is named ``result``."""

    name: str
    values: Mapping[str, Any]


class TrainingProcess:
    """One `python -P -m training finetune` and its events.

    ``folder`` is its own, for the files it writes; ``words`` are those of its picture, by the names of
    ``training.loop.plot_words.FigureWords``.
    """

    def __init__(self, settings: Settings, folder: Path, seed: int, words: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._settings = settings
        self._command = [sys.executable, "-P", "-m", "training", "finetune", "--json", "--with-parent"]
        self._command += ["--seed", str(seed), "--out", str(folder), "--max-model-bytes", str(settings.model_bytes)]
        self._command += [*finetune_arguments(settings), "--words", json.dumps(dict(words or {}))]
        self._process: asyncio.subprocess.Process | None = None
        self._is_ending = False
        self._last_line = ""

    async def events(self) -> AsyncIterator[TrainingEvent]:
        """Start the child and yield its events as they come. Raises TrainingProcessFailed where it fails."""
        self.folder.mkdir(parents=True, mode=0o700)
        process = self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,  # its end tells the child that the bot is gone, for whatever reason
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._environment(),
            limit=MAX_LINE_BYTES,
            start_new_session=True,  # Ctrl-C is the bot's to handle: the child is ended by it, first
        )
        stderr_task = asyncio.create_task(self._read_stderr(process))
        try:
            if self._is_ending:  # requested while the process was being created
                raise TrainingProcessFailed("the training process was ended before it started")
            assert process.stdout is not None  # noqa: S101  # asked for above
            async for line in process.stdout:
                if event := _event(line):
                    yield event
            status = await process.wait()
            await stderr_task
        finally:
            await self.end()
            stderr_task.cancel()
        if status != 0:
            raise TrainingProcessFailed(self._reason(status))

    async def end(self) -> None:
        """End the child: SIGTERM, and SIGKILL where it has not ended after five seconds. Harmless where it has."""
        self._is_ending = True
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(TERMINATE_TIMEOUT_S):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def delete_files(self) -> None:
        """Delete what the child wrote."""
        shutil.rmtree(self.folder, ignore_errors=True)

    async def _read_stderr(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None  # noqa: S101  # asked for above
        async for line in process.stderr:
            self._last_line = line.decode(errors="replace").strip() or self._last_line

    def _reason(self, status: int) -> str:
        if status < 0:
            name = signal.Signals(-status).name
            reason = " (was there too little memory?)" if -status == signal.SIGKILL else ""
            return f"the training process was ended by {name}{reason}"
        return self._last_line.removeprefix("digitbot: ") or f"the training process ended with status {status}"

    def _environment(self) -> dict[str, str]:
        names = (name for name in os.environ if name in INHERITED_VARIABLES or name.startswith(POSTGRESQL_PREFIX))
        return {
            **{name: os.environ[name] for name in names},
            "DIGITBOT_DATABASE_URL": self._settings.database,
            "DIGITBOT_KEY": self._settings.keyring().to_text(),
            **ONE_BLAS_THREAD,
        }


def finetune_arguments(settings: Settings) -> list[str]:
    """What the settings say about training, as arguments of ``finetune``."""
    return ["--review", str(settings.review), "--person-share", str(settings.person_share)]


def _event(line: bytes) -> TrainingEvent | None:
    """Parse a line of JSON; None for anything else that a library may print."""
    try:
        values = json.loads(line)
    except ValueError:
        return None
    if not isinstance(values, dict):
        return None
    return TrainingEvent(str(values.pop("event", "result")), values)
