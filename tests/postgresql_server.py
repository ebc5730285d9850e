"""A PostgreSQL cluster for tests: in a temporary folder, on a unix socket, under an account of its own.

``unavailable()`` says in one sentence why there is none. Nothing of it outlives the tests, also when they are killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, Self
from uuid import uuid4

import asyncpg

from tests.postgresql_installation import TEMPORARY, find_installation, unavailable

__all__ = ["PostgresqlServer", "unavailable"]

ROLE: Final = "digitbot"
PORT: Final = 5432  # part of the socket's name; nothing listens on TCP
START_SECONDS: Final = 60  # measured: 0.2 on two idle cores

SETTINGS: Final = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0777",
    "max_connections": "200",
    "shared_buffers": "32MB",
    # Nothing waits for the disk. What is committed outlives a kill of the server, as it must (synchronous_commit stays
    # on: without it a commit waits in the server's memory), but none of the machine.
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
DURABLE: Final = {"fsync": "on", "full_page_writes": "on", "autovacuum": "on"}  # PostgreSQL's own defaults

# Waits until the tests' process has gone, whatever way, then stops the server and removes its folder.
GUARD: Final = 'cat >/dev/null; "$1/pg_ctl" stop -s -m immediate -D "$2/data"; rm -rf "$2"'


EMPTY: Final = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$
    DECLARE name text;
    BEGIN
        FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$' LOOP
            EXECUTE format('DROP SCHEMA %I CASCADE', name);
        END LOOP;
    END
$$;
CREATE SCHEMA public;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""


class PostgresqlServer:
    """A cluster (UTF8, locale C) whose only role is ``digitbot``; ``with PostgresqlServer() as server``.

    ``durable``: it waits for the disk as one in service does. Raises ``LookupError`` where there is no PostgreSQL,
    ``RuntimeError`` where it does not start.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._settings = SETTINGS | (DURABLE if durable else {})
        self._installation = find_installation()
        self.folder: Final = Path(mkdtemp(prefix="digitbot-pg-", dir=TEMPORARY))
        self.folder.chmod(0o755)
        if self._installation.account is not None:
            os.chown(self.folder, self._installation.account.pw_uid, self._installation.account.pw_gid)
        self._guard = self._installation.spawn(
            *("sh", "-c", GUARD, "sh", self._installation.programs, self.folder),
            stdin=subprocess.PIPE,
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._empty: list[str] = []

    def __enter__(self) -> Self:
        try:
            self._make_cluster()
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Of the server's first process."""
        if self._process is None:
            raise RuntimeError("PostgreSQL was not started")
        return self._process.pid

    def start(self) -> None:
        """Start it where it does not run, and wait until it accepts connections."""
        deadline = time.monotonic() + START_SECONDS
        while not self._ready():
            # Also where it ended at once: the processes of one that was killed hold its shared memory a moment longer.
            if self._process is None or self._process.poll() is not None:
                self._process = self._launch()
            if time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL does not start: {self.log()[-1000:]}")
            time.sleep(0.01)

    def restart(self) -> None:
        """Cut every connection, stop in order and start again."""
        self._end(signal.SIGINT)
        self.start()

    def kill(self) -> None:
        """As a crash does, all its processes at once: one that serves a connection outlives the first by a moment, and
        would still commit. ``start`` recovers what was committed."""
        serving = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        self._end(signal.SIGKILL)
        for pid in serving:
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)

    def stop(self) -> None:
        """Stop it for good and remove everything."""
        self._guard.communicate()  # closes the pipe that the guard reads
        if self._process is not None:
            self._process.wait()

    def url(self, database: str) -> str:
        """What ``DIGITBOT_DATABASE_URL`` would say."""
        return f"postgresql+asyncpg://{ROLE}@/{database}?host={self.folder}"

    @asynccontextmanager
    async def database(self) -> AsyncIterator[str]:
        """The address of an empty database; what a test leaves in it goes, also from under its open connections.

        Databases are used again: emptying one takes 14 ms (n = 30, with our tables), making one 30 to 200 ms, as it
        writes 7 MB.
        """
        name = self._empty.pop() if self._empty else await self._create_database()
        try:
            yield self.url(name)
        finally:
            self.start()  # where the test has stopped it
            await self._execute(f"ALTER DATABASE {name} RESET ALL; {EMPTY}", database=name)
            self._empty.append(name)

    def log(self) -> str:
        """What the server logged."""
        return (self.folder / "log").read_text("utf-8", errors="replace")

    async def _create_database(self) -> str:
        name = f"test_{uuid4().hex}"
        await self._execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return name

    async def _execute(self, statement: str, database: str = "postgres") -> None:
        connection = await asyncpg.connect(host=str(self.folder), port=PORT, user=ROLE, database=database)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def _make_cluster(self) -> None:
        self._installation.run(
            *(self._installation.programs / "initdb", "-D", self.folder / "data", "--no-sync"),
            *("--encoding=UTF8", "--locale=C", f"--username={ROLE}", "--auth=trust"),
        )
        settings = self._settings | {"unix_socket_directories": f"'{self.folder}'", "port": str(PORT)}
        with (self.folder / "data/postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = {value}\n" for name, value in settings.items())

    def _launch(self) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            return self._installation.spawn(
                *(self._installation.programs / "postgres", "-D", self.folder / "data"), stdout=log.fileno()
            )

    def _ready(self) -> bool:
        """The first line of postmaster.pid is the process, the eighth its state: pg_ctl waits for that, too."""
        if self._process is None or self._process.poll() is not None:
            return False
        try:
            lines = (self.folder / "data/postmaster.pid").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return False
        return lines[:1] == [str(self._process.pid)] and "".join(lines[7:8]).strip() == "ready"

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait()
