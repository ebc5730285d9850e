"""`digitbot samples`: the digit images that people corrected and agreed to be used for training."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bot.cli._arguments import CommandFailed, Commands, command
from bot.cli._database import settings_with_database
from bot.label_review import LabelToReview, labels_to_review
from bot.sample_files import folder_of, sample_files
from bot.settings import Settings
from model import datasets
from storage import samples
from storage.database import Database
from storage.samples import Review, ReviewPolicy, Sample
from storage.tables import NOT_A_DIGIT

SHADES = " .:-=+*#%@"  # of an image in the terminal, from black to white
SAMPLES_PER_TRANSACTION = 500  # samples of one transaction


def add(commands: Commands) -> None:
    what = "list, show, review, delete, import, export or generate samples"
    parser = command(commands, "samples", what, "digitbot samples list --json", run)
    parts = parser.add_subparsers(metavar="WHAT", required=True)
    _add_list(parts)
    _add_import(parts)
    _add_export(parts)
    _add_show(parts)
    _add_review(parts)
    _add_delete(parts)
    parts.add_parser("generate", help="write generated pages with labels", add_help=False)  # main() hands it over


def _add_list(parts: Commands) -> None:
    parser = command(parts, "list", "list all samples, oldest first", "digitbot samples list --json", list_samples)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _add_show(parts: Commands) -> None:
    parser = command(parts, "show", "show a sample's image and label", "digitbot samples show cd738fae", show_samples)
    _add_ids(parser)


def _add_review(parts: Commands) -> None:
    what = "list the labels that nobody has reviewed, the oddest first, or approve or reject some"
    parser = command(parts, "review", what, "digitbot samples review --approve all", review_samples)
    parser.add_argument("--approve", nargs="+", metavar="ID", default=[], help="ids, or their beginnings; or all")
    parser.add_argument("--reject", nargs="+", metavar="ID", default=[], help="ids, or their beginnings; or all")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def _add_delete(parts: Commands) -> None:
    what = "delete samples for good"
    parser = command(parts, "delete", what, "digitbot samples delete cd738fae", delete_samples)
    _add_ids(parser)


def _add_ids(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ids", nargs="+", metavar="ID", help="as digitbot samples list tells them, or their beginnings")


def _add_import(parts: Commands) -> None:
    what = "add labelled digit images as samples that belong to nobody"
    parser = command(parts, "import", what, "digitbot samples import folder:my-digits", import_samples)
    parser.add_argument("source", metavar="SOURCE", help="folder:DIR (one folder a digit), idx:DIR, npz:FILE or digits")


def _add_export(parts: Commands) -> None:
    what = (
        "write the samples that may be trained on, as PNG folders and idx files, or as one file for "
        "digitbot finetune --corrections"
    )
    parser = command(parts, "export", what, "digitbot samples export my-samples", export_samples)
    parser.add_argument("target", type=Path, metavar="DIR|FILE.npz")


def run(_: argparse.Namespace) -> int:
    raise CommandFailed("say what: list, show, review, delete, import, export or generate", 2)


def list_samples(options: argparse.Namespace) -> int:
    for sample in asyncio.run(_stored()):
        print(_json(sample) if options.json else _line(sample))
    return 0


def show_samples(options: argparse.Namespace) -> int:
    for sample in _chosen(asyncio.run(_stored()), options.ids):
        print(_line(sample))
        rows = np.frombuffer(sample.image, np.uint8).reshape(28, 28) // 26
        print("\n".join("".join(2 * SHADES[shade] for shade in row) for row in rows))
    return 0


def review_samples(options: argparse.Namespace) -> int:
    waiting = labels_to_review(asyncio.run(_stored()))
    if not options.approve and not options.reject:
        for label in waiting:
            print(_review_json(label) if options.json else _review_line(label))
        return 0
    everything = [label.sample for label in waiting]
    for ids, review in ((options.approve, Review.APPROVED), (options.reject, Review.REJECTED)):
        chosen = everything if ids == ["all"] else _chosen(everything, ids)
        if chosen:
            count = asyncio.run(_set_review([sample.uid for sample in chosen], review))
            print(f"{count} {'label' if count == 1 else 'labels'} {review}")
    return 0


def delete_samples(options: argparse.Namespace) -> int:
    chosen = _chosen(asyncio.run(_stored()), options.ids)
    count, traces = asyncio.run(_remove([sample.uid for sample in chosen]))
    print(f"{count} {'sample' if count == 1 else 'samples'} deleted")
    if traces:
        print("the last traces leave the file when the running bot's other work is done", file=sys.stderr)
    return 0


def import_samples(options: argparse.Namespace) -> int:
    collection = datasets.load(options.source)
    everything = collection.train.joined(collection.test)
    count = asyncio.run(_add(everything))
    print(f"{count} of {len(everything)} digits are new samples")
    return 0


def export_samples(options: argparse.Namespace) -> int:
    if options.target.suffix == ".npz":
        stored = asyncio.run(_usable(samples.trainable))
        _write_arrays(options.target, stored)
    else:
        _require_empty(options.target)
        stored = asyncio.run(_usable(samples.usable))
        _write_files(options.target, stored)
    print(f"{len(stored)} samples written to {options.target}", file=sys.stderr)
    return 0


def _require_empty(folder: Path) -> None:
    """Raises CommandFailed where a folder shows anything: what an earlier export wrote holds samples that are deleted
    by now, and whoever reads the folder would take them for today's."""
    if folder.is_dir() and any(not each.name.startswith(".") for each in folder.iterdir()):
        raise CommandFailed(f"{folder} is not empty: name a new or an empty folder")


