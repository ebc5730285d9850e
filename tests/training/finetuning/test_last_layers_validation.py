"""Cross-validation of the last layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from model.datasets import Samples, Split

if TYPE_CHECKING:
    from collections.abc import Callable

    from training.finetuning.last_layers_validation import LastLayersValidation

    Validation = Callable[[np.ndarray], LastLayersValidation]

pytest.importorskip("tensorflow", reason="needs the train extra")
pytestmark = pytest.mark.usefixtures("settled")

COUNT = 24


@pytest.fixture
def validation(digits: Split, sevens: Samples, monkeypatch: pytest.MonkeyPatch) -> Validation:
    """That of the writer whose 7s look like 1s, by acts, with three folds in place of ten."""
    from training.classifier.recipes import DIGITS_RECIPE
    from training.export.litert import load_network
    from training.finetuning import last_layers_validation, update
    from training.finetuning.last_layers import DividedNetwork
    from training.finetuning.last_layers_validation import LastLayersValidation
    from training.finetuning.served_digits import ServedDigits
    from training.finetuning.task import Root

    monkeypatch.setattr(last_layers_validation, "NETWORK_FOLDS", 3)
    network = DividedNetwork.of(load_network(Root.base().keras))
    corrections, weights = sevens.chosen(slice(COUNT)), np.full(COUNT, 6.0)
    copies = update.augmented_copies(corrections, weights, seed=1)
    activations = [Samples(network.activations(part.images), part.labels) for part in (digits.train, copies)]
    mixture = update.TrainingMixture.of(activations[0], activations[1], update.copy_sources(weights, seed=1))
    served = ServedDigits.of(network, corrections, 5.0)
    return lambda acts: LastLayersValidation(network, DIGITS_RECIPE, mixture, served, acts, 1)


def test_a_style_is_learned_from_other_acts_of_it_and_the_network_stays(validation: Validation) -> None:
    crossed = validation(np.arange(COUNT))
    before = [weights.copy() for weights in crossed.network.last.get_weights()]
    assert (crossed.readings(np.zeros(COUNT, bool)) == 7).mean() < 0.5
    assert (crossed.readings(np.ones(COUNT, bool)) == 7).mean() > 0.8
    for old, new in zip(before, crossed.network.last.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_digits_of_the_same_act_do_not_help_each_other(validation: Validation) -> None:
    crossed = validation(np.zeros(COUNT, int))
    np.testing.assert_array_equal(crossed.readings(np.ones(COUNT, bool)), crossed.readings(np.zeros(COUNT, bool)))
