"""What systemd is told while the bot starts, serves and stops: sd_notify(3).

The protocol is one datagram of ``NAME=value`` lines to the socket that ``NOTIFY_SOCKET`` names. These lines of the
standard library replace a dependency: `sdnotify` has had no release since 2017, and `systemd-python` needs a compiler
and libsystemd's headers.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable, Mapping
from typing import Self

log = logging.getLogger(__name__)

REPORT_INTERVAL_S = 10.0  # from one report to the next; shorter where the watchdog asks for it
START_EXTENSION_S = 90.0  # what one report adds to TimeoutStartSec: the network may be away for hours


class ServiceManager:
    """The service manager that started this process; without one (``address`` is "") everything here does nothing.

    ``address`` is a socket's path, or ``@name`` for an abstract socket. ``watchdog_s`` is the unit's WatchdogSec in
    seconds, None where there is none. ``waiting`` is said until it is ready.
    """

    def __init__(
        self, address: str = "", watchdog_s: float | None = None, waiting: str = "waiting for Telegram"
    ) -> None:
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._interval_s = min(REPORT_INTERVAL_S, (watchdog_s or REPORT_INTERVAL_S * 2) / 2)
        self._watchdog_s = watchdog_s
        self._is_ready = False
        self._describe: Callable[[], str] = lambda: waiting
        self._is_alive: Callable[[], bool] = lambda: True

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] = os.environ, waiting: str = "waiting for Telegram"
    ) -> Self:
        """As systemd tells its services. A watchdog that is meant for another process (WATCHDOG_PID) is none."""
        microseconds, process = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
        is_ours = microseconds.isdecimal() and int(microseconds) > 0 and process in {"", str(os.getpid())}
        return cls(environment.get("NOTIFY_SOCKET", ""), int(microseconds) / 1e6 if is_ours else None, waiting)

    def ready(self, describe: Callable[[], str]) -> None:
        """The process serves from now on; ``describe`` gives the sentence that `systemctl status` shows."""
        self._is_ready, self._describe = True, describe
        self._send("READY=1", f"STATUS={describe()}")

    def stopping(self, doing: str = "finishing what is being answered") -> None:
        """The process is shutting down, and is still ``doing`` this."""
        self._describe = lambda: doing
        self._send("STOPPING=1", f"STATUS={self._describe()}")

    def watch(self, is_alive: Callable[[], bool]) -> None:
        """Have the watchdog fed only while ``is_alive`` gives True; systemd restarts a bot whose watchdog starves."""
        self._is_alive = is_alive

    async def report(self) -> None:
        """Report for ever, from the event loop: one that is blocked reports nothing, and is restarted for that."""
        while self._address:
            self._send(*self._signs_of_life(), f"STATUS={self._describe()}")
            await asyncio.sleep(self._interval_s)
        await asyncio.Event().wait()

    def _signs_of_life(self) -> tuple[str, ...]:
        if not self._is_ready:
            return (f"EXTEND_TIMEOUT_USEC={START_EXTENSION_S * 1e6:.0f}",)
        if not self._is_alive():
            log.error("no updates are fetched and no error says why: the watchdog will restart the bot")
            return ()
        return ("WATCHDOG=1",) if self._watchdog_s else ()

    def _send(self, *lines: str) -> None:
        """A report that cannot be sent is left out: the next one follows before the watchdog's time is over."""
        if not self._address:
            return
        message = "\n".join(line.replace("\n", " ") for line in lines)
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
                channel.setblocking(False)
                channel.sendto(message.encode(), self._address)
        except OSError as error:
            log.warning("systemd could not be told (%s)", error)
