"""A personal adapter corrects what resembles its person's corrections and leaves the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.classification.adapter_training import MIN_MISTAKES, LabelledPredictions, train_adapter
from model.classification.personal_adapter import PersonalAdapter
from model.classification.predictions import Predictions

FEATURES = 64


def digits(rng: np.random.Generator, count: int, *, odd: bool = False) -> LabelledPredictions:
    """Digits with a feature for each class. ``odd``: 1s in a hand of its own, which the base model takes for 7s."""
    labels = np.full(count, 1) if odd else rng.integers(0, 10, count)
    read_as = np.where(labels == 1, 7, labels) if odd else labels
    features = rng.normal(0, 0.3, (count, FEATURES)).astype(np.float32)
    features[np.arange(count), read_as] += 2
    features[:, 20] += 2.0 * odd  # what tells the odd hand
    logits = rng.normal(0, 0.1, (count, 10)).astype(np.float32)
    logits[np.arange(count), read_as] += 3
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return LabelledPredictions.of(Predictions(probabilities, features), labels, np.arange(count))


def share_right(adapter: PersonalAdapter, samples: LabelledPredictions) -> float:
    adapted = adapter.adapt(samples.probabilities, samples.evidence, samples.features)
    return float((adapted.argmax(axis=1) == samples.labels).mean())


@pytest.fixture(scope="module")
def replay() -> LabelledPredictions:
    return digits(np.random.default_rng(0), 1_000)


def test_ten_corrections_of_one_kind_correct_others_of_that_kind_and_spoil_nothing(replay: LabelledPredictions) -> None:
    rng = np.random.default_rng(1)
    adapter = train_adapter(digits(rng, 10, odd=True), replay)
    assert adapter is not None
    assert len(adapter.centres) == len(adapter.weights) == 10
    unseen = digits(rng, 200, odd=True)
    assert not unseen.is_right.any()
    assert share_right(adapter, unseen) > 0.9
    assert share_right(adapter, digits(rng, 1_000)) > 0.998


def test_probabilities_sum_to_one(replay: LabelledPredictions) -> None:
    rng = np.random.default_rng(2)
    adapter = train_adapter(digits(rng, 10, odd=True), replay)
    assert adapter is not None
    after = adapter.adapt(replay.probabilities, replay.evidence, replay.features)
    np.testing.assert_allclose(after.sum(axis=1), 1, rtol=1e-5)
    assert adapter.adapt(
        np.zeros((0, 10)), np.zeros((0, 10), np.float32), np.zeros((0, FEATURES), np.float32)
    ).shape == (0, 10)


def test_what_the_base_model_is_sure_of_stays_to_the_bit(replay: LabelledPredictions) -> None:
    adapter = train_adapter(digits(np.random.default_rng(2), 10, odd=True), replay)
    assert adapter is not None
    sure = replace(adapter, limit=0.5)
    probabilities = np.full((1, 10), 0.04)
    probabilities[0, 7] = 0.64
    evidence, features = probabilities.astype(np.float32), adapter.centres[:1]
    assert sure.adapt(probabilities, evidence, features).tobytes() == probabilities.tobytes()
    assert adapter.adapt(probabilities, evidence, features).argmax() == 1


def test_of_digits_like_the_corrected_ones_the_other_networks_have_less_to_say(replay: LabelledPredictions) -> None:
    """The classifier says 1 since it was taught so, the others say 7 as before."""
    adapter = train_adapter(digits(np.random.default_rng(2), 10, odd=True), replay)
    assert adapter is not None
    silent = replace(adapter, weights=np.zeros_like(adapter.weights), limit=1.0)
    read, evidence = np.full((1, 10), 0.01), np.full((1, 10), 0.01, np.float32)
    read[0, 7], evidence[0, 1] = 0.91, 0.91
    assert silent.adapt(read, evidence, adapter.centres[:1]).argmax() == 1
    unlike = np.zeros((1, FEATURES), np.float32)
    unlike[0, 40] = 1
    assert silent.adapt(read, evidence, unlike).argmax() == 7


def test_labels_that_contradict_one_another_make_no_adapter(replay: LabelledPredictions) -> None:
    """Digits that the model reads well, with labels drawn at random."""
    rng = np.random.default_rng(3)
    honest = digits(rng, 40)
    false = replace(honest, labels=rng.integers(0, 10, 40))
    assert train_adapter(false, replay) is None


def test_one_act_alone_is_not_enough_to_judge_by(replay: LabelledPredictions) -> None:
    own = digits(np.random.default_rng(4), 10, odd=True)
    once = replace(own, groups=np.zeros(10, np.int64))
    assert train_adapter(once, replay) is None


def test_a_handful_of_mistakes_is_needed(replay: LabelledPredictions) -> None:
    own = digits(np.random.default_rng(7), MIN_MISTAKES, odd=True)
    assert train_adapter(own, replay) is not None
    assert train_adapter(own.chosen(own.groups > 0), replay) is None


def test_where_nothing_was_misread_there_is_nothing_to_adapt(replay: LabelledPredictions) -> None:
    assert train_adapter(digits(np.random.default_rng(5), 30), replay) is None


def test_the_same_digits_give_the_same_adapter(replay: LabelledPredictions) -> None:
    own = digits(np.random.default_rng(6), 12, odd=True)
    first, second = train_adapter(own, replay), train_adapter(own, replay)
    assert first is not None
    assert second is not None
    assert first.weights.tobytes() == second.weights.tobytes()
    assert first.centres.tobytes() == second.centres.tobytes()


def test_arrays_of_different_digits_are_refused(replay: LabelledPredictions) -> None:
    with pytest.raises(ValueError, match="same digits"):
        replace(replay, features=replay.features[:5])
    with pytest.raises(ValueError, match="as many groups"):
        replace(replay, groups=replay.groups[:3])
