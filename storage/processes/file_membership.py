"""The processes that use an SQLite file: each holds a lock (flock(2)) on a file of its own beside the database."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from storage.errors import DatabaseFull, DatabaseReadOnly, from_os
from storage.processes.membership import Role, Topic

_ROLES_BYTES: Final = 32  # of all roles' names


class FileMembership:
    """``Membership`` by files in the folder ``.NAME.processes``, in which the roles stand; those of dead processes are
    removed."""

    missing = timedelta(0)

    def __init__(self, database: Path, process: str) -> None:
        self.process = process
        self._folder = folder_of(database)
        self._handle: int | None = None
        self._roles: set[Role] = set()
        self._events: defaultdict[Topic, asyncio.Event] = defaultdict(asyncio.Event)

    async def __aenter__(self) -> Self:
        """Raises ``DatabaseReadOnly`` and ``DatabaseFull`` where the file cannot be made."""
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._handle = _lock_own(self._folder / self.process)
        except OSError as error:
            raise from_os(error) from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._handle is not None:
            with suppress(OSError):
                (self._folder / self.process).unlink(missing_ok=True)
            os.close(self._handle)
        self._handle = None

    async def members(self, role: Role | None = None) -> frozenset[str]:
        own = {self.process} if self._handle is not None and (role is None or role in self._roles) else set()
        others = (path for path in _living(self._folder) if path.name != self.process)
        return frozenset(own | {path.name for path in others if role is None or role in _roles_in(path)})

    async def take(self, role: Role) -> None:
        self._set_roles(self._roles | {role})

    async def give_up(self, role: Role) -> None:
        self._set_roles(self._roles - {role})

    def _set_roles(self, roles: set[Role]) -> None:
        """In one write of always the same length, which nobody reads half. Raises ``DatabaseFull``."""
        self._roles = roles
        if self._handle is not None:
            try:
                os.pwrite(self._handle, " ".join(sorted(roles)).ljust(_ROLES_BYTES).encode(), 0)
            except OSError as error:
                raise DatabaseFull from error

    def changed(self, topic: Topic) -> asyncio.Event:
        return self._events[topic]


def folder_of(database: Path) -> Path:
    """Where the processes' files lie."""
    return database.with_name(f".{database.name}.processes")


def is_free(database: Path) -> bool:
    """Whether no process uses the database file now; makes no file."""
    return not any(_living(folder_of(database)))


def _lock_own(path: Path) -> int:
    """Lock a new file. Another process that looks at it before it is locked takes it for a dead one's and removes it:
    then once more."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        with suppress(FileNotFoundError):
            if _is_at(path, handle):
                return handle
        os.close(handle)


def _roles_in(path: Path) -> list[str]:
    try:
        return path.read_text("ascii").split()
    except OSError:
        return []


def _living(folder: Path) -> Iterator[Path]:
    """The files whose lock is held, named like their processes; the others are removed. Raises ``DatabaseReadOnly``
    for a file that this user may not open: another one's process has made it."""
    try:
        paths = list(folder.iterdir())
    except OSError:
        return
    for path in paths:
        try:
            is_locked = _is_locked(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise DatabaseReadOnly(f"{path}: {error.strerror}") from error
        if is_locked:
            yield path


def _is_locked(path: Path) -> bool:
    """Where it is not, the file is removed: as long as this holds its lock nobody makes another one of its name, but
    one may have been made before. Raises ``FileNotFoundError``."""
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_at(path, handle):
            path.unlink()
            return False
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return _is_locked(path)


def _is_at(path: Path, handle: int) -> bool:
    """Whether an open file has this name now. Raises ``FileNotFoundError``."""
    return path.stat().st_ino == os.fstat(handle).st_ino
