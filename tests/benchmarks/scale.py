"""Photos a second with several processes on one PostgreSQL, and what happens when one of them is killed under load.

    python -P tests/benchmarks/scale.py [--processes 1,2,4] [--people 40] [--photos 300] [--rounds 2]
                                        [--write docs/scale.md]

Everything runs on this machine: the playground, the people and the forwarder in this process, PostgreSQL with fsync,
and the bot's webhook processes. Each person sends a photo, waits for its answer and sends the next. Exit status 1 where
a photo has no answer, or more of them two than processes were killed.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.playground import Playground
from model.model_bundle import ModelBundle
from storage.keyring import Keyring
from tests.benchmarks.load import WRITTEN, photo
from tests.benchmarks.load_crowd import Crowd, Sent
from tests.benchmarks.load_scenarios import keep_sending
from tests.benchmarks.markdown import measured, table, write_section
from tests.benchmarks.soaking.forwarder import Forwarder
from tests.benchmarks.soaking.processes import BotProcess, free_port
from tests.postgresql_server import PostgresqlServer

WARM_UP = 20  # photos a process before anything is measured
KILL_AFTER = 0.3  # of the photos
HEAD = (
    *("processes", "photos a second", "p50 / p95 / longest s", "transactions a photo", "processor ms a photo: bot"),
    *("PostgreSQL", "this process"),
)
USED = ("bot_s", "server_s", "own_s")
_TRANSACTIONS = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"


@dataclass(frozen=True, slots=True)
class Run:
    """One number of processes under load: seconds of all together and of each answer, and what it took.

    ``bot_s``, ``server_s``, ``own_s``: seconds of processor time of the bot's processes, of PostgreSQL and of the
    process that plays Telegram, the people and the proxy.
    """

    processes: int
    seconds: float
    answers: tuple[float, ...]
    transactions: int
    bot_s: float
    server_s: float
    own_s: float
    unanswered: int
    doubled: int

    @property
    def rate(self) -> float:
        """Photos a second."""
        return len(self.answers) / self.seconds


class Installation:
    """A database, the bot's processes on it, and people who write to them."""

    def __init__(self, crowd: Crowd, url: str, server: PostgresqlServer, processes: Sequence[BotProcess]) -> None:
        self.crowd, self.url, self.server, self.processes = crowd, url, server, processes

    async def transactions(self) -> int:
        """How many the database has seen; the server counts them with some delay."""
        await asyncio.sleep(1.5)
        connection = await asyncpg.connect(self.url.replace("+asyncpg", ""))
        try:
            return int(await connection.fetchval(_TRANSACTIONS))
        finally:
            await connection.close()

    def processor_s(self) -> tuple[float, float, float]:
        """Of the bot's processes that live, of PostgreSQL's, and of this one."""
        bots = sum(_processor_s(process.pid) for process in self.processes if process.pid)
        return bots, sum(_processor_s(pid) for pid in _family(self.server.pid)), time.process_time()


@asynccontextmanager
async def installed(count: int) -> AsyncIterator[Installation]:
    """So many processes, ready for deliveries. Raises ``LookupError`` where there is no PostgreSQL."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(PostgresqlServer(durable=True))
        url = await stack.enter_async_context(server.database())
        playground = await stack.enter_async_context(Playground())
        ports = [free_port() for _ in range(count)]
        forwarder = await stack.enter_async_context(Forwarder(ports, random.Random(1), twice=0.0))
        shared = {
            "DIGITBOT_TOKEN": playground.token,
            "DIGITBOT_API_URL": playground.address,
            "DIGITBOT_DATABASE_URL": url,
            "DIGITBOT_KEY": Keyring.generate().to_text(),
            "DIGITBOT_WEBHOOK_URL": forwarder.address,
            "DIGITBOT_READING_THREADS": "1" if count > 1 else "2",
        }
        processes = []
        for number, port in enumerate(ports):
            state = {"DIGITBOT_STATE": str(folder / f"state-{number}")}
            processes.append(process := BotProcess(f"bot-{number}", {**shared, **state}, folder, port))
            stack.callback(process.close)
            await process.start()
            await process.is_ready()
        yield Installation(Crowd(playground), url, server, processes)


async def measure(count: int, people: int, photos: int, *, kill: bool = False) -> Run:
    """One run; with ``kill`` one of the processes is killed under way, and is not started again."""
    async with installed(count) as installation:
        crowd = installation.crowd
        pictures = crowd.pictures([photo(seed, text) for seed, text in enumerate(WRITTEN)])
        await keep_sending(crowd, pictures, people, WARM_UP * count)
        transactions, before = await installation.transactions(), installation.processor_s()
        killing = asyncio.create_task(_kill_one(installation, photos)) if kill else None
        began = time.perf_counter()
        sent = await keep_sending(crowd, pictures, people, photos)
        seconds = time.perf_counter() - began
        if killing:
            await killing
        after = installation.processor_s()
        used = (after[0] - before[0], after[1] - before[1], after[2] - before[2])
        made = await installation.transactions() - transactions
        return _run(count, seconds, sent, crowd, made, used)


def _run(
    count: int, seconds: float, sent: Sequence[Sent], crowd: Crowd, transactions: int, used: tuple[float, float, float]
) -> Run:
    tally = crowd.tally()
    doubled = sum(number for answers, number in tally.items() if answers > 1)
    answers = tuple(each.seconds for each in sent)
    return Run(count, seconds, answers, transactions, *used, tally[0], doubled)


async def _kill_one(installation: Installation, photos: int) -> None:
    start = len(installation.crowd.answered)
    while len(installation.crowd.answered) < start + KILL_AFTER * photos:
        await asyncio.sleep(0.02)
    await installation.processes[0].end(signal.SIGKILL)


def _processor_s(pid: int) -> float:
    """User and system time (proc(5), /proc/pid/stat), with that of children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *map(int, children)]


