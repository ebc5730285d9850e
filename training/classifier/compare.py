"""``compare``: train the recipes, or take the runs that are there, and put them into one table beside their claims."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from collections.abc import Sequence
from time import monotonic

from model.datasets import Split, load, split
from training.classifier import results_table
from training.classifier.recipe import Recipe
from training.classifier.recipes import RECIPES
from training.classifier.results_table import Entry
from training.classifier.run_history import History
from training.classifier.train import Order, train_model
from training.loop.events import EpochEnded, Event
from training.loop.plots import Curve, curves
from training.loop.progress import Reporter, reporter


def compare(options: Namespace) -> None:
    """Train what is missing, then print the table and write it, its plot and its numbers to ``options.out``.

    A run counts as there if it has as many batches of the same data. Raises ``DataMissing``, ``DataBad``,
    ``LabelsError``, ``ModelLoadError``, ``OSError``.
    """
    data = split(load(options.data))
    report = reporter(sys.stdout, sys.stderr, as_json=options.json)
    runs: list[History] = []
    for name in options.recipes or list(RECIPES):
        for seed in range(1, options.seeds + 1):
            order = _order(RECIPES[name], data, seed, options)
            if History.find(order.folder, order.steps, data) is None:
                _train(order, data, report)
        runs += _found(RECIPES[name], data, options)
    entries = [Entry.of(run, data.test, options.photos) for run in runs]
    _write(entries, runs, shlex.join(["digitbot", *sys.argv[1:]]), options)
    if options.json:
        report.result({"recipes": [entry.as_json() for entry in entries]})


def _order(recipe: Recipe, data: Split, seed: int, options: Namespace) -> Order:
    folder = options.out / f"{recipe.name}-{seed}"
    return Order(recipe, options.data, _steps(recipe, data, options), seed, folder, f"{recipe.name}-{seed}")


def _steps(recipe: Recipe, data: Split, options: Namespace) -> int:
    """Batches of one run: what was asked for, at most what the recipe says."""
    whole = recipe.steps or (recipe.epochs or 1) * max(1, len(data.train) // recipe.batch)
    return min(whole, options.steps or whole)


def _train(order: Order, data: Split, report: Reporter) -> None:
    """Train one recipe and leave its history beside the model."""
    began = monotonic()
    looks: list[tuple[int, float]] = []

    def listen(event: Event) -> None:
        report.event(event)
        if isinstance(event, EpochEnded):
            looks.append((event.step, event.validation_accuracy))

    candidate = train_model(order, data, listen)
    digest = candidate.served.card.data_digest
    History(order.folder, order.steps, digest, round(monotonic() - began, 1), tuple(looks)).write()


def _found(recipe: Recipe, data: Split, options: Namespace) -> list[History]:
    """Every run of a recipe that is there, whatever its seed."""
    folders = sorted(options.out.glob(f"{recipe.name}-[0-9]*"))
    runs = (History.find(folder, _steps(recipe, data, options), data) for folder in folders)
    return [run for run in runs if run is not None]


def _write(entries: Sequence[Entry], runs: Sequence[History], command: str, options: Namespace) -> None:
    """recipes.md and recipes.png in the folder; the table on stdout too, unless that is for events."""
    text = results_table.markdown(entries, command)
    (options.out / "recipes.md").write_text(text)
    first: dict[str, Curve] = {}
    for run in runs:
        first.setdefault(run.recipe, run.curve)
    (options.out / "recipes.png").write_bytes(
        curves(list(first.values()), "Validation digits read wrong while training")
    )
    if not options.json:
        sys.stdout.write(text)
