"""``finetune``: the root model, all consented corrections and base data -> a candidate and the gate's verdict."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from collections.abc import Callable
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
from training.classifier.recipes import DIGITS, RECIPES
from training.export import replay_features
from training.export.candidate import Candidate, make_candidate, measured
from training.export.litert import network
from training.export.replay_features import NoReplayFeatures, ReplayFeatures
from training.finetuning import task as finetuning_task
from training.finetuning.correction_samples import from_npz
from training.finetuning.promotion_gate import Pair, Verdict, evaluate_gate, most_wrong
from training.finetuning.task import Root, Task
from training.finetuning.update import interpolate_until, stored_logits, tune_layer, tune_network
from training.loop import plots
from training.loop.events import EpochEnded, Event
from training.loop.fit import predict, seed_everything
from training.loop.progress import reporter

SPARE = 2  # digits: the served file rounds otherwise than Keras, and may misread one or two more
LOOKED_AT = 1_000  # validation digits after each epoch, for the curve; what is decided is decided on all of them

Listen = Callable[[Event], None]


def finetune(options: Namespace) -> None:
    """Gather, learn, judge, write. Raises ``DataMissing``, ``DataBad``, ``ModelLoadError``, ``NoReplayFeatures``,
    ``OSError``."""
    began = monotonic()
    task = _task(options)
    report = reporter(sys.stdout, sys.stderr, as_json=options.json)
    epochs: list[EpochEnded] = []

    def listen(event: Event) -> None:
        report.event(event)
        if isinstance(event, EpochEnded):
            epochs.append(event)

    seed_everything(options.seed)
    outcome = learn(task, options.seed, options.data, listen)
    served = outcome.candidate.write(options.out)
    served.with_name("result.png").write_bytes(plots.run_picture(epochs, outcome.validation))
    served.with_name("trained_on.txt").write_text("".join(f"{uid}\n" for uid in task.corrections.trained_on))
    report.result({**outcome.as_json(), "model": str(served), "seconds": round(monotonic() - began, 3)})


@dataclass(frozen=True, slots=True)
class Outcome:
    """A candidate and what was found out about it, each pair being (active, candidate)."""

    candidate: Candidate
    verdict: Verdict
    validation: Pair
    corrections: Pair
    trained_on: int
    test: Pair | None
    without_mnist: str = ""

    def as_json(self) -> dict[str, Any]:
        """The last line of ``finetune --json``, less the files and the time."""
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


def learn(task: Task, seed: int, source: str | None, listen: Listen) -> Outcome:
    """Learn from the task's corrections: with ``source``, else with MNIST, else with the features stored for the
    root."""
    model = network(task.root.keras)
    try:
        data = split(load(source or "mnist"))
    except DataMissing as missing:
        if source:
            raise
        return _learn_layer(task, model, seed, listen, str(missing))
    return _learn_network(task, model, seed, data, listen)


def _learn_network(task: Task, model: keras.Model, seed: int, data: Split, listen: Listen) -> Outcome:
    """The whole network; everything is measured on pictures, through the serving interpreter."""
    rehearsed = replay_features.chosen(data.train, seed)
    active = evaluate(task.active, data.validation, threads=2)
    turned = rotated_views(data.validation.images, task.root.served.card.tta_degrees)

    def logits() -> NDArray[np.float32]:
        return np.asarray(np.mean([predict(model, view) for view in turned], axis=0), np.float32)

    known, before = model.get_weights(), logits()
    base = replace(data, train=rehearsed, validation=data.validation.chosen(slice(LOOKED_AT)))
    for event in tune_network(model, _recipe(task.root), task.corrections.train, base, seed):
        listen(event)
    after = interpolate_until(model, known, logits, data.validation.labels, most_wrong(active) - SPARE)
    temperature = _temperature(task.root.served, before, after, data.validation.labels)
    described = f"{len(rehearsed):,} replayed digits ({rehearsed.digest()})"
    candidate = make_candidate(model, _card(task, seed, described), temperature)
    candidate = measured(candidate, data, variations=1)
    told = candidate.served.card.metrics
    validation = Pair(active, Scores.from_json(told["validation"]))
    test = Pair(evaluate(task.active, data.test, threads=2), Scores.from_json(told["test"]))
    corrections = _pair(task.active, candidate.served, task.corrections.check)
    return _outcome(task, candidate, validation, corrections, test)


def _learn_layer(task: Task, model: keras.Model, seed: int, listen: Listen, missing: str) -> Outcome:
    """The last layer; validated on stored features, which the card's numbers say."""
    root = task.root.served
    stored = _stored(root, missing)
    known, before = model.get_weights(), stored_logits(model, stored)
    active = _stored_scores(before, stored, root.card.temperature)
    if task.active.card.sha256 != root.card.sha256:
        active = _validated(task.active, active)
    for event in tune_layer(model, _recipe(task.root), task.corrections.train, stored, seed):
        listen(event)
    labels = stored.validation_labels
    learned = interpolate_until(model, known, lambda: stored_logits(model, stored), labels, most_wrong(active))
    temperature = _temperature(root, before, learned, labels)
    after = _stored_scores(learned, stored, temperature)
    described = f"{len(stored.train_labels):,} replayed digits as features of {root.name}"
    card = replace(_card(task, seed, described), metrics={"validation_by_features": after.as_json()})
    candidate = make_candidate(model, card, temperature)
    corrections = _pair(task.active, candidate.served, task.corrections.check)
    return replace(_outcome(task, candidate, Pair(active, after), corrections, None), without_mnist=missing)


