"""``train``: train a recipe, from scratch or from a network's weights, to a model with card and test accuracy."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

import keras

from model.classification.stored_features import STORED_FEATURES
from model.datasets import Split, load, split
from model.evaluation.digit_metrics import Scores, result
from model.model_bundle import CARD_NAME
from model.model_card import ModelCard
from training.calibration import fit_pages
from training.calibration.calibration_estimators import fit_temperature
from training.classifier.recipe import Recipe
from training.classifier.recipes import RECIPES, continued
from training.classifier.synthetic_digits import SyntheticDigits
from training.errors import NoStartingNetwork
from training.export.candidate import Candidate, make_candidate, measured
from training.export.litert import keras_bytes, load_network
from training.export.replay_features import ReplayFeatures
from training.loop.ema import interpolate_weights
from training.loop.events import EpochEnded, Event, EventListener
from training.loop.fit import Schedule, fit, predict, seed_everything
from training.loop.progress import reporter
from training.loop.tensorboard import TensorBoardWriter
from training.output_files import require_folder

CHECKPOINT_FILE = "checkpoint.keras"
LICENCES = {"mnist": "MNIST: Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0"}


@dataclass(frozen=True, slots=True)
class TrainingJob:
    """One training run: ``source`` names the data, ``steps`` counts batches, ``folder`` receives the files. ``start``
    is the .keras file of weights to start from; the result lies ``interpolation`` (0..1) of the way from those to the
    trained ones. ``calibration_pages``: on how many generated pages the confidence is calibrated (0: the model is never
    sure)."""

    recipe: Recipe
    source: str
    steps: int
    seed: int
    folder: Path
    name: str
    start: Path | None = None
    interpolation: float = 1.0
    calibration_pages: int = 0


def train(options: Namespace) -> None:
    """Load the data, train, export, measure.

    Raises ``DataMissing``, ``DataBad``, ``NoStartingNetwork``, ``ModelLoadError``, ``OSError``.
    """
    began = monotonic()
    _require_start(options)
    data = split(load(options.data))
    if options.calibration_pages:
        fit_pages.require_pages()
    require_folder(_folder(options))
    report, tensorboard = reporter(sys.stdout, sys.stderr, as_json=options.json), TensorBoardWriter(options.logdir)
    synthetic = SyntheticDigits.make(data, options.seed) if options.synthetic_digits else None
    job = _job(options, len(data.train) + (len(synthetic.train) if synthetic else 0))

    def listen(event: Event) -> None:
        report.event(event)
        tensorboard.event(event)

    candidate = train_model(job, data, listen, synthetic)
    tensorboard.result(candidate, data.test)
    tensorboard.close()
    if options.replay_features:
        ReplayFeatures.of(candidate.served, data, options.seed).save(job.folder / STORED_FEATURES)
    scores = Scores.from_json(candidate.served.card.metrics["test"])
    report.result(result(candidate.served, scores, monotonic() - began))


def _require_start(options: Namespace) -> None:
    """Make sure, before anything is generated, that the network to start from can be. Raises ``NoStartingNetwork`` and
    ``ModelLoadError``."""
    if options.start and not options.start.is_file():
        raise NoStartingNetwork(f"There is no network to start from: {options.start} is no file.")
    if not options.start and options.interpolation != 1:
        raise NoStartingNetwork("--interpolation needs --from: there is no network to interpolate from.")
    if options.start:
        load_network(options.start.read_bytes())


def _folder(options: Namespace) -> Path:
    """Where the files of a run are written."""
    return Path(options.out or Path("runs") / RECIPES[options.recipe].name)


def _job(options: Namespace, count: int) -> TrainingJob:
    """The run that the command line asks for, over ``count`` training digits."""
    recipe = RECIPES[options.recipe]
    name = options.name or recipe.name
    recipe = continued(recipe) if options.start else recipe
    steps = _steps(recipe, count, options)
    return TrainingJob(
        recipe=recipe,
        source=options.data,
        steps=steps,
        seed=options.seed,
        folder=_folder(options),
        name=name,
        start=options.start,
        interpolation=options.interpolation,
        calibration_pages=options.calibration_pages,
    )


def train_model(
    job: TrainingJob, data: Split, listen: EventListener, synthetic: SyntheticDigits | None = None
) -> Candidate:
    """Train a recipe, from scratch or from ``job.start``, and write the model, its card and the .keras file to
    ``job.folder``; ``synthetic`` digits extend the training and validation digits of ``data``.

    Raises ``ModelLoadError`` and ``CardError`` for a damaged start, ``OSError``.
    """
    began = monotonic()
    require_folder(job.folder)
    stages = previous_stages(job)
    seed_everything(job.seed)
    model = load_network(job.start.read_bytes()) if job.start else job.recipe.build()
    starting_weights = model.get_weights()
    train, validation = data.train, data.validation
    if synthetic:
        train, validation = train.joined(synthetic.train), validation.joined(synthetic.holdout)
    for event in fit(model, job.recipe, train, validation, Schedule(job.steps, job.seed)):
        listen(event)
        _checkpoint(event, model, job.folder)
    if job.start:
        interpolate_weights(model, starting_weights, job.interpolation)
    temperature = fit_temperature(predict(model, validation.images), validation.labels)
    card = _card(job, data, synthetic)
    card = replace(card, extra={"stages": [*stages, _stage(card, round(monotonic() - began, 1))]})
    holdout = synthetic.holdout if synthetic else None
    variations = 4 if job.recipe.augmentation else 1
    candidate = measured(make_candidate(model, card, temperature), data, variations, holdout)
    served = candidate.write(job.folder)
    if job.calibration_pages:
        candidate = calibrated(candidate, served, job.calibration_pages)
        candidate.write(job.folder)
    (job.folder / CHECKPOINT_FILE).unlink(missing_ok=True)
    return candidate


def calibrated(candidate: Candidate, served: Path, pages: int) -> Candidate:
    """The candidate with a page calibration on its card, fitted to so many pages read with its written file."""
    fitted = fit_pages.calibrate(served, pages)
    return candidate.with_card(fitted.on(candidate.served.card, f"{candidate.served.card.command} ({pages:,} pages)"))


def _steps(recipe: Recipe, count: int, options: Namespace) -> int:
    """Batches of the run over ``count`` digits: as many as asked for, else those of the recipe."""
    per_epoch = max(1, count // recipe.batch)
    if options.steps:
        return int(options.steps)
    if options.epochs:
        return int(options.epochs) * per_epoch
    return recipe.steps or (recipe.epochs or 1) * per_epoch


def _checkpoint(event: Event, model: keras.Model, folder: Path) -> None:
    """Save the weights to keep so far, atomically: what remains of a run that is stopped early."""
    if isinstance(event, EpochEnded) and event.kept:
        part = folder / f"{CHECKPOINT_FILE}.part"
        part.write_bytes(keras_bytes(model))
        part.replace(folder / CHECKPOINT_FILE)


def _card(job: TrainingJob, data: Split, synthetic: SyntheticDigits | None) -> ModelCard:
    """The card with everything but the measurements and the stages of training."""
    parts = f"{len(data.train):,} to train, {len(data.validation):,} to choose by, {len(data.test):,} to report on"
    description, digest = f"{job.source}: {parts}", data.train.joined(data.validation).digest()
    if synthetic:
        description += f"; by our own generator (seed {job.seed}): {len(synthetic.train):,} to train, "
        description += f"{len(synthetic.holdout):,} to choose by"
        digest = data.train.joined(synthetic.train).joined(data.validation).joined(synthetic.holdout).digest()
    return ModelCard(
        name=job.name,
        recipe=job.recipe.name,
        command=shlex.join(["digitbot", *sys.argv[1:]]),
        seed=job.seed,
        data=description,
        data_digest=digest,
        license=LICENCES.get(job.source, ""),
        tta_degrees=job.recipe.tta_degrees,
    )


def previous_stages(job: TrainingJob) -> list[Mapping[str, object]]:
    """The training stages of the weights to start from, as recorded by the card beside them; [] without a card. Raises
    ``CardError`` for a damaged card."""
    path = job.start.with_name(CARD_NAME) if job.start else None
    if path is None or not path.is_file():
        return []
    card = ModelCard.from_json(path.read_bytes())
    stages = card.extra.get("stages")
    return stages if isinstance(stages, list) else [_stage(card, None)]


def _stage(card: ModelCard, seconds: float | None) -> Mapping[str, object]:
    """One training run: what is needed to repeat it, and how long it took in seconds."""
    return {"command": card.command, "seed": card.seed, "data_digest": card.data_digest, "seconds": seconds}
