"""``train``: a recipe from scratch, to a model with its card, measured on the test digits."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from pathlib import Path
from time import monotonic

import keras

from model.card import ModelCard
from model.evaluate import evaluate, result
from model.sources import Split, load, split
from training.candidate import make_candidate
from training.events import EpochEnded, Event
from training.export import keras_bytes
from training.fit import Schedule, fit, settle
from training.logbook import Logbook
from training.progress import reporter
from training.recipes import RECIPES, Recipe

LICENCES = {"mnist": "MNIST: Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0"}


def train(options: Namespace) -> None:
    """Load, train, export, measure. Raises ``DataMissing``, ``DataBad``, ``OSError``."""
    began = monotonic()
    recipe = RECIPES[options.recipe]
    data = split(load(options.data))
    folder: Path = options.out or Path("runs") / recipe.name
    folder.mkdir(parents=True, exist_ok=True)
    settle(options.seed)
    model = recipe.build()
    schedule = Schedule(_steps(recipe, len(data.train), options), options.seed)
    report, logbook = reporter(sys.stdout, sys.stderr, as_json=options.json), Logbook(options.logdir)
    for event in fit(model, recipe, data.train, data.validation, schedule):
        report.event(event)
        logbook.event(event)
        _checkpoint(event, model, folder)
    logbook.close()
    card = _card(recipe, data, options)
    candidate = make_candidate(model, card, data, recipe.augmentation)
    (folder / "checkpoint.keras").unlink(missing_ok=True)
    candidate.write(folder)
    report.result(result(candidate.served, evaluate(candidate.served, data.test), monotonic() - began))


def _steps(recipe: Recipe, digits: int, options: Namespace) -> int:
    """Batches of the whole run: what was asked for, else what the recipe says."""
    per_epoch = max(1, digits // recipe.batch)
    if options.steps:
        return int(options.steps)
    if options.epochs:
        return int(options.epochs) * per_epoch
    return recipe.steps or (recipe.epochs or 1) * per_epoch


def _checkpoint(event: Event, model: keras.Model, folder: Path) -> None:
    """The best weights so far, whole at every moment: what is left of a run that was ended early."""
    if isinstance(event, EpochEnded) and event.kept:
        part = folder / "checkpoint.keras.part"
        part.write_bytes(keras_bytes(model))
        part.replace(folder / "checkpoint.keras")


def _card(recipe: Recipe, data: Split, options: Namespace) -> ModelCard:
    """What is known before anything is measured."""
    parts = f"{len(data.train):,} to train, {len(data.validation):,} to choose by, {len(data.test):,} to report on"
    return ModelCard(
        name=options.name or recipe.name,
        recipe=recipe.name,
        command=f"digitbot {shlex.join(sys.argv[1:])}",
        seed=options.seed,
        data=f"{options.data}: {parts}",
        data_digest=data.train.joined(data.validation).digest(),
        license=LICENCES.get(options.data, ""),
    )
