"""`digitbot db copy`: move the database into another, from SQLite to PostgreSQL or back."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from bot.cli._arguments import Commands, command
from bot.settings import Settings
from storage.backends import sqlite_address, without_password
from storage.transfer.database_copy import copy_database
from storage.transfer.row_copy import Progress

ROWS_BAR = "{desc}: {percentage:3.0f}% |{bar}| {n_fmt}/{total_fmt} rows [{elapsed}<{remaining}]"

SEEN_BY_OTHERS = (
    "other users of this machine can see the password while this runs: leave it out, and give it by PGPASSWORD or "
    "~/.pgpass"
)


def add(parts: Commands) -> None:
    what = "copy the whole database into an empty one, verified row by row; stop the bot first"
    example = "digitbot db copy digitbot-backup.db digitbot-copy.db"
    parser = command(parts, "copy", what, example, copy)
    parser.add_argument("source", metavar="SOURCE", help="a file, or an address as of DIGITBOT_DATABASE_URL")
    without = "the same; other users see what a command line says, so leave a password to PGPASSWORD or ~/.pgpass"
    parser.add_argument("target", metavar="TARGET", help=without)


def copy(options: argparse.Namespace) -> int:
    keyring = Settings.load().present_keyring()
    source, target = address(options.source), address(options.target)
    if any(without_password(each) != each for each in (source, target)):
        print(f"digitbot: {SEEN_BY_OTHERS}", file=sys.stderr)
    with _progress() as advance:
        rows = asyncio.run(copy_database(source, target, keyring, advance))
    print(f"{rows} rows copied, and each is the same in both databases; the key stays the same")
    print(f"for the bot to use it: DIGITBOT_DATABASE_URL={without_password(target)}")
    return 0


@contextmanager
def _progress() -> Iterator[Progress]:
    """Shows how far the copy is: as a bar on a terminal, as a line for each tenth elsewhere."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    with tqdm(desc="copying and verifying", file=sys.stderr, mininterval=1, bar_format=ROWS_BAR) as bar:

        def advance(done: int, everything: int) -> None:
            bar.total = everything
            bar.update(done - bar.n)

        yield advance


def _lines() -> Progress:
    told = 0

    def advance(done: int, everything: int) -> None:
        nonlocal told
        if (tenth := 10 * done // max(everything, 1)) > told:
            told = tenth
            print(f"copying and verifying: {10 * tenth}%", file=sys.stderr, flush=True)

    return advance


def address(named: str) -> str:
    """The address of a file that is named by its path; an address as it is."""
    if "://" in named:
        return named
    return sqlite_address(Path(named).absolute())