def _write_files(target: Path, stored: Sequence[Sample]) -> None:
    for name, content in sample_files(stored):
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _write_arrays(target: Path, stored: Sequence[Sample]) -> None:
    """With the permanent ids, so that a consent can be withdrawn from what is trained; people are numbers, and whoever
    is not known is one of their own."""
    images = np.frombuffer(b"".join(sample.image for sample in stored), np.uint8).reshape(-1, 28, 28)
    labels = np.array([sample.label for sample in stored], np.uint8)
    target.parent.mkdir(parents=True, exist_ok=True)
    uids, acts = (np.array([getattr(sample, name) for sample in stored]) for name in ("uid", "act"))
    people = np.array([sample.uid if sample.person is None else str(sample.person) for sample in stored])
    np.savez_compressed(target, images=images, labels=labels, uids=uids, people=people, acts=acts)


def _uid(image: bytes, label: int) -> str:
    """32 hexadecimal digits made from the content, so that the same import a second time adds nothing."""
    return hashlib.sha256(image + bytes([label])).hexdigest()[:32]


async def _stored() -> tuple[Sample, ...]:
    settings = settings_with_database()
    async with Database(settings.database, settings.keyring()) as database, database.read() as session:
        return await samples.consented(session)


async def _usable(found: Callable[..., Awaitable[tuple[Sample, ...]]]) -> tuple[Sample, ...]:
    """``samples.usable`` or ``trainable``: what was not approved only where it need not be."""
    settings = settings_with_database()
    async with Database(settings.database, settings.keyring()) as database, database.read() as session:
        return await found(session, approved_only=settings.review is ReviewPolicy.ALL)


def _chosen(stored: Iterable[Sample], ids: Iterable[str]) -> list[Sample]:
    """The samples that these ids, or beginnings of ids, name. Raises CommandFailed where one names none or several."""
    everything, chosen = list(stored), []
    for wanted in ids:
        fitting = [sample for sample in everything if sample.uid.startswith(wanted)]
        if len(fitting) != 1 or not wanted:
            found = f"{len(fitting)} samples" if len(fitting) > 1 else "no sample"
            raise CommandFailed(f"{wanted or 'an empty id'} names {found}: digitbot samples list tells the ids")
        chosen += fitting
    return chosen


async def _set_review(uids: list[str], review: Review) -> int:
    settings = settings_with_database()
    async with Database(settings.database, settings.keyring()) as database, database.write() as session:
        return await samples.set_review(session, uids, review)


async def _remove(uids: list[str]) -> tuple[int, bool]:
    """How many were deleted, and whether their bytes are not yet overwritten."""
    settings = settings_with_database()
    async with Database(settings.database, settings.keyring()) as database:
        async with database.write() as session:
            count = await samples.remove(session, uids)
        return count, not await database.scrub()


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
            "person": sample.person,
            "act": sample.act,
            "review": sample.review,
        }
    )


def _review_json(label: LabelToReview) -> str:
    extra = {"reads_as": label.read_as, "oddness": round(label.oddness, 2), "doubtful": label.is_doubtful}
    return json.dumps({**json.loads(_json(label.sample)), **extra})


def _review_line(label: LabelToReview) -> str:
    doubt = ", left out of training" if label.is_doubtful else ""
    return f"{_line(label.sample)}, odd {label.oddness:.1f}{doubt}"


def _line(sample: Sample) -> str:
    read_as = "-" if sample.read_as is None else sample.read_as
    return f"{sample.uid}  {sample.made_at:%Y-%m-%d %H:%M}  read as {read_as}, is {folder_of(sample)}"
