"""``finetune``: root model, corrections and base data to replay -> a candidate and the promotion gate's verdict."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from time import monotonic
from typing import Any, NoReturn

import keras
import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import Predictions
from model.classification.test_time_augmentation import rotated_views
from model.datasets import DataMissing, Samples, Split, load, split
from model.evaluation.digit_metrics import Scores, evaluate, score
from model.model_bundle import ModelBundle
from model.model_card import ModelCard
from training.calibration.calibration_estimators import fit_temperature, softmax
from training.classifier.recipe import Recipe
from training.classifier.recipes import DIGITS_RECIPE, RECIPES
from training.errors import NoReplayFeatures, NothingToTrainOn
from training.export import replay_features
from training.export.candidate import Candidate, make_candidate, measured
from training.export.litert import load_network
from training.export.replay_features import ReplayFeatures
from training.finetuning.correction_samples import from_npz
from training.finetuning.promotion_gate import Pair, Verdict, evaluate_gate, max_errors
from training.finetuning.task import Root, Task, load_task
from training.finetuning.update import interpolate_until, stored_logits, tune_last_layer, tune_network
from training.loop import plots
from training.loop.events import EpochEnded, Event, EventListener
from training.loop.fit import predict, seed_everything
from training.loop.progress import reporter

ROUNDING_MARGIN = 2  # digits: the served file rounds otherwise than Keras and may misread one or two more
CURVE_DIGITS = 1_000  # validated on after each epoch, for the curve only: decisions use all validation digits


def finetune(options: Namespace) -> None:
    """Load the task, train, evaluate the promotion gate, write the candidate, its figure and the ids trained on.

    Raises ``NothingToTrainOn``, ``NoReplayFeatures``, ``DataMissing``, ``DataBad``, ``ModelLoadError``,
    ``StorageError``, ``OSError``.
    """
    began = monotonic()
    task = _task(options)
    report = reporter(sys.stdout, sys.stderr, as_json=options.json)
    epochs: list[EpochEnded] = []

    def listen(event: Event) -> None:
        report.event(event)
        if isinstance(event, EpochEnded):
            epochs.append(event)

    seed_everything(options.seed)
    outcome = finetune_task(task, options.seed, options.data, listen)
    served = outcome.candidate.write(options.out)
    served.with_name("result.png").write_bytes(plots.finetune_figure(epochs, outcome.validation))
    served.with_name("trained_on.txt").write_text("".join(f"{uid}\n" for uid in task.corrections.trained_on))
    report.result({**outcome.as_json(), "model": str(served), "seconds": round(monotonic() - began, 3)})


@dataclass(frozen=True, slots=True)
class FinetuneOutcome:
    """A candidate and its evaluation beside the active model; ``trained_on`` counts corrections, ``without_mnist`` says
    why only the last layer was trained."""

    candidate: Candidate
    verdict: Verdict
    validation: Pair
    corrections: Pair
    trained_on: int
    test: Pair | None
    without_mnist: str = ""

    def as_json(self) -> dict[str, Any]:
        """The last line of ``finetune --json`` without the files and the time."""
        test = self.test
        return {
            **self.verdict.as_json(),
            "name": self.candidate.served.name,
            "trained_on": self.trained_on,
            "validation": self.validation.as_json(),
            "corrections": self.corrections.as_json(),
            "test": test.after.as_json() if test else None,
            "test_before": test.before.as_json() if test else None,
            "parameters": self.candidate.served.card.parameters,
            "without_mnist": self.without_mnist,
        }


def finetune_task(task: Task, seed: int, source: str | None, listen: EventListener) -> FinetuneOutcome:
    """Train on the task's corrections while replaying ``source``, else MNIST, else the features stored for the root.

    Raises ``DataMissing`` and ``DataBad`` for a ``source`` that cannot be had, ``NoReplayFeatures``,
    ``ModelLoadError``.
    """
    model = load_network(task.root.keras)
    try:
        data = split(load(source or "mnist"))
    except DataMissing as missing:
        if source:
            raise
        return _tune_last_layer(task, model, seed, listen, str(missing))
    return _tune_whole_network(task, model, seed, data, listen)


def _tune_whole_network(
    task: Task, model: keras.Model, seed: int, data: Split, listen: EventListener
) -> FinetuneOutcome:
    """Train the whole network; it is evaluated on digit images through the serving interpreter."""
    replayed = replay_features.replay_subset(data.train, seed)
    active = evaluate(task.active, data.validation, threads=2)
    views = rotated_views(data.validation.images, task.root.served.card.tta_degrees)

    def logits() -> NDArray[np.float32]:
        return np.asarray(np.mean([predict(model, view) for view in views], axis=0), np.float32)

    root_weights, before = model.get_weights(), logits()
    base = replace(data, train=replayed, validation=data.validation.chosen(slice(CURVE_DIGITS)))
    for event in tune_network(model, _recipe(task.root), task.corrections.train, base, seed):
        listen(event)
    after = interpolate_until(model, root_weights, logits, data.validation.labels, max_errors(active) - ROUNDING_MARGIN)
    temperature = _temperature(task.root.served, before, after, data.validation.labels)
    replay_data = f"{len(replayed):,} replayed digits ({replayed.digest()})"
    candidate = make_candidate(model, _card(task, seed, replay_data), temperature)
    candidate = measured(candidate, data, variations=1)
    metrics = candidate.served.card.metrics
    validation = Pair(active, Scores.from_json(metrics["validation"]))
    test = Pair(evaluate(task.active, data.test, threads=2), Scores.from_json(metrics["test"]))
    corrections = _pair(task.active, candidate.served, task.corrections.holdout)
    return _outcome(task, candidate, validation, corrections, test)


def _tune_last_layer(task: Task, model: keras.Model, seed: int, listen: EventListener, missing: str) -> FinetuneOutcome:
    """Train the last layer; it is validated on stored features, as the names of the card's numbers say."""
    root = task.root.served
    replay = _load_replay_features(root, missing)
    root_weights, before = model.get_weights(), stored_logits(model, replay)
    active = _feature_scores(before, replay, root.card.temperature)
    if task.active.card.sha256 != root.card.sha256:
        active = _recorded_scores(task.active, active)
    for event in tune_last_layer(model, _recipe(task.root), task.corrections.train, replay, seed):
        listen(event)
    labels = replay.validation_labels
    logits = interpolate_until(model, root_weights, lambda: stored_logits(model, replay), labels, max_errors(active))
    temperature = _temperature(root, before, logits, labels)
    after = _feature_scores(logits, replay, temperature)
    replay_data = f"{len(replay.train_labels):,} replayed digits as features of {root.name}"
    card = replace(_card(task, seed, replay_data), metrics={"validation_by_features": after.as_json()})
    candidate = make_candidate(model, card, temperature)
    corrections = _pair(task.active, candidate.served, task.corrections.holdout)
    return replace(_outcome(task, candidate, Pair(active, after), corrections, None), without_mnist=missing)


