"""The time that processes on different machines agree on."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import utc_now


async def database_now(session: AsyncSession) -> datetime:
    """This moment by the server's clock; all processes of an SQLite file run on its machine, whose clock it is."""
    if session.get_bind().dialect.name != "postgresql":
        return utc_now()
    # Not now(): that is when the transaction began, which may have waited for the write lock since.
    moment: datetime = (await session.execute(select(func.clock_timestamp()))).scalar_one()
    return moment


class ClockWatch:
    """Notices where the clock was set, or went on while this machine slept, by the monotonic clock, which did not."""

    LARGEST_DRIFT: Final = timedelta(seconds=10)  # between two looks

    def __init__(self) -> None:
        self._ahead: float | None = None

    def has_jumped(self, now: datetime) -> bool:
        """Whether the clock, which says ``now``, has jumped since the last look; the first time it has not."""
        before, self._ahead = self._ahead, now.timestamp() - time.monotonic()
        return before is not None and abs(self._ahead - before) > self.LARGEST_DRIFT.total_seconds()
