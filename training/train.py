"""``train``: a recipe from scratch, to a model with its card, measured on the test digits."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import keras

from model.card import ModelCard
from model.evaluate import Scores, result
from model.sources import Split, load, split
from training import rehearsal
from training.calibrate import fit_temperature
from training.candidate import Candidate, make_candidate, measured
from training.events import EpochEnded, Event
from training.export import keras_bytes
from training.fit import Schedule, fit, predict, settle
from training.logbook import Logbook
from training.progress import reporter
from training.recipe import Recipe
from training.recipes import RECIPES
from training.rehearsal import Rehearsal

CHECKPOINT = "checkpoint.keras"
LICENCES = {"mnist": "MNIST: Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0"}

Listen = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be trained: ``source`` names the data, ``steps`` counts batches, ``folder`` takes what is made."""

    recipe: Recipe
    source: str
    steps: int
    seed: int
    folder: Path
    name: str


def train(options: Namespace) -> None:
    """Load, train, export, measure. Raises ``DataMissing``, ``DataBad``, ``OSError``."""
    began = monotonic()
    data = split(load(options.data))
    recipe = RECIPES[options.recipe]
    folder = options.out or Path("runs") / recipe.name
    order = Order(
        recipe, options.data, _steps(recipe, data, options), options.seed, folder, options.name or recipe.name
    )
    report, logbook = reporter(sys.stdout, sys.stderr, as_json=options.json), Logbook(options.logdir)

    def listen(event: Event) -> None:
        report.event(event)
        logbook.event(event)

    candidate = train_model(order, data, listen)
    logbook.result(candidate, data.test)
    logbook.close()
    if options.rehearsal:
        Rehearsal.of(candidate.served, data, options.seed).save(folder / rehearsal.NAME)
    scores = Scores.from_json(candidate.served.card.metrics["test"])
    report.result(result(candidate.served, scores, monotonic() - began))


def train_model(order: Order, data: Split, listen: Listen) -> Candidate:
    """Train a recipe from scratch and write the model, its card and the .keras file to the order's folder."""
    order.folder.mkdir(parents=True, exist_ok=True)
    settle(order.seed)
    model = order.recipe.build()
    for event in fit(model, order.recipe, data.train, data.validation, Schedule(order.steps, order.seed)):
        listen(event)
        _checkpoint(event, model, order.folder)
    temperature = fit_temperature(predict(model, data.validation.images), data.validation.labels)
    candidate = measured(make_candidate(model, _card(order, data), temperature), data, order.recipe.augmentation)
    candidate.write(order.folder)
    (order.folder / CHECKPOINT).unlink(missing_ok=True)
    return candidate


def _steps(recipe: Recipe, data: Split, options: Namespace) -> int:
    """Batches of the whole run: what was asked for, else what the recipe says."""
    per_epoch = max(1, len(data.train) // recipe.batch)
    if options.steps:
        return int(options.steps)
    if options.epochs:
        return int(options.epochs) * per_epoch
    return recipe.steps or (recipe.epochs or 1) * per_epoch


def _checkpoint(event: Event, model: keras.Model, folder: Path) -> None:
    """The best weights so far, whole at every moment: what is left of a run that was ended early."""
    if isinstance(event, EpochEnded) and event.kept:
        part = folder / f"{CHECKPOINT}.part"
        part.write_bytes(keras_bytes(model))
        part.replace(folder / CHECKPOINT)


def _card(order: Order, data: Split) -> ModelCard:
    """What is known before anything is measured."""
    parts = f"{len(data.train):,} to train, {len(data.validation):,} to choose by, {len(data.test):,} to report on"
    return ModelCard(
        name=order.name,
        recipe=order.recipe.name,
        command=shlex.join(["digitbot", *sys.argv[1:]]),
        seed=order.seed,
        data=f"{order.source}: {parts}",
        data_digest=data.train.joined(data.validation).digest(),
        license=LICENCES.get(order.source, ""),
    )
