"""``compare``: train the recipes, or take those that are there, and put them into one table beside their claims."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from statistics import mean, median
from time import monotonic, perf_counter

from model import photo_scores
from model.card import ModelCard
from model.classifier import Classifier
from model.reader import Reader
from model.served import ServedModel
from model.sources import Samples, Split, load, split
from training.events import EpochEnded, Event, Finished
from training.plots import Curve, curves
from training.progress import Reporter, reporter
from training.recipe import Recipe
from training.recipes import RECIPES
from training.train import Order, train_model

HISTORY = "history.json"
TIMED = 300  # single digits, for the time of one


@dataclass(frozen=True, slots=True)
class History:
    """What a finished run leaves for the table and the plot: accuracy on the validation digits by batch, and time."""

    steps: int
    data_digest: str
    seconds: float
    looks: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One trained recipe. ``accuracy`` is that on the test digits; ``photos`` the share of single-digit photos read right."""

    recipe: str
    seed: int
    accuracy: float
    n: int
    parameters: int
    seconds: float
    bytes: int
    milliseconds: float
    photos: float | None
    curve: tuple[tuple[int, float], ...]


def compare(options: Namespace) -> None:
    """Train or load every recipe with every seed, then print the table and write it with its plot and its numbers."""
    data = split(load(options.data))
    report = reporter(sys.stdout, sys.stderr, as_json=options.json)
    entries = []
    for name in options.recipes or list(RECIPES):
        for seed in range(1, options.seeds + 1):
            order = _order(RECIPES[name], data, seed, options)
            history = _known(order, data) or _trained(order, data, report)
            entries.append(_entry(order, history, data.test, options.photos))
    command = " ".join(["digitbot", *sys.argv[1:]])
    table = markdown(entries, command)
    (options.out / "recipes.md").write_text(table)
    (options.out / "recipes.png").write_bytes(
        curves([_curve(entry) for entry in entries if entry.seed == 1], "Recipes")
    )
    told = {"recipes": [asdict(entry) for entry in entries], "command": command}
    (options.out / "recipes.json").write_text(json.dumps(told, indent=1))
    if options.json:
        report.result(told)
    else:
        sys.stdout.write(table)
