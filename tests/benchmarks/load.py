"""Photos under load: the bot beside an echo bot and a usual peer, each a process of its own, in one run.

    python -P tests/benchmarks/load.py [--people 1,10,50,200] [--photos 150] [--rounds 3] [--write docs/performance.md]
    python -P tests/benchmarks/load.py --memory 10000 [--write docs/performance.md]

The playground and the people run in this process, on loopback, and make no sizes of the answers' pictures: that is
Telegram's work. Each person sends a photo, waits for its answer and sends the next. The three programs take turns,
round after round, so that a busy machine slows them alike. Then the bot alone: /help while photos queue, fairness, and
more photos at once than the inbox takes. With ``--memory`` nothing but the memory of the bot over so many photos of ten
people. Exit status 1 where a photo has no answer, or two.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.playground.files import SentPhoto
from bot.playground.photo_sizes import photo_sizes
from tests.benchmarks.load_crowd import Program, running
from tests.benchmarks.load_programs import Used
from tests.benchmarks.load_scenarios import (
    HELP_TIMES,
    OVERLOAD,
    UNDER_WAY,
    HelpTimes,
    Overload,
    help_times,
    keep_sending,
    memory,
    overload,
    passed,
)
from tests.benchmarks.markdown import table, write_section
from training.synthesis.pages import render_page

WRITTEN = ("7", "42", "305", "19", "4", "8", "2016", "51")  # on the photos that people send
WARM_UP = 24  # photos of each program before anything is measured
NAMES = {"bot": "digitbot", "echo": "echo bot", "peer": "Keras in the loop"}
HEAD = (
    *("people", "program", "photos a second", "of the echo bot's", "p50 / p95 / p99 ms", "processor ms a photo"),
    *("loop ms a photo", "loop lag p50 / p99 ms", "MB"),
)


@dataclass(frozen=True, slots=True)
class Load:
    """One program under ``people`` at once for ``seconds``: seconds until each answer, and what the program used."""

    name: str
    people: int
    seconds: float
    answers: tuple[float, ...]
    used: Used

    @property
    def rate(self) -> float:
        """Photos a second."""
        return len(self.answers) / self.seconds


def photo(seed: int, text: str) -> bytes:
    """A generated page as Telegram delivers it, its longest side 1280 pixels."""
    pixels = render_page(seed, (), text=text).pixels
    enlarged = cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    made = bytes(cv2.imencode(".jpg", cv2.cvtColor(enlarged, cv2.COLOR_RGB2BGR))[1])
    return photo_sizes(made)[-1].content


async def measure(program: Program, pictures: Sequence[SentPhoto], people: int, photos: int) -> Load:
    """One program under load, by ``photos`` photos, or one of each person where these are more."""
    await program.used()
    began = time.perf_counter()
    sent = await keep_sending(program.crowd, pictures, people, max(photos, people))
    seconds = time.perf_counter() - began
    return Load(program.name, people, seconds, tuple(one.seconds for one in sent), await program.used())


def row(loads: Sequence[Load], echo_rates: Sequence[float]) -> list[str]:
    """The row of one program and number of people: medians of its rounds; of the rates, the range too."""
    rates = [load.rate for load in loads]
    shares = [rate / echo for rate, echo in zip(rates, echo_rates, strict=True)]
    answers = [1000 * seconds for load in loads for seconds in load.answers]

    def median(value: Callable[[Load], float]) -> float:
        return statistics.median(value(load) for load in loads)

    return [
        str(loads[0].people),
        NAMES[loads[0].name],
        f"{statistics.median(rates):.1f} ({min(rates):.1f} to {max(rates):.1f})",
        f"{100 * statistics.median(shares):.0f} %",
        " / ".join(f"{np.percentile(answers, part):.0f}" for part in (50, 95, 99)),
        f"{median(lambda load: 1000 * load.used.processor_s / len(load.answers)):.1f}",
        f"{median(lambda load: 1000 * load.used.loop_s / len(load.answers)):.1f}",
        f"{median(lambda load: load.used.lag_ms):.1f} / {median(lambda load: load.used.lag99_ms):.1f}",
        f"{median(lambda load: load.used.rss_mb):.0f}",
    ]


def rows(loads: Sequence[Load]) -> list[list[str]]:
    """A row for each number of people and program."""
    made = []
    for people in dict.fromkeys(load.people for load in loads):
        rounds = {name: [each for each in loads if (each.name, each.people) == (name, people)] for name in NAMES}
        echo = [load.rate for load in rounds["echo"]]
        made += [row(rounds[name], echo) for name in NAMES]
    return made


def told_alone(helped: HelpTimes, counts: Sequence[int], over: Overload) -> str:
    """What was measured of the bot alone, as a list."""
    idle, queued = 1000 * helped.idle, 1000 * helped.queued
    waited = f"{idle:.0f} ms idle, {queued:.0f} ms while photos queue: {queued / idle:.1f} times as long"
    passed_by = f"{max(counts)} of them at most are answered ({', '.join(map(str, counts))})"
    grown = f"{over.mb_before:.0f} MB before, {over.mb_most:.0f} MB at most"
    return f"""\
