"""`digitbot evaluate`: how good a model is, on digit images and on photos, without TensorFlow."""

from __future__ import annotations

import argparse
import json
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from bot.commands.parsing import Commands, command
from bot.models import chosen_model
from model import evaluate, photo_scores, sources
from model.reader import Reader
from model.served import ServedModel


def add(commands: Commands) -> None:
    example = "digitbot evaluate --photos my-photos --json"
    parser = command(commands, "evaluate", "measure a model on digit images or on photos", example, run)
    parser.add_argument(
        "model", nargs="?", metavar="MODEL", help="a model version or a .tflite file (default: the active one)"
    )
    parser.add_argument("--data", metavar="SOURCE", help="mnist (default), npz:FILE, idx:DIR, folder:DIR or digits")
    parser.add_argument("--photos", type=Path, metavar="DIR", help="a folder with pictures and labels.csv")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(options: argparse.Namespace) -> int:
    model = chosen_model(options.model)
    result: dict[str, object] = {}
    if options.data or not options.photos:
        result |= _on_digits(model, options.data or "mnist")
    if options.photos:
        result |= _on_photos(model, options.photos)
    print(json.dumps(result) if options.json else _table(result))
    return 0


def _on_digits(model: ServedModel, source: str) -> dict[str, object]:
    start = time.perf_counter()
    scores = evaluate.evaluate(model, sources.load(source).measured)
    return dict(evaluate.result(model, scores, time.perf_counter() - start))


def _on_photos(model: ServedModel, folder: Path) -> dict[str, object]:
    with closing(Reader(model, threads=1)) as reader:
        scored = list(photo_scores.read_photos(reader, photo_scores.read_labels(folder)))
    return dict(asdict(photo_scores.score(scored)))


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
