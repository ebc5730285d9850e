"""A Debian root that is booted by systemd-nspawn, with no network but its own loopback."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

BOOT_S = 180.0  # a second by itself, more where other tests take the processor
STOP_S = 60.0


class StepFailed(Exception):
    """Something that had to be seen was not; the message says what was seen instead."""


class Machine:
    """A context manager: booted inside, powered off at the end whatever happens.

    ``shares`` are folders or files of this machine, read-only inside, by the path that they have there.
    """

    def __init__(self, root: Path, shares: Mapping[str, Path]) -> None:
        self.root = root
        self._shares = shares
        self._process: subprocess.Popen[bytes] | None = None
        self._leader = ""

    def __enter__(self) -> Self:
        binds = [f"--bind-ro={outside}:{inside}" for inside, outside in self._shares.items()]
        # Where this process is killed, unshare and nspawn are too, and with nspawn, the first of its PID namespace, all
        # of the machine.
        command = ["setpriv", "--pdeathsig", "KILL", "unshare", "--pid", "--mount-proc", "--fork", "--kill-child"]
        command += ["systemd-nspawn", "--quiet", f"--directory={self.root}", "--boot"]
        command += ["--register=no", "--keep-unit", "--private-network", "--console=pipe", *binds]
        with self.root.with_name(f"{self.root.name}.console").open("wb") as console:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        try:
            self.wait(self._is_booted, BOOT_S, "the machine to boot")
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Power off, or kill what does not end."""
        if self._process is None:
            return
        if self._leader and self._process.poll() is None:
            self.run("systemctl", "poweroff", "--force", check=False)
        try:
            self._process.wait(STOP_S if self._leader else 0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def run(self, *command: str, check: bool = True, timeout: float = 600.0) -> str:
        """What a command of root's prints inside. Raises StepFailed where it fails and ``check`` is on."""
        done = self.tried(*command, timeout=timeout)
        if check and done.returncode:
            raise StepFailed(f"{' '.join(command)[:200]} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def tried(self, *command: str, timeout: float = 600.0) -> subprocess.CompletedProcess[str]:
        """A command of root's inside, whatever comes of it."""
        enter = ["nsenter", f"--target={self._leader}", "--all", "--", "env", "-i", "HOME=/root", "LANG=C.UTF-8"]
        enter.append("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        return subprocess.run(
            [*enter, *command], capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL
        )

    def write(self, path: str, content: str) -> None:
        """A file inside, for root alone."""
        self.run("sh", "-c", 'umask 077; mkdir -p "$(dirname "$1")"; printf %s "$2" > "$1"', "sh", path, content)

    def wait(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Raises StepFailed where the condition does not come true in time."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise StepFailed(f"waited {seconds:.0f} s for {what}")
            time.sleep(0.2)

    def _is_booted(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise StepFailed("systemd-nspawn ended: see its console")
        self._leader = _only_child(_only_child(str(self._process.pid)))  # unshare's nspawn, and its systemd
        if not self._leader:
            return False
        return self.tried("systemctl", "is-system-running").stdout.strip() in {"running", "degraded"}


def _only_child(process: str) -> str:
    """The id of the one process that ``process`` has started; ``""`` where there is none yet."""
    try:
        return Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()[0]
    except (OSError, IndexError):
        return ""
