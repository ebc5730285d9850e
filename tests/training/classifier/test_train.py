from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from model.datasets import Split
from model.model_card import CardError, ModelCard
from training.classifier.synthetic_digits import SyntheticCounts, SyntheticDigits

if TYPE_CHECKING:
    from training.classifier.train import TrainingJob
    from training.export.candidate import Candidate

pytest.importorskip("tensorflow", reason="needs the train extra")


@pytest.fixture(scope="module")
def synthetic(digits: Split) -> SyntheticDigits:
    return SyntheticDigits.make(
        digits, 1, SyntheticCounts(written=28, degraded=20, pages=3, holdout=14, holdout_pages=2)
    )


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> TrainingJob:
    """A short run of the smallest network, from scratch."""
    from training.classifier.recipes import RECIPES
    from training.classifier.train import TrainingJob

    recipe = RECIPES["softmax"]
    return TrainingJob(recipe, "digits", 200, 1, tmp_path_factory.mktemp("first"), "first")


@pytest.fixture(scope="module")
def first(job: TrainingJob, digits: Split) -> Candidate:
    from training.classifier.train import train_model

    return train_model(job, digits, lambda _: None)


@pytest.fixture(scope="module")
def second(
    job: TrainingJob,
    first: Candidate,
    digits: Split,
    synthetic: SyntheticDigits,
    tmp_path_factory: pytest.TempPathFactory,
) -> Candidate:
    """A shorter run that starts from the first."""
    from training.classifier.recipes import continued
    from training.classifier.train import train_model

    next_job = replace(
        job,
        recipe=continued(job.recipe),
        steps=5,
        seed=2,
        folder=tmp_path_factory.mktemp("second"),
        start=job.folder / "softmax.keras",
    )
    return train_model(next_job, digits, lambda _: None, synthetic)


def test_a_second_stage_starts_from_the_weights_of_the_first(first: Candidate, second: Candidate) -> None:
    before, after = (each.served.card.metrics["test"]["accuracy"] for each in (first, second))
    assert before > 0.5  # five batches from scratch get nowhere near
    assert after > before - 0.05


def test_the_card_names_both_stages_and_both_sources(
    first: Candidate, second: Candidate, digits: Split, synthetic: SyntheticDigits
) -> None:
    card = second.served.card
    stages = card.extra["stages"]
    assert [stage["seed"] for stage in stages] == [1, 2]
    assert [stage["data_digest"] for stage in stages] == [first.served.card.data_digest, card.data_digest]
    assert stages[0]["data_digest"] != stages[1]["data_digest"]
    assert all(stage["command"] and stage["seconds"] > 0 for stage in stages)
    assert (
        f"by our own generator (seed 2): {len(synthetic.train)} to train, {len(synthetic.holdout)} to choose by"
        in card.data
    )
    assert card.metrics["generated"]["n"] == len(synthetic.holdout)
    assert card.metrics["sure_on_digits"]["n"] == len(digits.validation) + len(synthetic.holdout)


def test_a_network_without_a_card_has_no_stages_before(job: TrainingJob, tmp_path: Path) -> None:
    from training.classifier.train import previous_stages

    assert previous_stages(job) == []
    assert previous_stages(replace(job, start=tmp_path / "bare.keras")) == []


@pytest.mark.parametrize("stages", [None, 7, {}])
def test_stages_that_are_no_list_count_as_one(job: TrainingJob, tmp_path: Path, stages: object) -> None:
    from training.classifier.train import previous_stages

    (tmp_path / "model_card.json").write_text(ModelCard(command="train", extra={"stages": stages}).to_json())
    assert [stage["command"] for stage in previous_stages(replace(job, start=tmp_path / "a.keras"))] == ["train"]


def test_a_damaged_card_beside_the_start_ends_a_run_before_it_begins(
    job: TrainingJob, first: Candidate, digits: Split, tmp_path: Path
) -> None:
    from training.classifier.train import train_model

    (tmp_path / "a.keras").write_bytes(first.keras)
    (tmp_path / "model_card.json").write_text("{")
    events: list[object] = []
    with pytest.raises(CardError, match="not JSON"):
        train_model(replace(job, start=tmp_path / "a.keras"), digits, events.append)
    assert events == []


def test_the_figures_of_each_digit_are_those_of_the_confusion(first: Candidate) -> None:
    metrics = first.served.card.metrics
    confusion = np.array(metrics["test"]["confusion"])
    for digit, scores in metrics["test_by_digit"].items():
        at = int(digit)
        assert scores["n"] == confusion[at].sum()
        assert scores["recall"] == pytest.approx(confusion[at, at] / confusion[at].sum(), abs=1e-5)
        assert scores["precision"] == pytest.approx(confusion[at, at] / max(1, confusion[:, at].sum()), abs=1e-5)


def test_a_second_stage_augments_more_mildly_than_the_first() -> None:
    from training.classifier.recipes import DIGITS_RECIPE, RECIPES, continued

    second_stage = continued(DIGITS_RECIPE)
    assert second_stage.augmentation is not None
    assert DIGITS_RECIPE.augmentation is not None
    assert second_stage.augmentation.rotation < DIGITS_RECIPE.augmentation.rotation
    assert second_stage.augmentation.shift_only_share > DIGITS_RECIPE.augmentation.shift_only_share
    assert continued(RECIPES["softmax"]).augmentation is None


def test_weights_are_interpolated_between_two_networks_by_share(job: TrainingJob) -> None:
    from training.loop.ema import interpolate_weights

    model = job.recipe.build()
    start = model.get_weights()
    trained = [weights + 2 for weights in start]
    for share, added in ((1.0, 2.0), (0.25, 0.5), (0.0, 0.0)):
        model.set_weights(trained)
        interpolate_weights(model, start, share)
        for before, after in zip(start, model.get_weights(), strict=True):
            np.testing.assert_allclose(after, before + added, atol=1e-6)
