from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from model.datasets import Samples, Split
from training.loop.events import EpochEnded, Event, Finished, Progress, Started

if TYPE_CHECKING:
    import keras

    from training.classifier.recipe import Recipe

pytest.importorskip("tensorflow", reason="needs the train extra")
pytestmark = pytest.mark.usefixtures("settled")


@pytest.fixture
def small() -> Recipe:
    """A recipe that learns scikit-learn's digits in a second."""
    import keras

    from training.classifier.recipe import Recipe, inputs, pixels

    def build() -> keras.Model:
        images = inputs()
        features = keras.layers.Dense(32, activation="relu", name="features")(keras.layers.Flatten()(pixels(images)))
        return keras.Model(images, keras.layers.Dense(10, name="logits")(features), name="small")

    def adam(_steps: int) -> keras.optimizers.Optimizer:
        return keras.optimizers.Adam(3e-3)

    return Recipe("small", build, adam, batch=32, epochs=3, ema_decay=0.9, keep_best=True)


def run(recipe: Recipe, data: Split, steps: int, seed: int = 1) -> tuple[keras.Model, list[Event]]:
    from training.loop.fit import Schedule, fit, seed_everything

    seed_everything(seed)
    model = recipe.build()
    return model, list(fit(model, recipe, data.train, data.validation, Schedule(steps, seed, report_every=20)))


def test_it_learns_and_tells_of_it(small: Recipe, digits: Split) -> None:
    from training.loop.fit import predict

    model, events = run(small, digits, steps=123)
    assert [type(event) for event in events] == [
        Started, Progress, Progress, Progress, EpochEnded,
        Progress, Progress, EpochEnded, Progress, Progress, Progress, EpochEnded, Finished,
    ]  # fmt: skip
    epochs = [event for event in events if isinstance(event, EpochEnded)]
    assert [event.step for event in epochs] == [41, 82, 123]
    assert epochs[-1].validation_accuracy > 0.85
    assert epochs[-1].loss < epochs[0].loss
    right = predict(model, digits.test.images).argmax(axis=1) == digits.test.labels
    assert right.mean() > 0.8


def test_progress_counts_up_and_time_left_ends_at_nothing(small: Recipe, digits: Split) -> None:
    _, events = run(small, digits, steps=50)
    progress = [event for event in events if isinstance(event, Progress)]
    assert [event.step for event in progress] == [1, 20, 40, 50]
    assert progress[0].left is None
    assert progress[1].left is not None
    assert 0 <= progress[1].left < 5
    assert progress[-1].left == 0


def test_the_same_seed_gives_the_same_weights_and_another_does_not(small: Recipe, digits: Split) -> None:
    trained = [run(small, digits, 10, seed)[0].get_weights() for seed in (3, 3, 4)]
    weights = [np.concatenate([part.ravel() for part in parts]) for parts in trained]
    np.testing.assert_array_equal(weights[0], weights[1])
    assert (weights[0] != weights[2]).any()


def test_the_best_epoch_is_kept(small: Recipe, digits: Split) -> None:
    """A rate that ruins what was learned: the weights of the ruin must not be those that are kept."""
    import keras

    from training.loop.fit import predict

    def ruinous(_steps: int) -> keras.optimizers.Optimizer:
        return keras.optimizers.SGD(keras.optimizers.schedules.PiecewiseConstantDecay([60], [0.3, 1e6]))

    model, events = run(replace(small, optimizer=ruinous, ema_decay=0.0), digits, steps=82)
    epochs = [event for event in events if isinstance(event, EpochEnded)]
    assert [event.kept for event in epochs] == [True, False]
    labels = predict(model, digits.validation.images).argmax(axis=1)
    assert (labels == digits.validation.labels).mean() == pytest.approx(epochs[0].validation_accuracy)
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert finished.epoch == 1


def test_a_faithful_recipe_keeps_its_last_weights(small: Recipe, digits: Split) -> None:
    _, events = run(replace(small, keep_best=False, ema_decay=0.0), digits, steps=82)
    assert [event.kept for event in events if isinstance(event, EpochEnded)] == [True, True]


def test_while_an_epoch_s_end_is_heard_the_network_holds_the_validated_weights(small: Recipe, digits: Split) -> None:
    from training.loop.fit import Schedule, fit, predict, seed_everything

    seed_everything(1)
    model = small.build()
    for event in fit(model, small, digits.train, digits.validation, Schedule(41)):
        if isinstance(event, EpochEnded):
            labels = predict(model, digits.validation.images).argmax(axis=1)
            assert (labels == digits.validation.labels).mean() == pytest.approx(event.validation_accuracy)


def test_fewer_digits_than_a_batch_are_enough(small: Recipe, digits: Split) -> None:
    few = replace_train(digits, digits.train.chosen(slice(5)))
    _, events = run(small, few, steps=3)
    assert isinstance(events[0], Started)
    assert events[0].batch == 5


def replace_train(data: Split, train: Samples) -> Split:
    return Split(train, data.validation, data.test)


def test_the_average_follows_the_weights(small: Recipe) -> None:
    from training.loop.ema import ExponentialMovingAverage

    model = small.build()
    average = ExponentialMovingAverage(model, 0.5)
    start = model.get_weights()
    for weight in model.weights:
        weight.assign(weight + 1.0)
    average.update()  # young: keeps 2/11 of the old
    with average.averaged_weights():
        for before, now in zip(start, model.get_weights(), strict=True):
            np.testing.assert_allclose(now, before + 9 / 11, rtol=1e-5, atol=1e-6)
    for before, now in zip(start, model.get_weights(), strict=True):
        np.testing.assert_allclose(now, before + 1.0, rtol=1e-6)
