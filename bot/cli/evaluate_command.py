"""`digitbot evaluate`: measure a model on digit images and on photos, without TensorFlow."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from bot import report
from bot.cli._arguments import CommandFailed, Commands, command
from bot.cli.model_selection import chosen_model
from model import datasets
from model.classification.classifier import Classifier
from model.evaluation import digit_metrics, photo_metrics
from model.evaluation.labelled_photos import read_labels
from model.model_bundle import ModelBundle
from model.reader import Reader


def add(commands: Commands) -> None:
    example = "digitbot evaluate --photos my-photos --json"
    parser = command(commands, "evaluate", "measure a model on digit images or on photos", example, run)
    parser.add_argument(
        "model", nargs="?", metavar="MODEL", help="a model version or a .tflite file (default: the active one)"
    )
    parser.add_argument("--data", metavar="SOURCE", help="mnist (default), npz:FILE, idx:DIR, folder:DIR or digits")
    parser.add_argument("--photos", type=Path, metavar="DIR", help="a folder with pictures and labels.csv")
    parser.add_argument("--report", type=Path, metavar="DIR", help="write a page with every mistake to DIR")
    parser.add_argument("--json", action="store_true", help="one JSON object")


@dataclass(frozen=True, slots=True)
class _Measured:
    """What was measured on one source: its numbers, and its section of the report where one is wanted."""

    source: str
    numbers: dict[str, object]
    section: report.DigitSection | report.PhotoSection | None


def run(options: argparse.Namespace) -> int:
    model = chosen_model(options.model)
    try:
        if options.report:
            report.prepare(options.report)
        measured = list(_measured(model, options))
        if options.report:
            sections = [each.section for each in measured if each.section]
            page = report.write(options.report, model, [each.source for each in measured], sections)
            print(f"every mistake: {page}", file=sys.stderr)
    except report.ReportError as error:
        raise CommandFailed(str(error)) from None
    result = {name: value for each in measured for name, value in each.numbers.items()}
    print(json.dumps(result) if options.json else _table(result))
    return 0


def _measured(model: ModelBundle, options: argparse.Namespace) -> Iterator[_Measured]:
    """On digit images, on photos, or on both."""
    if options.data or not options.photos:
        yield _on_digits(model, options.data or "mnist", wants_report=bool(options.report))
    if options.photos:
        yield _on_photos(model, options.photos, options.report)


def _on_digits(model: ModelBundle, source: str, *, wants_report: bool) -> _Measured:
    start = time.perf_counter()
    samples = datasets.load(source).measured
    predictions = Classifier(model).classify(samples.images)
    scores = digit_metrics.score(predictions, samples.labels)
    numbers = dict(digit_metrics.result(model, scores, time.perf_counter() - start))
    return _Measured(
        source, numbers, report.build_digit_section(samples, predictions, scores) if wants_report else None
    )


def _on_photos(model: ModelBundle, folder: Path, destination: Path | None) -> _Measured:
    with closing(Reader(model, threads=1)) as reader:
        scored = list(photo_metrics.read_photos(reader, read_labels(folder)))
    scores = photo_metrics.score(scored)
    section = report.build_photo_section(scored, scores, destination) if destination else None
    return _Measured(f"{len(scored)} photos of {folder}", dict(asdict(scores)), section)


def _table(result: dict[str, object], indent: str = "") -> str:
    """Nested numbers as indented lines; a confusion matrix row by row."""
    lines: list[str] = []
    for name, value in result.items():
        if isinstance(value, dict):
            lines += [f"{indent}{name}:", _table(value, indent + "  ")]
        elif isinstance(value, list):
            lines += [f"{indent}{name} (rows: true label, columns: read as):"]
            lines += [indent + "  " + "".join(f"{count:6d}" for count in row) for row in value]
        else:
            lines.append(f"{indent}{name}: {value:.4f}" if isinstance(value, float) else f"{indent}{name}: {value}")
    return "\n".join(lines)