def _temperature(
    root: ModelBundle, before: NDArray[np.float32], after: NDArray[np.float32], labels: NDArray[np.uint8]
) -> float:
    """The root's temperature times the change of the best temperature on the validation digits, from logits ``before``
    to ``after``: the root's own was fitted to more digits than those, harder ones among them."""
    return round(root.card.temperature * fit_temperature(after, labels) / fit_temperature(before, labels), 4)


def _task(options: Namespace) -> Task:
    """The corrections and models to start from. Raises ``NothingToTrainOn`` where there are none."""
    if options.corrections:
        root = Root.base()
        task = Task(from_npz(options.corrections), root.served, root, f"{root.served.name}-tuned")
    else:
        task = load_task() or _refuse("There is no database: set DIGITBOT_DATABASE_URL and DIGITBOT_KEY.")
    if not len(task.corrections.train):
        _refuse("There is nothing to train on: nobody has made a correction that may be kept yet.")
    return replace(task, name=options.name or task.name, max_bytes=options.max_model_bytes)


def _refuse(sentence: str) -> NoReturn:
    raise NothingToTrainOn(sentence)


def _recipe(root: Root) -> Recipe:
    """The recipe that the root's card names; `digits` for an unknown one."""
    return RECIPES.get(root.served.card.recipe, DIGITS_RECIPE)


def _card(task: Task, seed: int, replayed: str) -> ModelCard:
    """The card with everything but the measurements.

    Page calibration and threshold are the root's, as nothing but the labels of a few digits changes, and these are the
    classifier's alone; the temperature of the served file follows what the fine-tune does to the logits.
    """
    root, corrections = task.root.served, task.corrections
    calibration = root.card.page_calibration
    counts = f"{len(corrections.train):,} corrections, {len(corrections.holdout):,} held out"
    return ModelCard(
        name=task.name,
        recipe=root.card.recipe,
        command=shlex.join(["digitbot", *sys.argv[1:]]),
        seed=seed,
        data=f"{counts}, {replayed}",
        data_digest=corrections.digest(),
        license=root.card.license,
        page_calibration=calibration.by_classifier if calibration else None,
        sure_threshold=root.card.sure_threshold,
        tta_degrees=root.card.tta_degrees,
        parent=task.active.name,
        root=root.name,
    )


def _pair(active: ModelBundle, candidate: ModelBundle, samples: Samples) -> Pair:
    return Pair(evaluate(active, samples, threads=2), evaluate(candidate, samples, threads=2))


def _load_replay_features(root: ModelBundle, missing: str) -> ReplayFeatures:
    """The features that are packaged with the base model.

    Raises ``NoReplayFeatures`` for another root, with ``missing``, which says how to get MNIST.
    """
    try:
        with as_file(files("model") / "base" / replay_features.REPLAY_FILE) as path:
            return ReplayFeatures.load(path, root)
    except NoReplayFeatures as error:
        raise NoReplayFeatures(f"{error} {missing}") from error


def _feature_scores(logits: NDArray[np.float32], replay: ReplayFeatures, temperature: float) -> Scores:
    """Scores of logits (n, 10) on the stored validation features."""
    probabilities = softmax(logits, temperature)
    return score(Predictions(probabilities, replay.validation.features), replay.validation.labels)


def _recorded_scores(active: ModelBundle, root: Scores) -> Scores:
    """The active model's validation scores as its card records them; the root's where it records none."""
    metrics = active.card.metrics
    try:
        return Scores.from_json(metrics.get("validation_by_features") or metrics["validation"])
    except (KeyError, TypeError, ValueError):
        return root


def _outcome(
    task: Task, candidate: Candidate, validation: Pair, corrections: Pair, test: Pair | None
) -> FinetuneOutcome:
    """Evaluate the promotion gate and record its verdict on the card."""
    verdict = evaluate_gate(candidate, validation, corrections, task.max_bytes)
    card = candidate.served.card
    metrics = {**card.metrics, "corrections": corrections.after.as_json(), "gate": verdict.as_json()}
    candidate = candidate.with_card(replace(card, metrics=metrics))
    return FinetuneOutcome(candidate, verdict, validation, corrections, len(task.corrections.train), test)
