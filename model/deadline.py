"""A limit on the processor time of one reading, checked in the loops of recognition."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from model.image_decoding import PhotoError, PhotoProblem


class Deadline:
    """So many ``seconds`` of this thread's processor time from now on; the time that others take does not count."""

    def __init__(self, seconds: float) -> None:
        self._end = time.thread_time() + seconds
        # No thread uses more of the processor than passes by the clock, which is read much faster.
        self._earliest = time.monotonic() + seconds

    def check(self) -> None:
        """Raise ``PhotoError`` (too costly) once the time has passed."""
        if time.monotonic() > self._earliest and time.thread_time() > self._end:
            raise PhotoError(PhotoProblem.TOO_COSTLY)


# Of this thread and task alone, so that one photo's deadline is never another's.
_DEADLINE: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let ``check_deadline`` raise ``PhotoError`` within the block once it has taken so long."""
    token = _DEADLINE.set(Deadline(seconds))
    try:
        yield
    finally:
        _DEADLINE.reset(token)


def check_deadline() -> None:
    """Raise ``PhotoError`` where the time of the reading under way has passed; outside ``deadline`` nothing happens."""
    if (current := _DEADLINE.get()) is not None:
        current.check()
