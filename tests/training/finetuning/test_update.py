from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.datasets import Samples, Split
from model.evaluation.label_errors import NOBODY

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
    from training.finetuning.update import MAX_REPEATS, correction_weights

    weights = correction_weights(np.full(corrections, NOBODY), np.ones(corrections, bool), replayed, 0.5)
    assert np.all((weights > 1 - 1e-9) & (weights <= MAX_REPEATS))


@pytest.mark.parametrize(("count", "occurrences"), [(10, 80), (80, 500), (250, 1_250), (1_000, 2_000)])
def test_few_mistakes_occur_more_often_and_many_fill_the_room(count: int, occurrences: int) -> None:
    from training.finetuning.update import correction_weights

    weights = correction_weights(np.arange(count) % 4, np.ones(count, bool), 4_000, 0.5)
    assert weights.sum() == pytest.approx(occurrences)


def test_what_the_root_reads_right_occurs_once() -> None:
    from training.finetuning.update import correction_weights

    weights = correction_weights(np.arange(100) % 4, np.arange(100) < 10, 4_000, 0.5)
    assert set(weights[10:].tolist()) == {1.0}
    assert weights[:10].min() > 5
    assert len(correction_weights(np.zeros(0, int), np.zeros(0, bool), 4_000, 0.5)) == 0


@given(st.lists(st.integers(0, 3), min_size=1, max_size=300), st.sampled_from([0.2, 0.5, 1.0]))
def test_one_person_takes_at_most_their_share_of_the_room(people: list[int], share: float) -> None:
    from training.finetuning.update import CORRECTION_SHARE, correction_weights

    numbers = np.array(people)
    room = max(CORRECTION_SHARE / (1 - CORRECTION_SHARE) * 4_000, len(people))
    weights = correction_weights(numbers, np.ones(len(people), bool), 4_000, share)
    assert all(weights[numbers == person].sum() <= share * room * (1 + 1e-9) for person in range(4))


def test_copies_are_as_many_as_the_weights_say(sevens: Samples) -> None:
    from training.finetuning.update import augmented_copies

    copies = augmented_copies(sevens, np.full(len(sevens), 2.5), seed=1)
    assert len(copies) == pytest.approx(2.5 * len(sevens), rel=0.15)
    np.testing.assert_array_equal(copies.images[: len(sevens)], sevens.images)
    assert len(augmented_copies(sevens, np.zeros(len(sevens)), seed=1)) == 0


def test_each_copy_shows_the_correction_that_is_named_as_its_source(sevens: Samples) -> None:
    from training.finetuning.update import augmented_copies, copy_sources

    numbered, weights = Samples(sevens.images, np.arange(40, dtype=np.uint8)), np.linspace(0, 4, 40)
    copies = augmented_copies(numbered, weights, seed=3)
    np.testing.assert_array_equal(copy_sources(weights, seed=3), copies.labels)


def test_the_last_layer_learns_and_nothing_else_changes(root: keras.Model, digits: Split, sevens: Samples) -> None:
    from model.model_bundle import ModelBundle
    from training.classifier.recipes import DIGITS_RECIPE
    from training.export.replay_features import ReplayFeatures
    from training.finetuning.update import augmented_copies, stored_logits, tune_last_layer
    from training.loop.events import Finished
    from training.loop.fit import predict

    stored = ReplayFeatures.of(ModelBundle.base(), digits, seed=1)
    before = [weights.copy() for weights in root.get_weights()]
    corrections, unseen = sevens.chosen(slice(20)), sevens.chosen(slice(20, None))
    assert (predict(root, unseen.images).argmax(axis=1) == 7).mean() < 0.5
    neat = (stored_logits(root, stored).argmax(axis=1) == stored.validation_labels).mean()
    copies = augmented_copies(corrections, np.full(20, 25.0), seed=1)
    events = list(tune_last_layer(root, DIGITS_RECIPE, copies, stored, seed=1))
    assert isinstance(events[-1], Finished)
    assert (predict(root, unseen.images).argmax(axis=1) == 7).mean() > 0.8
    assert (stored_logits(root, stored).argmax(axis=1) == stored.validation_labels).mean() >= neat - 0.02
    for old, new in zip(before[:-2], root.get_weights()[:-2], strict=True):
        np.testing.assert_array_equal(old, new)


def test_the_last_layers_learn_a_new_writer_and_the_early_ones_stay(
    root: keras.Model, digits: Split, sevens: Samples
) -> None:
    from training.classifier.recipes import DIGITS_RECIPE
    from training.finetuning.last_layers import DividedNetwork
    from training.finetuning.update import augmented_copies, replay_mixture, tune_last_layers
    from training.loop.fit import predict

    network = DividedNetwork.of(root)
    corrections, unseen = sevens.chosen(slice(20)), sevens.chosen(slice(20, None))
    copies = augmented_copies(corrections, np.full(20, 12.0), seed=1)
    mixture = replay_mixture(network, digits.train, seed=1).joined(
        Samples(network.activations(copies.images), copies.labels)
    )
    validation = Samples(network.activations(digits.validation.images), digits.validation.labels)
    early = [weights.copy() for layer in root.layers[:-10] for weights in layer.get_weights()]
    list(tune_last_layers(network, DIGITS_RECIPE, mixture, validation, seed=1))
    assert (predict(root, unseen.images).argmax(axis=1) == 7).mean() > 0.8
    assert (predict(root, digits.test.images).argmax(axis=1) == digits.test.labels).mean() > 0.9
    for old, new in zip(early, [w for layer in root.layers[:-10] for w in layer.get_weights()], strict=True):
        np.testing.assert_array_equal(old, new)
    assert all(layer.trainable for layer in root.layers)


def test_a_divided_network_gives_what_the_whole_gives(root: keras.Model, sevens: Samples) -> None:
    from training.finetuning.last_layers import DividedNetwork
    from training.loop.fit import predict

    network = DividedNetwork.of(root)
    whole, divided = predict(root, sevens.images), network.logits(network.activations(sevens.images))
    np.testing.assert_allclose(divided, whole, atol=0.05)  # activations are stored in half precision


def test_a_network_of_few_layers_is_trained_whole() -> None:
    from training.classifier.recipes import RECIPES
    from training.finetuning.last_layers import DividedNetwork

    model = RECIPES["softmax"].build()
    assert DividedNetwork.of(model).last is model


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
