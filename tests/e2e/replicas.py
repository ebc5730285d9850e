"""Several bot processes on one database behind a balancer, as a proxy in front of them delivers to each in turn."""

from __future__ import annotations

import http.client
import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.request import ProxyHandler, build_opener

COMMAND = [sys.executable, "-P", "-m", "bot.cli.main"]
START_S = 60.0
LOOPBACK = "127.0.0.1"


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as taken:
        return int(taken.getsockname()[1])


class Balancer(ThreadingHTTPServer):
    """Delivers to each of ``ports`` in turn, and to the next where one refuses; ``copies`` times each."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), _Delivery)
        self.ports: list[int] = []
        self.copies = 1
        self._turn = itertools.count()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.server_port}/hook"

    def deliver(self, body: bytes, headers: dict[str, str]) -> int:
        """Returns the status of the last process that answered, 502 where none did."""
        status, taken, first = 502, 0, next(self._turn)
        for number in range(len(self.ports)):
            port = self.ports[(first + number) % len(self.ports)]
            connection = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
            try:
                connection.request("POST", "/hook", body, headers)
                status = connection.getresponse().status
                taken += status == http.client.OK
            except OSError:
                continue
            finally:
                connection.close()
            if taken == self.copies:
                break
        return http.client.OK if taken else status


class _Delivery(BaseHTTPRequestHandler):
    server: Balancer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kept = {name: value for name, value in self.headers.items() if name.lower() not in {"host", "connection"}}
        self.send_response(self.server.deliver(body, kept))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """A test's output needs no access log."""


class Replica:
    """One bot process: `digitbot run` with a webhook of its own behind the balancer, and metrics."""

    def __init__(self, variables: dict[str, str], balancer: Balancer) -> None:
        self._balancer = balancer
        self.port, self._metrics_port = free_port(), free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DIGITBOT_")}
        self.process = subprocess.Popen(
            [*COMMAND, "run"],
            env={
                **kept,
                **variables,
                "DIGITBOT_WEBHOOK_URL": balancer.url,
                "DIGITBOT_WEBHOOK_PORT": str(self.port),
                "DIGITBOT_METRICS_PORT": str(self._metrics_port),
            },
        )

    def wait_until_ready(self) -> None:
        """Takes its part of the deliveries from then on."""
        until = time.monotonic() + START_S
        while not self._get(self.port, "/readyz"):
            assert self.process.poll() is None, "the bot has ended"
            assert time.monotonic() < until, "the bot does not start"
            time.sleep(0.1)
        self._balancer.ports.append(self.port)

    def end(self, number: signal.Signals) -> None:
        """Send it a signal, as it takes its part of the deliveries."""
        self.process.send_signal(number)

    def wait(self) -> int:
        status = self.process.wait(30)
        if self.port in self._balancer.ports:
            self._balancer.ports.remove(self.port)
        return status

    @property
    def model(self) -> str:
        """The version that it serves."""
        found = re.search(r'digitbot_model_info\{version="(.+?)"\} 1', self._metrics())
        return found[1] if found else ""

    @property
    def photos(self) -> int:
        """How many it has handled."""
        return sum(int(float(each)) for each in re.findall(r"digitbot_photos_total\{.*\} (.+)", self._metrics()))

    def _metrics(self) -> str:
        return self._get(self._metrics_port, "/metrics") or ""

    @staticmethod
    def _get(port: int, path: str) -> str | None:
        try:
            with build_opener(ProxyHandler({})).open(f"http://{LOOPBACK}:{port}{path}", timeout=5) as answer:
                return str(answer.read().decode()) or "no content"
        except OSError:
            return None
