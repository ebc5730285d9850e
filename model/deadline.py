"""A limit on the processor time of one reading, checked in the loops of recognition."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from model.image_files.photo_error import PhotoError, PhotoProblem

# By the clock, and of a thread's processor time: of this thread and task alone, so that one photo's deadline is never
# another's.
_DEADLINE: ContextVar[tuple[float, float] | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let ``check_deadline`` raise ``PhotoError`` within the block once it has taken so many seconds of this thread's
    processor time; the time that others take does not count."""
    token = _DEADLINE.set((time.monotonic() + seconds, time.thread_time() + seconds))
    try:
        yield
    finally:
        _DEADLINE.reset(token)


def check_deadline() -> None:
    """Raise ``PhotoError`` (too costly) where the time of the reading under way has passed; outside ``deadline``
    nothing happens."""
    if (end := _DEADLINE.get()) is None:
        return
    # No thread uses more of the processor than passes by the clock, which is read much faster.
    if time.monotonic() > end[0] and time.thread_time() > end[1]:
        raise PhotoError(PhotoProblem.TOO_COSTLY)
