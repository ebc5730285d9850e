"""Listening sockets, for the webhook and for /metrics: a TCP port, or a unix socket for a proxy on the same machine."""

from __future__ import annotations

import errno
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.settings import UNIX_PREFIX, Settings, SettingsError

LOOPBACK: Final = "127.0.0.1"
# A proxy runs as another user. Who may reach the socket's folder may send, as everybody here may to a port on the
# loopback address; what is taken is what has the secret token.
SOCKET_MODE: Final = 0o666


def open_socket(address: str, port: int) -> socket.socket:
    """A listening socket that does not block. ``address``: an IP address, a host name, or ``unix:/PATH``.

    Raises OSError where it cannot be had.
    """
    if address.startswith(UNIX_PREFIX):
        opened = _unix_socket(Path(address.removeprefix(UNIX_PREFIX)))
    else:
        family = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        opened = socket.create_server((address, port), family=family)
    opened.setblocking(False)
    return opened


def check_listening(settings: Settings) -> None:
    """Listen for a moment on all that will be listened on. Raises SettingsError where that cannot be."""
    for variable, address, port in _wanted(settings):
        try:
            open_socket(address, port).close()
        except OSError as error:
            place = address if address.startswith(UNIX_PREFIX) else f"{address}, port {port}"
            raise SettingsError(
                f"{variable}: nothing can listen on {place} ({_reason(error)}): choose another"
            ) from None


def _wanted(settings: Settings) -> Iterator[tuple[str, str, int]]:
    """(variable, address, port) of each."""
    if settings.webhook_url:
        is_unix = settings.webhook_listen.startswith(UNIX_PREFIX)
        variable = "DIGITBOT_WEBHOOK_LISTEN" if is_unix else "DIGITBOT_WEBHOOK_PORT"
        yield variable, settings.webhook_listen, settings.webhook_port
    if settings.metrics_port is not None:
        yield "DIGITBOT_METRICS_PORT", LOOPBACK, settings.metrics_port


def _unix_socket(path: Path) -> socket.socket:
    """In the place of one that nobody listens on any more."""
    _remove_stale(path)
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        opened.bind(str(path))
        path.chmod(SOCKET_MODE)
        opened.listen()
    except BaseException:
        opened.close()
        raise
    return opened


def _remove_stale(path: Path) -> None:
    """Raises OSError where somebody listens there, or where there is something else."""
    if not path.exists():
        return
    if not stat.S_ISSOCK(path.stat().st_mode):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe, suppress(ConnectionRefusedError):
        probe.connect(str(path))
        raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
    path.unlink()


def _reason(error: OSError) -> str:
    """Without the address, which ``socket.create_server`` adds."""
    is_plain = isinstance(error, socket.gaierror) or error.errno is None
    return str(error.strerror or error) if is_plain else os.strerror(error.errno or 0)
