"""Fine-tuning with base digits at hand: the last layers are trained, and measured through the serving interpreter."""

from __future__ import annotations

from dataclasses import replace

import keras

from model.datasets import Samples, Split
from model.evaluation.digit_metrics import Scores, evaluate
from model.model_bundle import ModelBundle
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
from training.finetuning.last_layers_validation import LastLayersValidation
from training.finetuning.promotion_gate import Pair
from training.finetuning.served_digits import ServedDigits
from training.finetuning.stages import UNDECIDED_COSTS, Stage, StageProgress
from training.finetuning.task import Task
from training.finetuning.update import (
    POOL_DIGITS,
    TrainingMixture,
    as_served,
    augmented_copies,
    copy_sources,
    interpolate_until,
    replay_mixture,
    tune_last_layers,
)


def tune_network(task: Task, model: keras.Model, seed: int, data: Split, progress: StageProgress) -> FinetuneOutcome:
    """Train the last layers of ``model``, which is the root's; they are evaluated on digit images."""
    progress.reached(Stage.JUDGING)
    known = judged(task, LastLayer.of(model), _replay_features(task.root.served, data, seed))
    progress.costs = UNDECIDED_COSTS if known.is_undecided else progress.costs
    progress.reached(Stage.EARLY_LAYERS)
    network, degrees = DividedNetwork.of(model), task.root.served.card.tta_degrees
    mixture = _mixture(network, data.train, known, degrees, seed)
    validation = ServedDigits.of(network, data.validation, degrees)
    root_weights, before = model.get_weights(), validation.logits(network)
    progress.reached(Stage.CROSS_VALIDATION)
    if known.is_undecided:
        digits = ServedDigits.of(network, known.corrections.samples, degrees)
        folds = LastLayersValidation(network, recipe_of(task.root), mixture, digits, known.corrections.acts, seed)
        known = known.cross_validated_by(folds.readings)
    progress.reached(Stage.TRAINING)
    if len(known.corrections.train):
        for event in tune_last_layers(network, recipe_of(task.root), mixture.samples, validation.curve, seed):
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


def _mixture(
    network: DividedNetwork, base: Samples, known: JudgedCorrections, tta_degrees: float, seed: int
) -> TrainingMixture:
    """Replayed base digits, and corrections as often as they weigh, augmented."""
    pool = as_served(replay_features.replay_subset(base, seed, POOL_DIGITS), tta_degrees, seed)
    replayed = replay_mixture(network, pool, seed)
    copies = augmented_copies(known.corrections.train.samples, known.weights, seed)
    copied = Samples(network.activations(copies.images), copies.labels)
    return TrainingMixture.of(replayed, copied, copy_sources(known.weights, seed))


def _replay_features(root: ModelBundle, data: Split, seed: int) -> ReplayFeatures:
    """Those that are packaged with the base model; of another root they are computed."""
    try:
        return stored_features(root, "")
    except NoReplayFeatures:
        return ReplayFeatures.of(root, data, seed)
