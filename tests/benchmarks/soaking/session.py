"""One soak from its beginning to its counts."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.lifecycle import stopped_by_signals
from bot.playground import Playground
from bot.playground.client import People
from bot.settings import Settings
from storage import inbox
from storage.database import Database
from tests.benchmarks.soaking.crowd import Crowd
from tests.benchmarks.soaking.databases import DatabaseUnderTest, database_of, leftover_files
from tests.benchmarks.soaking.disturbances import Disturber
from tests.benchmarks.soaking.doubled import doubled_albums, doubled_answers
from tests.benchmarks.soaking.forwarder import Forwarder
from tests.benchmarks.soaking.options import Broken, Disturbances, Options, Result, Sent, Tolerated
from tests.benchmarks.soaking.processes import BotProcess, free_port
from tests.benchmarks.soaking.stored import check_failed, count_stored

SETTLE_S = 600.0  # for everything to be answered after the last disturbance


@dataclass(frozen=True)
class _Soak:
    """What a soak works with."""

    options: Options
    playground: Playground
    people: People
    crowd: Crowd
    database: DatabaseUnderTest
    bots: Sequence[BotProcess]
    forwarder: Forwarder
    settings: Settings

    @property
    def updates(self) -> Mapping[str, int]:
        """The playground's books: updates made, delivered, acknowledged, repeated."""
        return self.playground.state.delivery_log.updates


async def soak(options: Options) -> Result:
    """Run it and count; everything stays on this machine. Raises ``LookupError`` where there is no PostgreSQL."""
    began = time.monotonic()
    async with _prepared(options) as work:
        disturber = Disturber(
            work.playground, work.people, work.bots, work.database, options, random.Random(options.seed + 1)
        )
        for bot in work.bots:
            await bot.start()
            await bot.is_ready()
        with stopped_by_signals() as stop:
            await _send(work, disturber, stop)
        await _settle(work)
        for chat in work.crowd.chats:  # some more in peace: on a busy machine few answers came in time for others
            await chat.correct(work.crowd.random)
        await _settle(work)
        await asyncio.gather(*(bot.end(signal.SIGTERM) for bot in work.bots))
        return await _count(work, disturber, time.monotonic() - began)


@asynccontextmanager
async def _prepared(options: Options) -> AsyncIterator[_Soak]:
    with TemporaryDirectory(prefix="digitbot-soak-") as folder:
        state = Path(options.logs or folder, "state")
        state.mkdir(parents=True)
        ports = [free_port() for _ in range(options.replicas)]
        async with (
            database_of(options.system) as database,
            Playground() as playground,
            People.at(playground.address) as people,
            Forwarder(ports, random.Random(options.seed + 2)) as forwarder,
        ):
            address = forwarder.address if options.webhook else ""
            variables = _variables(playground, state, database, address)
            given = ports if options.webhook else [None]
            bots = [BotProcess(f"bot-{number}", variables, state.parent, port) for number, port in enumerate(given)]
            crowd = await Crowd.of(people, options.people, options.seed)
            settings = Settings.load(state=state, database_url=database.url)
            try:
                yield _Soak(options, playground, people, crowd, database, bots, forwarder, settings)
            finally:
                for bot in bots:
                    bot.close()


def _variables(playground: Playground, state: Path, database: DatabaseUnderTest, webhook: str) -> dict[str, str]:
    return {
        "DIGITBOT_API_URL": playground.address,
        "DIGITBOT_TOKEN": playground.token,
        "DIGITBOT_STATE": str(state),
        "DIGITBOT_DATABASE_URL": database.url,
        "DIGITBOT_WEBHOOK_URL": webhook,
        "DIGITBOT_LOG_LEVEL": "WARNING",
    }


async def _send(work: _Soak, disturber: Disturber, stop: asyncio.Event) -> None:
    """People write as fast as they are answered, while the disturber does its part; Ctrl-C ends that early."""
    wanted = work.options.updates
    while (made := work.updates["made"]) < wanted and not stop.is_set():
        disturber.progress(made / wanted)
        await work.crowd.act()
    await disturber.finish()


async def _settle(work: _Soak) -> None:
    """Wait until every photo has an answer and the inbox is empty, or nothing more is to be expected."""
    until = time.monotonic() + SETTLE_S
    async with Database(work.settings.database, work.settings.keyring()) as database:
        while time.monotonic() < until:
            await work.crowd.refresh()
            async with database.read() as session:
                waiting = await inbox.waiting(session)
            are_taken = work.updates["made"] == work.updates["acknowledged"]
            if not work.crowd.unanswered() and not waiting and are_taken:
                break
            await asyncio.sleep(0.3)
    await work.crowd.refresh()


async def _count(work: _Soak, disturber: Disturber, seconds: float) -> Result:
    """After the processes have ended."""
    crowd, bots, books = work.crowd, work.bots, work.updates
    files = leftover_files(work.settings.state, [bot.temporary for bot in bots])
    locks = await work.database.left_behind()
    stored = await count_stored(work.settings, crowd, books["made"])
    doubled = doubled_answers(crowd.chats, disturber.kills)
    albums = doubled_albums(crowd.chats, disturber.kills)
    tolerated = Tolerated(doubled.excused, doubled.most_at_once, albums.excused)
    broken = Broken(
        without_answer=crowd.unanswered(),
        doubled_without_kill=doubled.others,
        readings=stored.readings,
        corrections=stored.corrections,
        people=stored.people,
        orphans=stored.orphans,
        albums=albums.others,
        waiting=stored.waiting,
        undelivered=books["made"] - min(books["delivered"], books["acknowledged"]),
        unprocessed=stored.unprocessed,
        files=len(files),
        locks=locks,
        check_failed=int(await check_failed(work.settings)),
        unexpected_ends=sum(bot.unexpected_ends for bot in bots),
    )
    return Result(_sent(crowd, books), _disturbances(work, disturber), broken, tolerated, round(seconds, 1))


def _sent(crowd: Crowd, books: Mapping[str, int]) -> Sent:
    return Sent(
        updates=books["made"],
        photos=sum(len(chat.photos) for chat in crowd.chats),
        albums=sum(len(chat.albums) for chat in crowd.chats),
        corrections=sum(len(chat.corrected) for chat in crowd.chats),
        undone=sum(len(chat.corrected) - len(chat.labels) for chat in crowd.chats),
        people=len(crowd.chats),
    )


def _disturbances(work: _Soak, disturber: Disturber) -> Disturbances:
    names = ("faults", "kills", "stops", "server_restarts", "sessions_ended")
    return Disturbances(**{name: disturber.done[name] for name in names}, twice=work.forwarder.twice)
