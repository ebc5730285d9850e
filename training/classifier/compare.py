"""``compare``: train recipes, or reuse finished runs, and report them in one table beside their sources' claims."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from collections.abc import Sequence
from time import monotonic

from model.datasets import Split, load, split
from model.evaluation.labelled_photos import read_labels
from training.classifier import results_table
from training.classifier.recipe import Recipe
from training.classifier.recipes import RECIPES
from training.classifier.results_table import ResultsRow
from training.classifier.run_history import RunHistory
from training.classifier.train import TrainingJob, train_model
from training.loop.events import EpochEnded, Event
from training.loop.plots import LearningCurve, error_curves_figure
from training.loop.progress import Reporter, reporter
from training.output_files import require_folder


def compare(options: Namespace) -> None:
    """Train what is missing, then print the table and write it and its plot to ``options.out``.

    A finished run is reused if it has as many batches of the same data. Raises ``DataMissing``, ``DataBad``,
    ``LabelsError``, ``ModelLoadError``, ``OSError``.
    """
    photos = read_labels(options.photos) if options.photos else []
    data = split(load(options.data))
    require_folder(options.out)
    report = reporter(sys.stdout, sys.stderr, as_json=options.json)
    runs: list[RunHistory] = []
    for name in dict.fromkeys(options.recipes) or RECIPES:
        for seed in range(1, options.seeds + 1):
            job = _job(RECIPES[name], data, seed, options)
            if RunHistory.find(job.folder, job.steps, data) is None:
                _train(job, data, report)
        runs += _finished_runs(RECIPES[name], data, options)
    entries = [ResultsRow.of(run, data.test, photos) for run in runs]
    _write(entries, runs, shlex.join(["digitbot", *sys.argv[1:]]), options)
    if options.json:
        report.result({"recipes": [entry.as_json() for entry in entries]})


def _job(recipe: Recipe, data: Split, seed: int, options: Namespace) -> TrainingJob:
    folder = options.out / f"{recipe.name}-{seed}"
    return TrainingJob(recipe, options.data, _steps(recipe, data, options), seed, folder, f"{recipe.name}-{seed}")


def _steps(recipe: Recipe, data: Split, options: Namespace) -> int:
    """Batches of one run: as many as asked for, at most those of the recipe."""
    whole = recipe.steps or (recipe.epochs or 1) * max(1, len(data.train) // recipe.batch)
    return min(whole, options.steps or whole)


def _train(job: TrainingJob, data: Split, report: Reporter) -> None:
    """Train one recipe and write its history beside the model."""
    began = monotonic()
    validations: list[tuple[int, float]] = []

    def listen(event: Event) -> None:
        report.event(event)
        if isinstance(event, EpochEnded):
            validations.append((event.step, event.validation_accuracy))

    candidate = train_model(job, data, listen)
    digest = candidate.served.card.data_digest
    RunHistory(job.folder, job.steps, digest, round(monotonic() - began, 1), tuple(validations)).write()


def _finished_runs(recipe: Recipe, data: Split, options: Namespace) -> list[RunHistory]:
    """Every finished run of a recipe, of any seed."""
    folders = sorted(options.out.glob(f"{recipe.name}-[0-9]*"))
    runs = (RunHistory.find(folder, _steps(recipe, data, options), data) for folder in folders)
    return [run for run in runs if run is not None]


def _write(entries: Sequence[ResultsRow], runs: Sequence[RunHistory], command: str, options: Namespace) -> None:
    """recipes.md and recipes.png in the folder; the table on stdout too, unless that is for events."""
    text = results_table.markdown(entries, command)
    (options.out / "recipes.md").write_text(text)
    first: dict[str, LearningCurve] = {}
    for run in runs:
        first.setdefault(run.recipe, run.curve)
    (options.out / "recipes.png").write_bytes(
        error_curves_figure(list(first.values()), "Errors on the validation digits during training")
    )
    if not options.json:
        sys.stdout.write(text)
