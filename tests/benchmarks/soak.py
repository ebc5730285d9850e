"""A soak: mixed updates, faults of Telegram, kills and stops, and then the invariants that must hold.

    make soak     5,000 updates and ten kill -9: by polling, by webhook, and with two processes on PostgreSQL
    python -P tests/benchmarks/soak.py [--webhook] [--database postgresql --replicas 2] [--long] [--seed 1] [--json]

The playground runs in this process, the bot as one process or several. People send photos, albums, corrections,
commands and button presses, while calls of the Bot API fail as they do in real life, processes of the bot are killed
and stopped, and PostgreSQL is restarted. Then everything is counted. Exit status 1 where an invariant is broken.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.soaking.options import Options, Result, System
from tests.benchmarks.soaking.session import soak

UPDATES, LONG_UPDATES = 5_000, 50_000


def main() -> int:
    """Run it and print the counts; 1 where an invariant is broken, 2 for wrong usage or where PostgreSQL is missing."""
    parser = _parser()
    given = parser.parse_args()
    if given.replicas > 1 and not given.webhook:
        given.webhook = True  # Telegram lets but one process fetch
    try:
        result = asyncio.run(soak(_options(given)))
    except LookupError as reason:
        parser.error(str(reason))
    print(json.dumps(asdict(result) | {"holds": result.holds}) if given.json else _table(result))
    return 0 if result.holds else 1


def _options(given: argparse.Namespace) -> Options:
    updates = given.updates or (LONG_UPDATES if given.long else UPDATES)
    return Options(
        updates=updates,
        kills=given.kills,
        people=given.people,
        replicas=given.replicas,
        webhook=given.webhook,
        system=System(given.database),
        seed=given.seed,
        logs=given.logs,
    )


def _table(result: Result) -> str:
    """Each group of counts on a line of its own."""
    lines = [
        f"{group.replace('_', ' ')}: "
        + ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
        for group, counts in asdict(result).items()
        if isinstance(counts, dict)
    ]
    return "\n".join([*lines, f"seconds: {result.seconds}", f"holds: {result.holds}"])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, help=f"{UPDATES} without this")
    parser.add_argument("--long", action="store_true", help=f"{LONG_UPDATES} updates")
    parser.add_argument("--kills", type=int, default=10, help="kill -9 of one process each")
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--replicas", type=int, default=1, help="processes; several take updates by webhook")
    parser.add_argument("--database", choices=[*System], default=System.SQLITE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--webhook", action="store_true", help="deliver updates instead of letting the bot fetch them")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--logs", metavar="FOLDER", help="keep the database, temporary files and logs there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
