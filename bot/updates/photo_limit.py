"""How many photos a person may have read in a minute, where the owner sets a limit: the others wait, in order."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

MINUTE_S: Final = 60.0
LONGEST_HOLD_S: Final = 600.0  # more of one person's photos are refused: what waits keeps its place in the inbox
MAX_LIMITED: Final = 10_000  # people, and photos, that are remembered


class PhotoLimit:
    """Gives each photo its time: at most ``per_minute`` of one person's begin in any minute; None: no limit.

    Asked again about the same update it gives what is left of the same time.
    """

    def __init__(self, per_minute: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._times: dict[int, deque[float]] = {}  # of each person's last photos, also those to come
        self._by_update: dict[int, float] = {}
        self._told: dict[int, float] = {}

    def wait(self, person: int, update_id: int) -> float:
        """Seconds until this photo may be read, 0 for now; infinite where too many wait already."""
        if self.per_minute is None:
            return 0.0
        now = self._clock()
        begins = self._by_update.get(update_id)
        if begins is None:
            begins = self._next(person, self.per_minute, now)
            if begins - now > LONGEST_HOLD_S:
                return float("inf")
            self._times[person].append(begins)
            self._by_update[update_id] = begins
        return max(begins - now, 0.0)

    def is_told(self, person: int) -> bool:
        """Whether this person was told of the limit within the last minute; from now on they were."""
        now = self._clock()
        told = now - self._told.get(person, -MINUTE_S) < MINUTE_S
        if not told:
            self._told[person] = now
        return told

    def _next(self, person: int, per_minute: int, now: float) -> float:
        self._drop_old(now)
        times = self._times.setdefault(person, deque(maxlen=per_minute))
        return max(now, times[0] + MINUTE_S) if len(times) == per_minute else now

    def _drop_old(self, now: float) -> None:
        """What lies more than a minute back limits nothing."""
        if max(len(self._times), len(self._by_update), len(self._told)) > MAX_LIMITED:
            self._times = {each: times for each, times in self._times.items() if times and times[-1] > now - MINUTE_S}
            self._by_update = {each: begins for each, begins in self._by_update.items() if begins > now - MINUTE_S}
            self._told = {each: told for each, told in self._told.items() if told > now - MINUTE_S}
