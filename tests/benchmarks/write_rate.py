"""How many short writes a second one PostgreSQL takes, where they are about everything and where each is about a chat.

    python -P tests/benchmarks/write_rate.py [--writers 1,4,16] [--writes 400] [--write docs/scale.md]

The server waits for the disk at each commit, as one in service does. A write is what notes an answered update; a photo
takes six such. Each writer has a connection of its own and writes one after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from model.model_bundle import ModelBundle
from storage import inbox
from storage.database import Database
from storage.keyring import Keyring
from tests.benchmarks.markdown import measured, table, write_section
from tests.postgresql_server import PostgresqlServer

HEAD = ("writers at once", "about everything: writes a second", "each about its chat", "ratio")


async def rate(databases: list[Database], writes: int, *, by_chat: bool) -> float:
    """Writes a second of one writer for each database."""

    async def writer(number: int, database: Database) -> None:
        for step in range(writes // len(databases)):
            update = number * 1_000_000 + step
            async with database.write(about={number} if by_chat else ()) as session:
                await inbox.complete(session, update)

    began = time.perf_counter()
    await asyncio.gather(*(writer(number, database) for number, database in enumerate(databases)))
    return writes / (time.perf_counter() - began)


async def measure(writers: int, writes: int) -> tuple[float, float]:
    """About everything, and by chat; each in a new database."""
    rates = []
    with PostgresqlServer(durable=True) as server:
        for by_chat in (False, True):
            async with AsyncExitStack() as stack:
                url, keyring = await stack.enter_async_context(server.database()), Keyring.generate()
                opened = [await stack.enter_async_context(Database(url, keyring)) for _ in range(writers)]
                rates.append(await rate(opened, writes, by_chat=by_chat))
    return rates[0], rates[1]


async def main(options: argparse.Namespace) -> None:
    rows = []
    for writers in map(int, options.writers.split(",")):
        serial, by_chat = await measure(writers, options.writes)
        rows.append([str(writers), f"{serial:.0f}", f"{by_chat:.0f}", f"{by_chat / serial:.1f}"])
    command = f"python -P tests/benchmarks/write_rate.py {' '.join(sys.argv[1:])}".split(" --write ")[0].strip()
    text = "\n\n".join([table(HEAD, rows), measured(command, ModelBundle.base())])
    write_section(text, "write rate", options.write)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", default="1,4,16", metavar="N,N,...")
    parser.add_argument("--writes", type=int, default=400, help="of each measurement")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the table into its section of it")
    asyncio.run(main(parser.parse_args()))
