"""Generated pages as a folder of pictures with labels, as ``digitbot evaluate --photos`` takes them.

The sample photos of the playground were made by ``python -P -m training.synthesis.sample_photos bot/playground/samples``.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from model.datasets import DataBad, DataMissing, load, split
from training.synthesis import negatives, pages
from training.synthesis.conditions import CONDITIONS
from training.synthesis.contexts import registry
from training.synthesis.pages import Page
from training.synthesis.writers import SampleDigits

# Of the pages of a random mixture, how many hold no digit.
NO_DIGIT = 0.1
QUALITY = 92


@dataclass(frozen=True, slots=True)
class Written:
    """What was written where: ``pictures`` of them, and how many of those hold no digit."""

    folder: str
    pictures: int
    without_digits: int
    labels: str


def names() -> tuple[str, ...]:
    """All that ``--condition`` takes: the conditions, the contexts, and ``no-digit`` with its subjects."""
    contexts = (registry.PREFIX + context for context in registry.CONTEXTS)
    return (*CONDITIONS, *contexts, "mixed", "no-digit", *(f"no-digit:{subject}" for subject in negatives.SUBJECTS))


def write(
    folder: Path, n: int, seed: int, conditions: Sequence[str] = (), sample_digits: SampleDigits | None = None
) -> Written:
    """Write n pictures and ``labels.csv`` (file, label, condition, boxes) into a folder, made if it is not there.

    The conditions take turns; none means random mixtures, one page in ten without a digit. The same arguments write the
    same files. Half of the pages are written with ``sample_digits``, if there are any. ``boxes`` are "x y width height",
    parted by ";". Raises ``ValueError`` for an unknown condition and ``FileExistsError`` where the folder already holds
    labels.
    """
    unknown = sorted(set(conditions) - set(names()))
    if unknown:
        raise ValueError(f"unknown condition {unknown[0]!r}: choose from {', '.join(names())}")
    labels = folder / "labels.csv"
    if labels.exists():
        raise FileExistsError(f"{labels} is already there: name an empty or new folder")
    folder.mkdir(parents=True, exist_ok=True)
    empty = 0
    with labels.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("file", "label", "condition", "boxes"))
        for number, page in enumerate(_pages(n, seed, conditions, sample_digits)):
            name = f"{number:05d}.jpg"
            (folder / name).write_bytes(encoded(page))
            boxes = ";".join(f"{box.x} {box.y} {box.width} {box.height}" for box in page.boxes)
            rows.writerow((name, page.text, "+".join(page.conditions), boxes))
            empty += not page.text
    return Written(str(folder), n, empty, str(labels))


def page(seed: int | Sequence[int], condition: str, sample_digits: SampleDigits | None = None) -> Page:
    """The page of one of ``names()``."""
    rng = np.random.default_rng(seed)
    if condition == "mixed":
        return negatives.generate(rng) if rng.random() < NO_DIGIT else pages.generate(rng, sample_digits=sample_digits)
    if condition.startswith("no-digit"):
        return negatives.generate(rng, condition.partition(":")[2] or None)
    if condition.startswith(registry.PREFIX):
        return registry.generate(rng, condition.removeprefix(registry.PREFIX), sample_digits=sample_digits)
    return pages.generate(rng, (condition,), sample_digits=sample_digits)


def encoded(page: Page, quality: int = QUALITY) -> bytes:
    """The page as a JPEG file."""
    _, content = cv2.imencode(".jpg", page.pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return content.tobytes()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``python -P -m training generate``."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the pictures and labels.csv go")
    parser.add_argument("--n", type=int, default=100, help="how many pictures (default: 100)")
    parser.add_argument("--seed", type=int, default=0, help="the same seed writes the same pictures (default: 0)")
    parser.add_argument(
        "--condition",
        nargs="+",
        default=[],
        metavar="NAME",
        help="conditions that take turns (default: random mixtures, some without a digit): " + ", ".join(names()),
    )
    parser.add_argument(
        "--data",
        metavar="SOURCE",
        help="write half of the pages with the validation digits of mnist, npz:FILE, idx:DIR, folder:DIR or digits "
        "(default: our own handwriting only)",
    )
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Write the pictures; 0 when done, 2 for an unknown condition, 1 where there is no data or no room."""
    try:
        sample_digits = _validation_digits(args.data) if args.data else None
        written = write(args.folder, args.n, args.seed, args.condition, sample_digits)
    except (ValueError, OSError, DataMissing, DataBad) as problem:
        sys.stderr.write(f"{problem}\n")
        return 2 if isinstance(problem, ValueError) else 1
    told = (
        json.dumps(asdict(written)) if args.json else f"{written.pictures} pictures and labels.csv in {written.folder}"
    )
    sys.stdout.write(told + "\n")
    return 0


def _validation_digits(source: str) -> SampleDigits:
    """Digits that no model was trained on, and that the test set's numbers do not come from."""
    is_holdout = split(load(source)).validation
    return SampleDigits(is_holdout.images, is_holdout.labels)


def _pages(n: int, seed: int, conditions: Sequence[str], sample_digits: SampleDigits | None) -> Iterator[Page]:
    chosen = conditions or ("mixed",)
    return (page((seed, number), chosen[number % len(chosen)], sample_digits) for number in range(n))
