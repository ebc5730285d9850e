"""``train``: a recipe, from scratch or on from a network, to a model with its card, measured on the test digits."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

import keras

from model.datasets import DataMissing, Split, load, split
from model.evaluation.digit_metrics import Scores, result
from model.model_bundle import CARD_NAME
from model.model_card import ModelCard
from training.calibration import fit_pages
from training.calibration.calibration_estimators import fit_temperature
from training.classifier.recipe import Recipe
from training.classifier.recipes import RECIPES, further
from training.classifier.synthetic_digits import SyntheticDigits
from training.export import replay_features
from training.export.candidate import Candidate, make_candidate, measured
from training.export.litert import keras_bytes, network
from training.export.replay_features import ReplayFeatures
from training.loop.ema import interpolate_weights
from training.loop.events import EpochEnded, Event
from training.loop.fit import Schedule, fit, predict, seed_everything
from training.loop.progress import reporter
from training.loop.tensorboard import TensorBoardWriter

CHECKPOINT = "checkpoint.keras"
LICENCES = {"mnist": "MNIST: Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0"}

Listen = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be trained: ``source`` names the data, ``steps`` counts batches, ``folder`` takes what is made,
    ``start`` is the .keras file to go on from, ``kept`` the share (0..1) of the way from there that is kept,
    ``calibration_pages`` how many generated pages the confidence is calibrated on (0: the model is never sure)."""

    recipe: Recipe
    source: str
    steps: int
    seed: int
    folder: Path
    name: str
    start: Path | None = None
    kept: float = 1.0
    calibration_pages: int = 0


def train(options: Namespace) -> None:
    """Load, train, export, measure. Raises ``DataMissing``, ``DataBad``, ``ModelLoadError``, ``OSError``."""
    began = monotonic()
    if options.start and not options.start.is_file():
        raise DataMissing(f"There is no network to go on from: {options.start} is no file.")
    data = split(load(options.data))
    penned = SyntheticDigits.make(data, options.seed) if options.penned else None
    order = _order(options, len(data.train) + (len(penned.learnt) if penned else 0))
    report, logbook = reporter(sys.stdout, sys.stderr, as_json=options.json), TensorBoardWriter(options.logdir)

    def listen(event: Event) -> None:
        report.event(event)
        logbook.event(event)

    candidate = train_model(order, data, listen, penned)
    logbook.result(candidate, data.test)
    logbook.close()
    if options.rehearsal:
        ReplayFeatures.of(candidate.served, data, options.seed).save(order.folder / replay_features.NAME)
    scores = Scores.from_json(candidate.served.card.metrics["test"])
    report.result(result(candidate.served, scores, monotonic() - began))


def _order(options: Namespace, count: int) -> Order:
    """What the command line asks for, with ``count`` digits to train on."""
    recipe = RECIPES[options.recipe]
    folder, name = options.out or Path("runs") / recipe.name, options.name or recipe.name
    recipe = further(recipe) if options.start else recipe
    steps = _steps(recipe, count, options)
    return Order(
        recipe=recipe,
        source=options.data,
        steps=steps,
        seed=options.seed,
        folder=folder,
        name=name,
        start=options.start,
        kept=options.kept,
        calibration_pages=options.calibration_pages,
    )


def train_model(order: Order, data: Split, listen: Listen, penned: SyntheticDigits | None = None) -> Candidate:
    """Train a recipe, from scratch or on from ``order.start``, and write the model, its card and the .keras file to the
    order's folder; ``penned`` digits are learnt and chosen by like those of ``data``. Raises ``ModelLoadError``."""
    began = monotonic()
    order.folder.mkdir(parents=True, exist_ok=True)
    seed_everything(order.seed)
    model = network(order.start.read_bytes()) if order.start else order.recipe.build()
    known = model.get_weights()
    train, validation = data.train, data.validation
    if penned:
        train, validation = train.joined(penned.learnt), validation.joined(penned.held)
    for event in fit(model, order.recipe, train, validation, Schedule(order.steps, order.seed)):
        listen(event)
        _checkpoint(event, model, order.folder)
    if order.start:
        interpolate_weights(model, known, order.kept)
    temperature = fit_temperature(predict(model, validation.images), validation.labels)
    card = _card(order, data, penned, monotonic() - began)
    held = penned.held if penned else None
    variations = 4 if order.recipe.augmentation else 1
    candidate = measured(make_candidate(model, card, temperature), data, variations, held)
    served = candidate.write(order.folder)
    if order.calibration_pages:
        candidate = calibrated(candidate, served, order.calibration_pages)
        candidate.write(order.folder)
    (order.folder / CHECKPOINT).unlink(missing_ok=True)
    return candidate


def calibrated(candidate: Candidate, served: Path, pages: int) -> Candidate:
    """The candidate with a page calibration on its card, fitted to so many pages read with its written file."""
    fitted = fit_pages.calibrate(served, pages)
    return candidate.with_card(fitted.on(candidate.served.card, f"{candidate.served.card.command} ({pages:,} pages)"))


def _steps(recipe: Recipe, count: int, options: Namespace) -> int:
    """Batches of the whole run over ``count`` digits: what was asked for, else what the recipe says."""
    per_epoch = max(1, count // recipe.batch)
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


def _card(order: Order, data: Split, penned: SyntheticDigits | None, seconds: float) -> ModelCard:
    """What is known before anything is measured."""
    parts = f"{len(data.train):,} to train, {len(data.validation):,} to choose by, {len(data.test):,} to report on"
    told, digest = f"{order.source}: {parts}", data.train.joined(data.validation).digest()
    if penned:
        told += f"; by our own generator (seed {order.seed}): {len(penned.learnt):,} to train, "
        told += f"{len(penned.held):,} to choose by"
        digest = data.train.joined(penned.learnt).joined(data.validation).joined(penned.held).digest()
    card = ModelCard(
        name=order.name,
        recipe=order.recipe.name,
        command=shlex.join(["digitbot", *sys.argv[1:]]),
        seed=order.seed,
        data=told,
        data_digest=digest,
        license=LICENCES.get(order.source, ""),
        tta_degrees=order.recipe.tta_degrees,
    )
    return replace(card, extra={"stages": [*stages_before(order), _stage(card, round(seconds, 1))]})


def stages_before(order: Order) -> list[Mapping[str, object]]:
    """The stages that made the weights to go on from, as far as a card beside them tells."""
    path = order.start.with_name(CARD_NAME) if order.start else None
    if path is None or not path.is_file():
        return []
    card = ModelCard.from_json(path.read_bytes())
    return [*card.extra.get("stages", [_stage(card, None)])]


def _stage(card: ModelCard, seconds: float | None) -> Mapping[str, object]:
    """One training run: what is needed to do it again, and how long it took."""
    return {"command": card.command, "seed": card.seed, "data_digest": card.data_digest, "seconds": seconds}
