"""Carrying to its end what was begun: an answer while the bot is stopped, its note while the database is away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from bot.periodic_tasks import cancel_all
from bot.updates.telegram_errors import GrowingPause
from storage.errors import StorageError

log = logging.getLogger(__name__)

T = TypeVar("T")

LAST_SEND_S = 10.0  # systemd waits for 30 (TimeoutStopSec), of which 5 have passed
RETRY_FIRST_S, RETRY_LONGEST_S = 2.0, 300.0


async def uninterrupted(work: Coroutine[Any, Any, T]) -> T:
    """Do what a stop of the bot must not cut off half way: it is given ``LAST_SEND_S`` more when this is cancelled.

    Its task has the name of the present one, as the log names updates by their tasks (``monitoring.logs``).
    """
    present = asyncio.current_task()
    task = asyncio.create_task(work, name=present.get_name() if present else None)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=LAST_SEND_S)
        await cancel_all([task])
        raise


async def until_done(
    what: str,
    work: Callable[[], Awaitable[T]],
    *,
    passing: type[StorageError] = StorageError,
    most: int | None = None,
) -> T:
    """``work``, one transaction that may happen twice, again and again with growing pauses while it meets errors that
    are ``passing``, as a full disk, a lock or an outage is. The log says that ``what`` has to wait.

    ``most``: so many attempts; raises what the last one met.
    """
    pause, attempts = GrowingPause(RETRY_FIRST_S, RETRY_LONGEST_S), 0
    while True:
        attempts += 1
        try:
            return await work()
        except passing as error:
            if attempts == most:
                raise
            seconds = pause.next()
            log.warning("%s has to wait for the database (%s), trying again in %.0f s", what, error, seconds)
            await asyncio.sleep(seconds)
