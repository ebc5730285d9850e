from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.datasets import Samples, Split

if TYPE_CHECKING:
    import keras

pytest.importorskip("tensorflow", reason="needs the train extra")
pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture
def root(settled: None) -> keras.Model:
    from training.export.litert import load_network
    from training.finetuning.task import Root

    return load_network(Root.base().keras)


@given(st.integers(1, 100_000), st.integers(1, 60_000))
def test_corrections_are_repeated_but_not_without_end(corrections: int, replayed: int) -> None:
    from training.finetuning.update import MAX_REPEATS, repeats

    assert 1 <= repeats(corrections, replayed) <= MAX_REPEATS


def test_a_hundred_corrections_make_a_quarter_of_the_training_set() -> None:
    from training.finetuning.update import repeats

    corrections = 100 * repeats(100, 4_000)
    assert corrections / (corrections + 4_000) == pytest.approx(0.25, abs=0.02)
    assert repeats(0, 4_000) == 0


def test_the_last_layer_learns_and_nothing_else_changes(root: keras.Model, digits: Split, sevens: Samples) -> None:
    from model.model_bundle import ModelBundle
    from training.classifier.recipes import DIGITS_RECIPE
    from training.export.replay_features import ReplayFeatures
    from training.finetuning.update import stored_logits, tune_last_layer
    from training.loop.events import Finished
    from training.loop.fit import predict

    stored = ReplayFeatures.of(ModelBundle.base(), digits, seed=1)
    before = [weights.copy() for weights in root.get_weights()]
    corrections, unseen = sevens.chosen(slice(20)), sevens.chosen(slice(20, None))
    assert (predict(root, unseen.images).argmax(axis=1) == 7).mean() < 0.5
    neat = (stored_logits(root, stored).argmax(axis=1) == stored.validation_labels).mean()
    events = list(tune_last_layer(root, DIGITS_RECIPE, corrections, stored, seed=1))
    assert isinstance(events[-1], Finished)
    assert (predict(root, unseen.images).argmax(axis=1) == 7).mean() > 0.8
    assert (stored_logits(root, stored).argmax(axis=1) == stored.validation_labels).mean() >= neat - 0.02
    for old, new in zip(before[:-2], root.get_weights()[:-2], strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.slow
def test_the_whole_network_learns_a_new_writer(root: keras.Model, digits: Split, sevens: Samples) -> None:
    from training.classifier.recipes import DIGITS_RECIPE
    from training.finetuning.update import tune_network
    from training.loop.fit import predict

    corrections, unseen = sevens.chosen(slice(20)), sevens.chosen(slice(20, None))
    base = Split(digits.train.chosen(slice(400)), digits.validation, digits.test)
    list(tune_network(root, DIGITS_RECIPE, corrections, base, seed=1))
    assert (predict(root, unseen.images).argmax(axis=1) == 7).mean() > 0.8
    assert (predict(root, digits.test.images).argmax(axis=1) == digits.test.labels).mean() > 0.9


@pytest.mark.parametrize(("cost", "kept"), [(0, 1.0), (5, 1.0), (6, 0.8125), (8, 0.625), (12, 0.34375), (1000, 0.25)])
def test_weights_that_cost_too_many_validation_digits_are_interpolated_back(cost: int, kept: float) -> None:
    """A network of one weight, 0 at the root and 1 trained; the trained one loses ``cost`` digits of 5,000, where the
    promotion gate allows 5."""
    import keras

    from training.finetuning.update import interpolate_until

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.set_weights([np.array([[1.0]], np.float32)])

    def logits() -> NDArray[np.float32]:
        lost = 20 + math.ceil(cost * float(model.get_weights()[0][0, 0]))
        return np.eye(10, dtype=np.float32)[np.r_[np.ones(lost, int), np.zeros(5_000 - lost, int)]]

    found = interpolate_until(model, [np.array([[0.0]], np.float32)], logits, np.zeros(5_000, np.uint8), max_errors=25)
    assert model.get_weights()[0][0, 0] == pytest.approx(kept)
    np.testing.assert_array_equal(found, logits())
