"""Where the processor time of an answered photo goes: the bot as a process of its own, one photo at a time.

    python -P tests/benchmarks/photo_stages.py [--photos 200] [--write docs/performance.md]

The stages are those of the bot's log. Of a reading and a drawing the parts are measured in this process, on the same
photos; and so is the lookup of a chosen language, which each update begins with.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import cv2

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.messages.languages import Languages
from bot.photos.photo_download import READ_SIDE
from bot.pictures.annotated_photo import MIN_DRAWN_PIXELS, annotate_pixels, annotated
from bot.playground.photo_sizes import photo_sizes
from model.image_decoding import PictureFile
from model.profiling import collect_stage_times
from model.reader import Reader
from storage import people
from storage.database import Database
from storage.keyring import Keyring
from tests.benchmarks.load import WARM_UP, contents, measure
from tests.benchmarks.load_crowd import running
from tests.benchmarks.load_programs import STAGES
from tests.benchmarks.load_scenarios import keep_sending
from tests.benchmarks.markdown import measured, table, write_section
from tests.benchmarks.photo_sizes import in_size

LOOKUPS = 300  # of a chosen language
TIMES = 20  # that each photo is read and drawn for the parts
BOT_STAGES = ("wait", "download", "read", "draw", "store", "send")


@dataclass(frozen=True, slots=True)
class PhotoCosts:
    """Milliseconds of processor time a photo: of the bot and of the echo bot in all, and of the bot's ``stages``."""

    bot: float
    echo: float
    stages: Mapping[str, float]


async def photo_costs(photos: int) -> PhotoCosts:
    """Let one person send photos to both."""
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            used = {}
            for name in ("staged", "echo"):
                program = await stack.enter_async_context(running(name, Path(folder)))
                pictures = program.crowd.pictures(contents())
                await keep_sending(program.crowd, pictures, 1, WARM_UP)
                load = await measure(program, pictures, 1, photos)
                used[name] = 1000 * load.used.processor_s / len(load.answers)
        stages = json.loads((Path(folder) / "staged" / STAGES).read_text(encoding="utf-8"))
    return PhotoCosts(used["staged"], used["echo"], means(stages[WARM_UP:]))


def means(photos: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Milliseconds of each stage, means, of photos with the seconds of each."""
    names = dict.fromkeys(name for photo in photos for name in photo)
    return {name: 1000 * statistics.fmean(photo.get(name, 0.0) for photo in photos) for name in names}


def reading_parts(reader: Reader, photos: Iterable[bytes]) -> dict[str, float]:
    """Milliseconds of each stage of recognition, and of all else of a reading."""
    profiles = []
    for content in photos:
        reader.read(content)
        for _ in range(TIMES):
            began = time.thread_time()
            with collect_stage_times(time.thread_time) as times:
                reader.read(content)
            profiles.append({**times.seconds, "other": time.thread_time() - began - times.total})
    return means(profiles)


def drawing_parts(reader: Reader, photos: Iterable[bytes]) -> dict[str, float]:
    """Milliseconds of decoding in colour, of drawing, and of encoding as JPEG."""
    parts = []
    for content in photos:
        reading = reader.read(content)
        for _ in range(TIMES):
            began = time.thread_time()
            pixels = PictureFile(content).reduced(MIN_DRAWN_PIXELS, colour=True).pixels
            decoded = time.thread_time()
            annotated(pixels, reading)
            drawn = time.thread_time()
            annotate_pixels(pixels, reading)
            encoded = time.thread_time() - drawn - (drawn - decoded)
            parts.append({"decode in colour": decoded - began, "annotate": drawn - decoded, "encode": encoded})
    return means(parts)


async def lookup_cost() -> float:
    """Milliseconds of processor time that looking up one person's chosen language takes."""
    with tempfile.TemporaryDirectory() as folder:
        async with Database(f"sqlite+aiosqlite:///{folder}/digitbot.db", Keyring.generate()) as database:
            async with database.write() as session:
                await people.get_or_create(session, 7, "Ann", "en")
            languages = Languages(database)
            for _ in range(20):
                await languages.of_id(7)
            began = time.process_time()
            for _ in range(LOOKUPS):
                await languages.of_id(7)
            return 1000 * (time.process_time() - began) / LOOKUPS


def stage_rows(costs: PhotoCosts, reading: Mapping[str, float], drawing: Mapping[str, float]) -> list[list[str]]:
    """A row for each stage, its parts below it where they are known, and what is in none of them."""
    parts = {"read": reading, "draw": drawing}
    rows = []
    for stage in BOT_STAGES:
        inner = ", ".join(f"{name} {part:.1f}" for name, part in parts.get(stage, {}).items() if part >= 0.05)
        rows.append([stage, f"{costs.stages.get(stage, 0.0):.1f}", inner])
    outside = costs.bot - sum(costs.stages.values())
    rows.append(["outside of these", f"{outside:.1f}", "receive, look up, dispatch, note as answered; the probe"])
    return [*rows, ["all", f"{costs.bot:.1f}", f"the echo bot: {costs.echo:.1f}"]]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=200)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table into its section of it")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    costs = asyncio.run(photo_costs(options.photos))
    lookup = asyncio.run(lookup_cost())
    reader = Reader.base(threads=1)
    photos = [in_size(photo_sizes(content), READ_SIDE) for content in contents()]
    reading, drawing = reading_parts(reader, photos), drawing_parts(reader, photos)
    rows = stage_rows(costs, reading, drawing)
    own = sum(reading.values())
    beside = (
        f"Beside the echo bot's {costs.echo:.1f} ms and the reading's own {own:.1f} ms a photo takes"
        f" {costs.bot - costs.echo - own:.1f} ms. Looking up a chosen language takes {lookup:.2f} ms an update"
        f" (n = {LOOKUPS})."
    )
    line = measured(f"python -P tests/benchmarks/photo_stages.py --photos {options.photos}", reader.model)
    head = ("stage", "processor ms", "of which")
    write_section(f"{table(head, rows)}\n\n{beside}\n\n{line}", "stages", options.write)


if __name__ == "__main__":
    main()
