"""`digitbot samples`: the digit images that people corrected and agreed to be used for training."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.cli._arguments import CommandFailed, Commands, command
from bot.sample_files import folder_of, sample_files
from bot.settings import Settings
from model import datasets
from storage import samples
from storage.database import Database
from storage.samples import Sample
from storage.tables import NOT_A_DIGIT

SAMPLES_PER_TRANSACTION = 500  # samples of one transaction


def add(commands: Commands) -> None:
    what = "list, import, export or generate samples"
    parser = command(commands, "samples", what, "digitbot samples list --json", run)
    parts = parser.add_subparsers(metavar="WHAT", required=True)
    _add_list(parts)
    _add_import(parts)
    _add_export(parts)
    parts.add_parser("generate", help="write generated pages with labels", add_help=False)  # main() hands it over


def _add_list(parts: Commands) -> None:
    parser = command(parts, "list", "list all samples, oldest first", "digitbot samples list --json", list_samples)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _add_import(parts: Commands) -> None:
    what = "add labelled digit images as samples that belong to nobody"
    parser = command(parts, "import", what, "digitbot samples import folder:my-digits", import_samples)
    parser.add_argument("source", metavar="SOURCE", help="folder:DIR (one folder a digit), idx:DIR, npz:FILE or digits")


def _add_export(parts: Commands) -> None:
    what = "write all samples as PNG files, one folder a label, and as idx files"
    parser = command(parts, "export", what, "digitbot samples export my-samples", export_samples)
    parser.add_argument("folder", type=Path, metavar="DIR")


def run(_: argparse.Namespace) -> int:
    raise CommandFailed("say what: list, import, export or generate", 2)


def list_samples(options: argparse.Namespace) -> int:
    for sample in asyncio.run(_stored()):
        print(_json(sample) if options.json else _line(sample))
    return 0


def import_samples(options: argparse.Namespace) -> int:
    collection = datasets.load(options.source)
    everything = collection.train.joined(collection.test)
    count = asyncio.run(_add(everything))
    print(f"{count} of {len(everything)} digits are new samples")
    return 0


def export_samples(options: argparse.Namespace) -> int:
    stored = asyncio.run(_stored())
    for name, content in sample_files(stored):
        path = options.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"{len(stored)} samples written to {options.folder}", file=sys.stderr)
    return 0


def _uid(image: bytes, label: int) -> str:
    """32 hexadecimal digits made from the content, so that the same import a second time adds nothing."""
    return hashlib.sha256(image + bytes([label])).hexdigest()[:32]


async def _stored() -> tuple[Sample, ...]:
    settings = Settings.load()
    async with Database(settings.database, settings.keyring()) as database, database.read() as session:
        return await samples.consented(session)


async def _add(everything: datasets.Samples) -> int:
    """Add digits in short transactions, between which a running bot stores what people send."""
    settings, now, count = Settings.load(), datetime.now(UTC), 0
    async with Database(settings.database, settings.keyring()) as database:
        for first in range(0, len(everything), SAMPLES_PER_TRANSACTION):
            part = everything.chosen(slice(first, first + SAMPLES_PER_TRANSACTION))
            pairs = zip(part.images, part.labels, strict=True)
            new = [_sample(image.tobytes(), int(label), now) for image, label in pairs]
            async with database.write() as session:
                count += await samples.add(session, new)
    return count


def _sample(image: bytes, label: int, now: datetime) -> Sample:
    return Sample(_uid(image, label), image, label, now)


def _json(sample: Sample) -> str:
    return json.dumps(
        {
            "id": sample.uid,
            "label": None if sample.label == NOT_A_DIGIT else sample.label,
            "read_as": sample.read_as,
            "model": sample.model,
            "made_at": sample.made_at.isoformat(),
            "held_back": sample.is_holdout,
        }
    )


def _line(sample: Sample) -> str:
    read_as = "-" if sample.read_as is None else sample.read_as
    return f"{sample.uid}  {sample.made_at:%Y-%m-%d %H:%M}  read as {read_as}, is {folder_of(sample)}"
