"""Photos under load: the bot beside an echo bot and a usual peer, each a process of its own, in one run.

    python -P tests/benchmarks/load.py [--people 1,10,50,200] [--photos 200] [--rounds 3] [--memory 10000] [--write FILE]

The playground and the people run in this process, on loopback. Each person sends a photo, waits for its answer and
sends the next, until all photos are answered; the three programs take turns, round after round. Then the bot alone:
memory, /help while photos queue, fairness between people, and more at once than the inbox takes.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.playground.files import SentPhoto
from tests.benchmarks.load_crowd import Crowd, Program, Sent, running
from tests.benchmarks.load_programs import PROGRAMS, Used
from tests.benchmarks.markdown import table, write_section
from training.synthesis.pages import render_page

WRITTEN = ("7", "42", "305", "19", "4", "8", "2016", "51")  # on the photos that people send
PHOTO_WIDTH = 1280  # pixels, the most that Telegram keeps
WARM_UP = 24  # photos before anything is measured


@dataclass(frozen=True, slots=True)
class Load:
    """One program under ``people`` at once: seconds of each answer, of all together, and what the program used."""

    name: str
    people: int
    seconds: float
    answers: list[float]
    used: Used

    @property
    def rate(self) -> float:
        """Photos a second."""
        return len(self.answers) / self.seconds

    @property
    def processor_ms(self) -> float:
        """Of all threads of the program, a photo."""
        return 1000 * self.used.processor_s / len(self.answers)


def photo(seed: int, text: str) -> bytes:
    """A generated page as Telegram delivers it."""
    pixels = render_page(seed, (), text=text).pixels
    size = PHOTO_WIDTH, PHOTO_WIDTH * pixels.shape[0] // pixels.shape[1]
    resized = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), size, interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", resized, [cv2.IMWRITE_JPEG_QUALITY, 87])[1])


async def keep_sending(crowd: Crowd, pictures: Sequence[SentPhoto], people: int, photos: int) -> list[Sent]:
    """Let so many people send photos, each the next as soon as the last is answered."""
    sent: list[Sent] = []

    async def person(number: int) -> None:
        while len(sent) < photos:
            sent.append(one := crowd.send(number, pictures[len(sent) % len(pictures)]))
            await crowd.until_answered(one)

    await asyncio.gather(*(person(number) for number in range(people)))
    return sent


async def measure(program: Program, pictures: Sequence[SentPhoto], people: int, photos: int) -> Load:
    """One program under load."""
    await program.used()
    began = time.perf_counter()
    sent = await keep_sending(program.crowd, pictures, people, max(photos, 2 * people))
    seconds = time.perf_counter() - began
    return Load(program.name, people, seconds, [one.seconds for one in sent], await program.used())


async def main_quick(people: Sequence[int], photos: int, rounds: int) -> None:
    contents = [photo(seed, text) for seed, text in enumerate(WRITTEN)]
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        programs = [await stack.enter_async_context(running(name, folder)) for name in PROGRAMS]
        pictures = {program.name: program.crowd.pictures(contents) for program in programs}
        for program in programs:
            await keep_sending(program.crowd, pictures[program.name], 4, WARM_UP)
        for n in people:
            for _ in range(rounds):
                for program in programs:
                    load = await measure(program, pictures[program.name], n, photos)
                    p = np.percentile(load.answers, (50, 95, 99))*1000
                    print(n, load.name, f"{load.rate:.1f}/s p50 {p[0]:.0f} p95 {p[1]:.0f} p99 {p[2]:.0f} cpu {load.processor_ms:.1f} loop {1000*load.used.loop_s/len(load.answers):.1f} lag {load.used.lag_ms:.2f} {load.used.lag99_ms:.1f} {load.used.longest_lag_ms:.0f} rss {load.used.rss_mb:.0f}", program.crowd.tally(), flush=True)

if __name__ == "__main__":
    asyncio.run(main_quick([int(a) for a in sys.argv[1].split(",")], int(sys.argv[2]), int(sys.argv[3])))
