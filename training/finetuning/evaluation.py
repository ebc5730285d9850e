"""What both ways of fine-tuning share: a candidate's card, its evaluation by the promotion gate, and the outcome."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.classification.predictions import Predictions
from model.classification.stored_features import STORED_FEATURES
from model.evaluation.digit_metrics import score
from model.model_bundle import ModelBundle
from model.model_card import ModelCard
from training.calibration.calibration_estimators import fit_temperature, softmax
from training.classifier.recipe import Recipe
from training.classifier.recipes import DIGITS_RECIPE, RECIPES
from training.errors import NoReplayFeatures
from training.export.candidate import Candidate
from training.export.replay_features import ReplayFeatures
from training.finetuning.acceptance_update import LabelledHypotheses, can_update, updated
from training.finetuning.judged_corrections import JudgedCorrections
from training.finetuning.promotion_gate import Gain, Pair, Verdict, evaluate_gate, max_errors
from training.finetuning.task import Root, Task

# Of the validation digits that the promotion gate lets a candidate lose, how many the interpolation spends: a digit of
# the test halves counts half, and the served file rounds otherwise than Keras.
SPENT_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class FinetuneOutcome:
    """A candidate and its evaluation beside the active model.

    ``corrections`` is the gain on corrections that were not trained on, ``readings`` that on those that were, whose ids
    are ``trained_on``; ``doubtful`` counts labels that were left out, ``without_mnist`` says why only the last layer
    was trained.
    """

    candidate: Candidate
    verdict: Verdict
    validation: Pair
    corrections: Gain
    readings: Gain
    trained_on: tuple[str, ...]
    doubtful: int
    test: Pair | None = None
    without_mnist: str = ""

    def as_json(self) -> dict[str, Any]:
        """The last line of ``finetune --json`` without the files and the time."""
        test = self.test
        return {
            **self.verdict.as_json(),
            "name": self.candidate.served.name,
            "trained_on": len(self.trained_on),
            "doubtful": self.doubtful,
            "validation": self.validation.as_json(),
            "corrections": self.corrections.as_json(),
            "readings": self.readings.as_json(),
            "test": test.after.as_json() if test else None,
            "test_before": test.before.as_json() if test else None,
            "parameters": self.candidate.served.card.parameters,
            "without_mnist": self.without_mnist,
        }


def evaluated(task: Task, known: JudgedCorrections, candidate: Candidate, validation: Pair) -> FinetuneOutcome:
    """Evaluate the promotion gate and record its verdict on the card."""
    gain, own = known.gain(candidate.served), known.own_gain(candidate.served)
    verdict = evaluate_gate(candidate, validation, gain, own, task.max_bytes)
    card = candidate.served.card
    metrics = {**card.metrics, "corrections": gain.as_json(), "gate": verdict.as_json()}
    candidate = candidate.with_card(replace(card, metrics=metrics))
    return FinetuneOutcome(candidate, verdict, validation, gain, own, _trained_on(task, known), len(known.doubtful))


def recipe_of(root: Root) -> Recipe:
    """The recipe that the root's card names; `digits` for an unknown one."""
    return RECIPES.get(root.served.card.recipe, DIGITS_RECIPE)


def candidate_card(task: Task, known: JudgedCorrections, seed: int, replayed: str) -> ModelCard:
    """The card with everything but the measurements.

    Page calibration and threshold are the root's, with the labels that are the classifier's alone, and the acceptance
    decision updated with what people called no digit; the temperature of the served file follows what the fine-tune
    does to the logits.
    """
    root, corrections = task.root.served, known.corrections
    calibration = root.card.page_calibration
    if calibration is not None:
        calibration = updated(calibration.by_classifier, _hypotheses(task, known), task.person_share)
    counts = f"{len(corrections.train):,} corrections, {len(corrections.holdout):,} held out"
    return ModelCard(
        name=task.name,
        recipe=root.card.recipe,
        command=shlex.join(["digitbot", *sys.argv[1:]]),
        seed=seed,
        data=f"{counts}, {replayed}",
        data_digest=corrections.train.digest(),
        license=root.card.license,
        page_calibration=calibration,
        sure_threshold=root.card.sure_threshold,
        tta_degrees=root.card.tta_degrees,
        parent=task.active.name,
        root=root.name,
    )


def _hypotheses(task: Task, known: JudgedCorrections) -> LabelledHypotheses:
    """Those that the acceptance decision is updated with: of the digits only what is trained on too."""
    return task.hypotheses.with_digits(frozenset(known.corrections.train.uids))


def _trained_on(task: Task, known: JudgedCorrections) -> tuple[str, ...]:
    """The ids of all samples that the candidate depends on."""
    digits, hypotheses = known.corrections.train.uids, _hypotheses(task, known)
    is_updated = can_update(task.root.served.card.page_calibration, hypotheses)
    return (*digits, *hypotheses.marks) if is_updated else digits


def spendable_errors(root_logits: NDArray[np.float32], labels: NDArray[np.uint8]) -> float:
    """How many validation digits the interpolated network may misread."""
    by_root = score(Predictions(softmax(root_logits, 1.0), root_logits), labels)
    errors = by_root.n - by_root.correct
    return errors + SPENT_SHARE * (max_errors(by_root) - errors)


def candidate_temperature(
    root: ModelBundle, before: NDArray[np.float32], after: NDArray[np.float32], labels: NDArray[np.uint8]
) -> float:
    """The root's temperature times the change of the best temperature on the validation digits, from logits ``before``
    to ``after``: the root's own was fitted to more digits than those, harder ones among them."""
    return round(root.card.temperature * fit_temperature(after, labels) / fit_temperature(before, labels), 4)


def stored_features(root: ModelBundle, missing: str) -> ReplayFeatures:
    """The features that are packaged with the base model.

    Raises ``NoReplayFeatures`` for another root, with ``missing``, which says how to get MNIST.
    """
    try:
        with as_file(files("model") / "base" / STORED_FEATURES) as path:
            return ReplayFeatures.load(path, root)
    except NoReplayFeatures as error:
        raise NoReplayFeatures(f"{error} {missing}") from error