def row(runs: Sequence[Run], label: str, *, killed: bool = False) -> list[str]:
    """Medians of the rounds; of the rate, the range too."""
    rates = [run.rate for run in runs]
    answers = [seconds for run in runs for seconds in run.answers]
    return [
        label,
        f"{statistics.median(rates):.1f} ({min(rates):.1f} to {max(rates):.1f})",
        " / ".join(f"{value:.2f}" for value in (*np.percentile(answers, (50, 95)), max(answers))),
        f"{sum(run.transactions for run in runs) / len(answers):.1f}",
        # A process that was killed tells nothing of its time.
        *("-" if killed and name == "bot_s" else f"{_milliseconds(runs, name):.1f}" for name in USED),
    ]


def _milliseconds(runs: Sequence[Run], name: str) -> float:
    """Processor time a photo."""
    return 1000 * math.fsum(getattr(run, name) for run in runs) / sum(len(run.answers) for run in runs)


def report(plain: dict[int, list[Run]], killed: Run, command: str) -> str:
    """The section of docs/scale.md."""
    rows = [row(runs, str(count)) for count, runs in plain.items()]
    rows.append(row([killed], f"{killed.processes}, one killed", killed=True))
    every = [run for runs in plain.values() for run in runs]
    photos, unanswered = sum(len(run.answers) for run in every), sum(run.unanswered for run in every)
    counts = (
        f"{photos:,} photos, {unanswered} without an answer, {sum(run.doubled for run in every)} with two. With one of "
        f"{killed.processes} processes killed under way: {len(killed.answers):,} photos, {killed.unanswered} without "
        f"an answer, {killed.doubled} with two; the longest waited {max(killed.answers):.1f} s. {os.cpu_count()} "
        "cores, which the bot's processes, PostgreSQL and the process that plays Telegram share."
    )
    return "\n\n".join([table(HEAD, rows), counts, measured(command, ModelBundle.base())])


async def main(options: argparse.Namespace) -> int:
    counts = [int(count) for count in options.processes.split(",")]
    plain: dict[int, list[Run]] = {count: [] for count in counts}
    for _ in range(options.rounds):
        for count in counts:
            plain[count].append(run := await measure(count, options.people, options.photos))
            print(f"{count} processes: {run.rate:.1f} photos a second", file=sys.stderr, flush=True)
    killed = await measure(max(*counts, 2), options.people, options.photos, kill=True)
    command = f"python -P tests/benchmarks/scale.py {' '.join(sys.argv[1:])}".split(" --write")[0].strip()
    write_section(report(plain, killed, command), "several processes", options.write)
    every = [run for runs in plain.values() for run in runs]
    whole = not any(run.unanswered or run.doubled for run in every)
    return 0 if whole and not killed.unanswered and killed.doubled <= 1 else 1


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--processes", default="1,2,4", metavar="N,N,...")
    made.add_argument("--people", type=int, default=40)
    made.add_argument("--photos", type=int, default=300, help="of each run")
    made.add_argument("--rounds", type=int, default=2)
    made.add_argument("--write", type=Path, metavar="FILE", help="write the table into its section of it")
    return made


if __name__ == "__main__":
    sys.exit(asyncio.run(main(parser().parse_args())))