- `/help`: {waited} (medians of {HELP_TIMES}).
- One person's hundred photos wait, {UNDER_WAY} of them under way; between the arrival of another's single photo and its
  answer {passed_by}.
- {over.photos:,} photos at once from {over.people} people: at most {over.most_fetched:,} of them were fetched and
  unanswered, the others waited with Telegram; {grown}; an answer left its place in its chat by
  {over.most_displaced} at most."""


async def run(options: argparse.Namespace) -> bool:
    """Write what was measured, each section as soon as it is; whether each photo has one answer."""

    def write(section: str, text: str) -> None:
        write_section(f"{text}\n\n{measured(options)}", section, options.write)

    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        names = ["bot"] if options.memory else NAMES
        programs = [await stack.enter_async_context(running(name, folder)) for name in names]
        crowds = [program.crowd.pictures(contents()) for program in programs]
        for program, pictures in zip(programs, crowds, strict=True):
            await keep_sending(program.crowd, pictures, 4, WARM_UP)
        bot, crowd = programs[0], programs[0].crowd
        if options.memory:
            grown = table(("photos", "MB"), await memory(bot, crowds[0], options.memory))
            write("memory", f"{grown}\n\n{answers_told(crowd.tally())}")
        else:
            loads = [
                await measure(program, pictures, people, options.photos)
                for people in options.people
                for _ in range(options.rounds)
                for program, pictures in zip(programs, crowds, strict=True)
            ]
            write("load", table(HEAD, rows(loads)))
            write("alone", f"{await alone(bot, crowds[0], options.overload)}\n\n{answers_told(crowd.tally())}")
        return set(crowd.tally()) == {1}


def contents() -> list[bytes]:
    """The photos that people send."""
    return [photo(seed, text) for seed, text in enumerate(WRITTEN)]


async def alone(bot: Program, pictures: Sequence[SentPhoto], photos: int) -> str:
    """What is asked of the bot alone, as a list."""
    helped, counts = await help_times(bot, pictures), await passed(bot, pictures)
    return told_alone(helped, counts, await overload(bot, pictures, photos))


def answers_told(tally: Mapping[int, int]) -> str:
    """Of how many photos the bot answered each once; ``tally``: how many photos have how many answers."""
    doubled = sum(photos for answers, photos in tally.items() if answers > 1)
    return f"Of {sum(tally.values()):,} photos {tally.get(0, 0)} had no answer and {doubled} had more than one."


def measured(options: argparse.Namespace) -> str:
    """The line under the tables."""
    people = ",".join(map(str, options.people))
    given = f"--people {people} --photos {options.photos} --rounds {options.rounds} --overload {options.overload}"
    command = f"python -P tests/benchmarks/load.py {f'--memory {options.memory}' if options.memory else given}"
    day, cores = datetime.now(UTC).date().isoformat(), len(os.sched_getaffinity(0))
    return f"Measured on {day} on {cores} cores that other work shared: `{command}`"


def numbers(text: str) -> list[int]:
    """``"1,10"`` as [1, 10]."""
    return [int(number) for number in text.split(",")]


def main() -> int:
    """Parse, measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=numbers, default=[1, 10, 50, 200], help="who send photos at once: 1,10,50,200")
    parser.add_argument("--photos", type=int, default=150, help="photos of one round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", type=int, default=0, help="photos over which the memory is watched")
    parser.add_argument("--overload", type=int, default=OVERLOAD, help="photos that are sent at once")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the tables into their section of it")
    options = parser.parse_args()
    return 0 if asyncio.run(run(options)) else 1


if __name__ == "__main__":
    sys.exit(main())