def _temperature(
    root: ModelBundle, before: NDArray[np.float32], after: NDArray[np.float32], labels: NDArray[np.uint8]
) -> float:
    """The root's, changed as its logits on the validation digits (``before``) have: it was fitted to more than those,
    as what it is sure from on was, and photos are harder."""
    return round(root.card.temperature * fit_temperature(after, labels) / fit_temperature(before, labels), 4)


def _task(options: Namespace) -> Task:
    """What there is to learn from. Raises ``DataMissing`` where that is nothing."""
    if options.corrections:
        root = Root.base()
        task = Task(from_npz(options.corrections), root.served, root, f"{root.served.name}-tuned")
    else:
        task = finetuning_task.task() or _refuse("There is no database: set DIGITBOT_DATABASE_URL and DIGITBOT_KEY.")
    if not len(task.corrections.train):
        _refuse("There is nothing to learn from: no correction that may be kept has been made yet.")
    return replace(task, name=options.name or task.name)


def _refuse(sentence: str) -> NoReturn:
    raise DataMissing(sentence)


def _recipe(root: Root) -> Recipe:
    """The root's own recipe; ours for a network that names none of them."""
    return RECIPES.get(root.served.card.recipe, DIGITS)


def _card(task: Task, seed: int, replayed: str) -> ModelCard:
    """What is known before anything is measured. The page calibration is the root's, as nothing but the labels of a few
    digits changes; the temperature of the served file follows what the fine-tune does to the logits."""
    root, corrections = task.root.served, task.corrections
    counts = f"{len(corrections.train):,} corrections, {len(corrections.check):,} held back"
    return ModelCard(
        name=task.name,
        recipe=root.card.recipe,
        command=shlex.join(["digitbot", *sys.argv[1:]]),
        seed=seed,
        data=f"{counts}, {replayed}",
        data_digest=corrections.digest(),
        license=root.card.license,
        page_calibration=root.card.page_calibration,
        sure_threshold=root.card.sure_threshold,
        tta_degrees=root.card.tta_degrees,
        parent=task.active.name,
        root=root.name,
    )


def _pair(active: ModelBundle, candidate: ModelBundle, samples: Samples) -> Pair:
    return Pair(evaluate(active, samples, threads=2), evaluate(candidate, samples, threads=2))


def _stored(root: ModelBundle, missing: str) -> ReplayFeatures:
    """The features that travel with the base model. Raises ``NoReplayFeatures`` for another root, with the ways to MNIST."""
    try:
        with as_file(files("model") / "base" / replay_features.NAME) as path:
            return ReplayFeatures.load(path, root)
    except NoReplayFeatures as error:
        raise NoReplayFeatures(f"{error} {missing}") from error


def _stored_scores(logits: NDArray[np.float32], stored: ReplayFeatures, temperature: float) -> Scores:
    """Scores of these logits, (n, 10), on the stored validation features."""
    probabilities = softmax(logits, temperature)
    return score(Predictions(probabilities, stored.validation.features), stored.validation.labels)


def _validated(active: ModelBundle, root: Scores) -> Scores:
    """What the active model's card says of the validation digits; where it says nothing, what the root does there."""
    metrics = active.card.metrics
    try:
        return Scores.from_json(metrics.get("validation_by_features") or metrics["validation"])
    except (KeyError, TypeError, ValueError):
        return root


def _outcome(task: Task, candidate: Candidate, validation: Pair, corrections: Pair, test: Pair | None) -> Outcome:
    """Let the gate judge, and note the verdict on the card."""
    verdict = evaluate_gate(candidate.served, validation, corrections)
    card = candidate.served.card
    told = {**card.metrics, "corrections": corrections.after.as_json(), "gate": verdict.as_json()}
    candidate = candidate.with_card(replace(card, metrics=told))
    return Outcome(candidate, verdict, validation, corrections, len(task.corrections.train), test)
