"""Fine-tuning with base digits at hand: the last layers are trained, and measured through the serving interpreter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from model.classification.classifier import TTA_BELOW
from model.classification.test_time_augmentation import rotated_views
from model.datasets import Samples, Split
from model.evaluation.digit_metrics import Scores, evaluate
from model.model_bundle import ModelBundle
from training.calibration.calibration_estimators import softmax
from training.errors import NoReplayFeatures
from training.export import replay_features
from training.export.candidate import make_candidate, measured
from training.export.replay_features import ReplayFeatures
from training.finetuning.cross_validation import LastLayer
from training.finetuning.evaluation import (
    FinetuneOutcome,
    candidate_card,
    candidate_temperature,
    evaluated,
    recipe_of,
    spendable_errors,
    stored_features,
)
from training.finetuning.judged_corrections import JudgedCorrections, judged
from training.finetuning.last_layers import DividedNetwork
from training.finetuning.promotion_gate import Pair
from training.finetuning.stages import Stage, StageProgress
from training.finetuning.task import Task
from training.finetuning.update import (
    POOL_DIGITS,
    as_served,
    augmented_copies,
    interpolate_until,
    replay_mixture,
    tune_last_layers,
)

CURVE_DIGITS = 1_000  # validated on after each epoch, for the curve only: decisions use all validation digits


@dataclass(frozen=True, slots=True, eq=False)
class ValidationDigits:
    """Activations of the n validation digits with ``labels`` (n,), in the views in which they are served: in the first
    one all of them, in ``others`` those that ``is_doubtful`` (n,) marks."""

    labels: NDArray[np.uint8]
    first: NDArray[Any]
    others: tuple[NDArray[Any], ...]
    is_doubtful: NDArray[np.bool_]

    @classmethod
    def of(cls, network: DividedNetwork, digits: Samples, tta_degrees: float) -> ValidationDigits:
        """Doubtful is what the root is less sure of than ``TTA_BELOW``."""
        view, *views = rotated_views(digits.images, tta_degrees)
        first = network.activations(view)
        is_doubtful = softmax(network.logits(first), 1.0).max(axis=1) < TTA_BELOW
        others = tuple(network.activations(other[is_doubtful]) for other in views if is_doubtful.any())
        return cls(digits.labels, first, others, is_doubtful)

    @property
    def curve(self) -> Samples:
        """Those to validate on after each epoch."""
        return Samples(self.first[:CURVE_DIGITS], self.labels[:CURVE_DIGITS])

    def logits(self, network: DividedNetwork) -> NDArray[np.float32]:
        """The logits (n, 10) by the last layers as they are now, the mean of its views for a doubtful digit."""
        logits = network.logits(self.first)
        if self.others:
            views = [logits[self.is_doubtful], *(network.logits(view) for view in self.others)]
            logits[self.is_doubtful] = np.mean(views, axis=0)
        return logits


def tune_network(task: Task, model: keras.Model, seed: int, data: Split, progress: StageProgress) -> FinetuneOutcome:
    """Train the last layers of ``model``, which is the root's; they are evaluated on digit images."""
    progress.reached(Stage.JUDGING)
    known = judged(task, LastLayer.of(model), _replay_features(task.root.served, data, seed))
    progress.reached(Stage.EARLY_LAYERS)
    network, shown = DividedNetwork.of(model), known.corrections.train
    mixture = _mixture(network, data.train, known, task, seed)
    validation = ValidationDigits.of(network, data.validation, task.root.served.card.tta_degrees)
    root_weights, before = model.get_weights(), validation.logits(network)
    progress.reached(Stage.TRAINING)
    if len(shown):
        for event in tune_last_layers(network, recipe_of(task.root), mixture, validation.curve, seed):
            progress.during_training(event)
    spendable = spendable_errors(before, validation.labels)
    after = interpolate_until(model, root_weights, lambda: validation.logits(network), validation.labels, spendable)
    progress.reached(Stage.EXPORT)
    temperature = candidate_temperature(task.root.served, before, after, validation.labels)
    card = candidate_card(task, known, seed, f"replayed digits of {data.train.digest()}")
    candidate = make_candidate(model, card, temperature)
    progress.reached(Stage.EVALUATION)
    candidate = measured(candidate, data, variations=0)
    validated, tested = (
        Pair(evaluate(task.active, digits, threads=2), Scores.from_json(candidate.served.card.metrics[name]))
        for name, digits in (("validation", data.validation), ("test", data.test))
    )
    progress.reached(Stage.EVALUATION, 0.7)
    return replace(evaluated(task, known, candidate, validated), test=tested)


def _mixture(network: DividedNetwork, base: Samples, known: JudgedCorrections, task: Task, seed: int) -> Samples:
    """What to train on, as activations: replayed base digits, and corrections as often as they weigh, augmented."""
    degrees, shown = task.root.served.card.tta_degrees, known.corrections.train
    pool = as_served(replay_features.replay_subset(base, seed, POOL_DIGITS), degrees, seed)
    replayed = replay_mixture(network, pool, seed)
    copies = augmented_copies(shown.samples, known.weights, seed)
    return replayed.joined(Samples(network.activations(copies.images), copies.labels)) if len(copies) else replayed


def _replay_features(root: ModelBundle, data: Split, seed: int) -> ReplayFeatures:
    """Those that are packaged with the base model; of another root they are computed."""
    try:
        return stored_features(root, "")
    except NoReplayFeatures:
        return ReplayFeatures.of(root, data, seed)
