from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from model.datasets import Split
from training.classifier.synthetic_digits import Plan, SyntheticDigits

if TYPE_CHECKING:
    from training.classifier.train import Order
    from training.export.candidate import Candidate

pytest.importorskip("tensorflow", reason="needs the train extra")


@pytest.fixture(scope="module")
def penned(digits: Split) -> SyntheticDigits:
    return SyntheticDigits.make(digits, 1, Plan(written=28, worn=20, pages=3, held=14, held_pages=2))


@pytest.fixture(scope="module")
def order(tmp_path_factory: pytest.TempPathFactory) -> Order:
    """A short run of the smallest network, from scratch."""
    from training.classifier.recipes import RECIPES
    from training.classifier.train import Order

    recipe = RECIPES["softmax"]
    return Order(recipe, "digits", 200, 1, tmp_path_factory.mktemp("first"), "first")


@pytest.fixture(scope="module")
def first(order: Order, digits: Split) -> Candidate:
    from training.classifier.train import train_model

    return train_model(order, digits, lambda _: None)


@pytest.fixture(scope="module")
def second(
    order: Order, first: Candidate, digits: Split, penned: SyntheticDigits, tmp_path_factory: pytest.TempPathFactory
) -> Candidate:
    """A shorter run, on from the first."""
    from training.classifier.recipes import further
    from training.classifier.train import train_model

    going = replace(
        order,
        recipe=further(order.recipe),
        steps=5,
        seed=2,
        folder=tmp_path_factory.mktemp("second"),
        start=order.folder / "softmax.keras",
    )
    return train_model(going, digits, lambda _: None, penned)


def test_going_on_starts_from_the_weights_that_are_there(first: Candidate, second: Candidate) -> None:
    before, after = (each.served.card.metrics["test"]["accuracy"] for each in (first, second))
    assert before > 0.5  # five batches from scratch get nowhere near
    assert after > before - 0.05


def test_the_card_names_both_stages_and_both_sources(
    first: Candidate, second: Candidate, digits: Split, penned: SyntheticDigits
) -> None:
    card = second.served.card
    stages = card.extra["stages"]
    assert [stage["seed"] for stage in stages] == [1, 2]
    assert [stage["data_digest"] for stage in stages] == [first.served.card.data_digest, card.data_digest]
    assert stages[0]["data_digest"] != stages[1]["data_digest"]
    assert all(stage["command"] and stage["seconds"] > 0 for stage in stages)
    assert f"by our own generator (seed 2): {len(penned.learnt)} to train, {len(penned.held)} to choose by" in card.data
    assert card.metrics["generated"]["n"] == len(penned.held)
    assert card.metrics["sure_on_digits"]["n"] == len(digits.validation) + len(penned.held)


def test_a_network_without_a_card_has_no_stages_before(order: Order, tmp_path: Path) -> None:
    from training.classifier.train import stages_before

    assert stages_before(order) == []
    assert stages_before(replace(order, start=tmp_path / "bare.keras")) == []


def test_the_figures_of_each_digit_are_those_of_the_confusion(first: Candidate) -> None:
    metrics = first.served.card.metrics
    confusion = np.array(metrics["test"]["confusion"])
    for digit, told in metrics["test_by_digit"].items():
        at = int(digit)
        assert told["n"] == confusion[at].sum()
        assert told["recall"] == pytest.approx(confusion[at, at] / confusion[at].sum(), abs=1e-5)
        assert told["precision"] == pytest.approx(confusion[at, at] / max(1, confusion[:, at].sum()), abs=1e-5)


def test_going_on_is_gentler_than_starting() -> None:
    from training.classifier.recipes import DIGITS, RECIPES, further

    gentle = further(DIGITS)
    assert gentle.augmentation is not None
    assert DIGITS.augmentation is not None
    assert gentle.augmentation.rotation < DIGITS.augmentation.rotation
    assert gentle.augmentation.untouched > DIGITS.augmentation.untouched
    assert further(RECIPES["softmax"]).augmentation is None


def test_weights_between_two_networks_are_kept_by_share(order: Order) -> None:
    from training.loop.ema import interpolate_weights

    model = order.recipe.build()
    known = model.get_weights()
    learned = [weights + 2 for weights in known]
    for share, added in ((1.0, 2.0), (0.25, 0.5), (0.0, 0.0)):
        model.set_weights(learned)
        interpolate_weights(model, known, share)
        for before, after in zip(known, model.get_weights(), strict=True):
            np.testing.assert_allclose(after, before + added, atol=1e-6)
