"""What one reading, one correction and one model version add to the database, and a backup of it.

    python -P tests/benchmarks/disk_growth.py [--readings 2000] [--write docs/operations.md]

The images are noise, which no page of the file can hold in less than they have bytes; numbers have three digits.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from model.model_bundle import ModelBundle
from storage import corrections, model_versions, people, readings
from storage.database import Database
from storage.keyring import Keyring
from storage.model_versions import NewVersion
from storage.readings import NewDigit, NewReading, SourceMessage
from tests.benchmarks.markdown import table, write_section

DIGITS = 3  # of each reading
VERSIONS = 8  # fewer than the registry keeps
GROWTH_COLUMNS = ("what", "bytes in the database", "n")
PROBABILITIES = (0.91, *(0.01,) * 9)


def new_reading(rng: np.random.Generator) -> NewReading:
    """A reading of a number of ``DIGITS`` digits."""
    images = (rng.integers(0, 256, 784, np.uint8).tobytes() for _ in range(DIGITS))
    digits = tuple(NewDigit(0, 0, 0.91, True, PROBABILITIES, (100, 120, 80, 110), image) for image in images)
    return NewReading(digits, model="base-2", sure=True, width=1280, height=960)


async def add_readings(database: Database, count: int) -> list[tuple[int, int]]:
    """Store readings of a hundred people; returns (reading, person) of each."""
    rng, made = np.random.default_rng(1), []
    for number in range(count):
        async with database.write() as session:
            person = await people.get_or_create(session, 700_000_000 + number % 100, "Anna Zweistein", "en")
            await people.give_consent(session, person.id, 1)
            source = SourceMessage(700_000_000 + number % 100, number, "A" * 90)
            stored = await readings.add(session, person.id, source, new_reading(rng))
            await readings.set_answer(session, stored.id, number + 1)
            made.append((stored.id, person.id))
    return made


async def add_corrections(database: Database, made: list[tuple[int, int]]) -> None:
    """Correct one digit of each reading."""
    for reading, person in made:
        async with database.write() as session:
            await corrections.correct(session, reading, person, {0: 7}, update_id=reading)


async def add_versions(database: Database, count: int) -> None:
    """Store fine-tunes of the base model, with bytes of their own."""
    base = ModelBundle.base()
    keras = (files("model") / "base" / "digits.keras").read_bytes()
    for number in range(count):
        new = NewVersion(f"digits-{number}", base.content + bytes([number]), base.card.to_json(), keras)
        async with database.write() as session:
            await model_versions.add(session, new, max_bytes=None)


def size(path: Path) -> int:
    """Bytes of the file once its log is in it and free pages are gone."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("VACUUM")
    connection.close()
    return path.stat().st_size


async def growth(path: Path, count: int) -> list[list[str]]:
    """A row for each kind: what one of it adds."""
    keyring, url, sizes = Keyring.generate(), f"sqlite+aiosqlite:///{path}", []

    async def after(work: str, made: list[tuple[int, int]]) -> list[tuple[int, int]]:
        async with Database(url, keyring) as database:
            if work == "readings":
                made = await add_readings(database, count)
            elif work == "corrections":
                await add_corrections(database, made)
            elif work == "versions":
                await add_versions(database, VERSIONS)
        sizes.append(size(path))
        return made

    made: list[tuple[int, int]] = []
    for work in ("nothing", "readings", "corrections", "versions"):
        made = await after(work, made)
    steps = [second - first for first, second in pairwise(sizes)]
    return [
        ["an empty database", f"{sizes[0]:,}", "1"],
        [f"a reading of {DIGITS} digits", f"{steps[0] / count:,.0f}", f"{count:,}"],
        ["a correction of a digit", f"{steps[1] / count:,.0f}", f"{count:,}"],
        ["a model version", f"{steps[2] / VERSIONS:,.0f}", f"{VERSIONS}"],
    ]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readings", type=int, default=2000)
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table into its section of it")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        rows = asyncio.run(growth(Path(folder) / "digitbot.db", arguments.readings))
    command = f"`python -P tests/benchmarks/disk_growth.py --readings {arguments.readings}`"
    write_section(f"{table(GROWTH_COLUMNS, rows)}\n\nMeasured: {command}", "disk growth", arguments.write)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
