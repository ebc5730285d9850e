"""Fine-tuning without base digits: the last layer is trained on features that are stored for the root."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
from numpy.typing import NDArray

from model.classification.predictions import Predictions
from model.evaluation.digit_metrics import Scores, score
from model.model_bundle import ModelBundle
from training.calibration.calibration_estimators import softmax
from training.export.candidate import make_candidate
from training.export.replay_features import ReplayFeatures
from training.finetuning.cross_validation import LastLayer
from training.finetuning.evaluation import (
    FinetuneOutcome,
    candidate_card,
    candidate_temperature,
    evaluated,
    recipe_of,
    stored_features,
)
from training.finetuning.judged_corrections import judged
from training.finetuning.promotion_gate import Pair, max_errors
from training.finetuning.stages import Stage, StageProgress
from training.finetuning.task import Task
from training.finetuning.update import (
    augmented_copies,
    interpolate_until,
    stored_logits,
    tune_last_layer,
)


def tune_on_features(
    task: Task, model: keras.Model, seed: int, progress: StageProgress, missing: str
) -> FinetuneOutcome:
    """Train the last layer; it is validated on stored features, as the names of the card's numbers say."""
    progress.reached(Stage.JUDGING)
    root = task.root.served
    replay = stored_features(root, missing)
    known = judged(task, LastLayer.of(model), replay)
    root_weights, before = model.get_weights(), stored_logits(model, replay)
    active = _feature_scores(before, replay, root.card.temperature)
    if task.active.card.sha256 != root.card.sha256:
        active = _recorded_scores(task.active, active)
    shown, labels = known.corrections.train, replay.validation_labels
    copies = augmented_copies(shown.samples, known.weights, seed)
    progress.reached(Stage.TRAINING)
    if len(shown):
        for event in tune_last_layer(model, recipe_of(task.root), copies, replay, seed):
            progress.during_training(event)
    # As much as the gate allows: the last layer alone learns less, and what it costs is known to the digit.
    logits = interpolate_until(model, root_weights, lambda: stored_logits(model, replay), labels, max_errors(active))
    progress.reached(Stage.EXPORT)
    temperature = candidate_temperature(root, before, logits, labels)
    after = _feature_scores(logits, replay, temperature)
    card = candidate_card(task, known, seed, f"{len(replay.train_labels):,} replayed digits as features of {root.name}")
    card = replace(card, metrics={"validation_by_features": after.as_json()})
    candidate = make_candidate(model, card, temperature)
    progress.reached(Stage.EVALUATION)
    return replace(evaluated(task, known, candidate, Pair(active, after)), without_mnist=missing)


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
