"""``samples generate``: export pages as pictures with labels.csv, as ``digitbot evaluate --photos`` takes them."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from model.datasets import DataBad, DataMissing, load, split
from training.argument_types import natural, positive
from training.errors import TrainingError, UnknownCondition
from training.synthesis import negatives, pages
from training.synthesis.camera import jpeg_bytes
from training.synthesis.conditions import CONDITIONS
from training.synthesis.contexts.registry import CONTEXT_PREFIX, CONTEXTS, render_context_page
from training.synthesis.pages import Page
from training.synthesis.writers import SampleDigits

NEGATIVE_SHARE = 0.1  # of the pages of "mixed", how many hold no digit
JPEG_QUALITY = 92  # of 100


@dataclass(frozen=True, slots=True)
class ExportedPages:
    """What was exported: the folder, its label file, how many pictures, and how many of those hold no digit."""

    folder: str
    pictures: int
    without_digits: int
    labels: str


def condition_names() -> tuple[str, ...]:
    """All that ``--condition`` takes: the conditions, the contexts, and ``no-digit`` with its subjects."""
    contexts = (CONTEXT_PREFIX + context for context in CONTEXTS)
    return (*CONDITIONS, *contexts, "mixed", "no-digit", *(f"no-digit:{subject}" for subject in negatives.SUBJECTS))


def export_pages(
    folder: Path, n: int, seed: int, conditions: Sequence[str] = (), sample_digits: SampleDigits | None = None
) -> ExportedPages:
    """Write n pictures and ``labels.csv`` (file, label, condition, boxes, layout) into a folder, made if missing.

    The conditions alternate; none means random mixtures, one page in ten without a digit. The same arguments write the
    same files. Half of the pages are written with ``sample_digits``, if there are any. ``boxes`` are "x y width height"
    in pixels, separated by ";"; ``layout`` is the text with its signs, rows as lines.

    Raises ``UnknownCondition``, ``MissingSampleDigit``, ``FileExistsError`` where the folder already holds labels, and
    other ``OSError`` where it cannot be written.
    """
    unknown = sorted(set(conditions) - set(condition_names()))
    if unknown:
        raise UnknownCondition(f"There is no condition {unknown[0]!r}: choose from {', '.join(condition_names())}.")
    labels = folder / "labels.csv"
    if labels.exists():
        raise FileExistsError(f"{labels} is already there: name an empty or new folder.")
    folder.mkdir(parents=True, exist_ok=True)
    empty = 0
    with labels.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("file", "label", "condition", "boxes", "layout"))
        for number, page in enumerate(_pages(n, seed, conditions, sample_digits)):
            name = f"{number:05d}.jpg"
            (folder / name).write_bytes(encode_jpeg(page))
            boxes = ";".join(f"{box.x} {box.y} {box.width} {box.height}" for box in page.boxes)
            rows.writerow((name, page.text, "+".join(page.conditions), boxes, page.layout))
            empty += not page.text
    return ExportedPages(str(folder), n, empty, str(labels))


def render_condition(seed: int | Sequence[int], condition: str, sample_digits: SampleDigits | None = None) -> Page:
    """A page under one of ``condition_names()``; the same arguments give the same page."""
    rng = np.random.default_rng(seed)
    if condition == "mixed":
        if rng.random() < NEGATIVE_SHARE:
            return negatives.render_negative_page(rng)
        return pages.render_page(rng, sample_digits=sample_digits)
    if condition.startswith("no-digit"):
        return negatives.render_negative_page(rng, condition.partition(":")[2] or None)
    if condition.startswith(CONTEXT_PREFIX):
        return render_context_page(rng, condition.removeprefix(CONTEXT_PREFIX), sample_digits=sample_digits)
    return pages.render_page(rng, (condition,), sample_digits=sample_digits)


def encode_jpeg(page: Page, quality: int = JPEG_QUALITY) -> bytes:
    """The page as a JPEG file; ``quality`` of 100."""
    return jpeg_bytes(page.pixels, quality)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``python -P -m training generate``."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="where the pictures and labels.csv go")
    parser.add_argument("--n", type=positive, default=100, help="how many pictures (default: 100)")
    parser.add_argument("--seed", type=natural, default=0, help="the same seed writes the same pictures (default: 0)")
    parser.add_argument(
        "--condition",
        nargs="+",
        default=[],
        metavar="NAME",
        help="conditions, which alternate (default: random mixtures, some without a digit): "
        + ", ".join(condition_names()),
    )
    parser.add_argument(
        "--data",
        metavar="SOURCE",
        help="write half of the pages with the validation digits of mnist, npz:FILE, idx:DIR, folder:DIR or digits "
        "(default: the generator's own handwriting only)",
    )
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Export the pages; 0 when done, 2 for an unknown condition, 1 where the data or the folder cannot be used."""
    try:
        sample_digits = _validation_digits(args.data) if args.data else None
        exported = export_pages(args.folder, args.n, args.seed, args.condition, sample_digits)
    except (TrainingError, OSError, DataMissing, DataBad) as problem:
        sys.stderr.write(f"digitbot: {_sentence(problem)}\n")
        return 2 if isinstance(problem, UnknownCondition) else 1
    plain = f"{exported.pictures} pictures and labels.csv in {exported.folder}"
    sys.stdout.write((json.dumps(asdict(exported)) if args.json else plain) + "\n")
    return 0


def _sentence(problem: Exception) -> str:
    """The error in words, without the number that the system gives it."""
    if isinstance(problem, OSError) and problem.strerror:
        return f"{problem.filename}: {problem.strerror}."
    return str(problem)


def _validation_digits(source: str) -> SampleDigits:
    """Validation digits: no model was trained on them, and the test set stays out of generated pages."""
    validation = split(load(source)).validation
    return SampleDigits(validation.images, validation.labels)


def _pages(n: int, seed: int, conditions: Sequence[str], sample_digits: SampleDigits | None) -> Iterator[Page]:
    chosen = conditions or ("mixed",)
    return (render_condition((seed, number), chosen[number % len(chosen)], sample_digits) for number in range(n))
