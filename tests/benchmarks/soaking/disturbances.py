"""What is done to the bot while people write: faults of Telegram, kills, stops, and trouble of the database server."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.playground import Playground
from bot.playground.client import People
from tests.benchmarks.soaking.databases import DatabaseUnderTest
from tests.benchmarks.soaking.doubled import Kill
from tests.benchmarks.soaking.options import Options
from tests.benchmarks.soaking.processes import BotProcess

# Faults that pass, each a few times at a time: what Telegram and networks do.
FAULTS: tuple[dict[str, object], ...] = (
    {"method": "sendPhoto", "status": 429, "retry_after": 1},
    {"method": "sendPhoto", "drop": "before"},
    {"method": "sendPhoto", "delay": 0.5},
    {"method": "sendMessage", "status": 429, "retry_after": 1},
    {"method": "getFile", "status": 500},
    {"method": "getFile", "delay": 0.3},
    {"method": "file", "drop": "after"},
    {"method": "file", "delay": 0.5},
    {"method": "answerCallbackQuery", "status": 500},
    {"method": "editMessageCaption", "delay": 1.0},
    {"method": "editMessageMedia", "status": 502, "html": True},
)
FETCHING_FAULTS: tuple[dict[str, object], ...] = (
    {"method": "getUpdates", "status": 502, "html": True},
    {"method": "getUpdates", "status": 401},
    {"method": "getUpdates", "status": 409},
    {"method": "getUpdates", "duplicate": True},
)
DELIVERY_FAULTS: tuple[dict[str, object], ...] = (
    {"method": "webhook", "status": 502},
    {"method": "webhook", "drop": "before"},
    {"method": "webhook", "drop": "after"},
    {"method": "webhook", "delay": 0.5},
    {"method": "webhook", "duplicate": True},
)
UPDATES_A_FAULT = 25
RESTART_S = 1.0  # from a process's end to its start; calls of it that were delayed are carried out before
SERVER_RESTARTS = 2  # of PostgreSQL
SESSIONS_ENDED = 6

Disturbance = Callable[[], Coroutine[Any, Any, None]]


@dataclass(eq=False)
class Disturber:
    """Does each thing when a certain number of updates has been sent, chosen at random beforehand.

    What concerns processes or the server happens one after another: one process is down at a time.
    """

    playground: Playground
    people: People
    bots: Sequence[BotProcess]
    database: DatabaseUnderTest
    options: Options
    random: random.Random
    done: Counter[str] = field(default_factory=Counter)
    kills: list[Kill] = field(default_factory=list)
    _schedule: list[tuple[float, Disturbance]] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _alone: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        counts: dict[Disturbance, int] = {
            self._fault: self.options.updates // UPDATES_A_FAULT,
            self._kill: self.options.kills,
            self._roll: max(1, self.options.kills // 5),
        }
        if self.database.has_server:
            share = min(1.0, self.options.updates / 5000)
            counts[self._restart_server] = max(1, round(SERVER_RESTARTS * share))
            counts[self._end_session] = max(1, round(SESSIONS_ENDED * share))
        planned = [(self.random.uniform(0, 0.97), do) for do, count in counts.items() for _ in range(count)]
        self._schedule = sorted(planned, key=lambda each: -each[0])

    def progress(self, share: float) -> None:
        """Begin what is due after this share of the updates."""
        while self._schedule and self._schedule[-1][0] <= share:
            _, disturb = self._schedule.pop()
            self._tasks.add(asyncio.create_task(disturb()))

    async def finish(self) -> None:
        """Wait for what has begun, and order no more faults. Raises what went wrong."""
        await asyncio.gather(*self._tasks)
        await self.people.client.delete("/playground/faults")

    async def _fault(self) -> None:
        ways = DELIVERY_FAULTS if self.options.webhook else FETCHING_FAULTS
        fault = self.random.choice(FAULTS + ways)
        waiting = (await self.people.client.get("/playground/faults")).json()
        if any(each["method"] == fault["method"] for each in waiting):
            return  # one after another at each failure: the bot's pauses would grow to minutes
        times = 1 if fault["method"] == "getUpdates" else self.random.randint(1, 3)
        await self.people.fault(**{"times": times, **fault})  # type: ignore[arg-type]
        self.done["faults"] += 1

    async def _kill(self) -> None:
        bot = self.random.choice(self.bots)
        async with self._alone:
            await asyncio.sleep(self.random.uniform(0, 0.5))
            before = self.playground.state.last_number
            await bot.end(signal.SIGKILL)
            await asyncio.sleep(RESTART_S)
            self.kills.append(Kill(before, self.playground.state.last_number))
            self.done["kills"] += 1
            await bot.start()
            await bot.is_ready()

    async def _roll(self) -> None:
        """As an upgrade does: each process is stopped and started, the next one when it is back."""
        for bot in self.bots:
            async with self._alone:
                await bot.end(signal.SIGTERM)
                self.done["stops"] += 1
                await bot.start()
                await bot.is_ready()

    async def _restart_server(self) -> None:
        async with self._alone:
            await self.database.restart()
            self.done["server_restarts"] += 1

    async def _end_session(self) -> None:
        async with self._alone:
            self.done["sessions_ended"] += await self.database.end_session()
