from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.classifier import Classifier
from model.served import ServedModel
from model.sources import Samples, load
from model.views import views


@pytest.fixture(scope="module")
def digits() -> Samples:
    return load("digits").test.chosen(slice(40))


def test_a_digit_is_seen_as_it_is_and_turned_either_way(digits: Samples) -> None:
    upright, left, right = views(digits.images, 10.0)
    np.testing.assert_array_equal(upright, digits.images)
    assert left.shape == right.shape == upright.shape
    assert left.dtype == right.dtype == np.uint8
    np.testing.assert_allclose(np.flip(views(np.flip(digits.images, axis=2), 10.0)[1], axis=2), right, atol=1)
    assert abs(left.astype(int) - upright).max() > 50


def test_no_degrees_are_one_view(digits: Samples) -> None:
    [view] = views(digits.images, 0.0)
    assert view is digits.images


def test_the_answer_is_the_mean_of_all_views(digits: Samples) -> None:
    base = ServedModel.base()
    card = replace(base.card, views=10.0)
    several, one = Classifier(replace(base, card=card)), Classifier(replace(base, card=replace(card, views=0.0)))
    answers = [one.classify(view) for view in views(digits.images, 10.0)]
    logits = np.mean([np.log(np.maximum(answer.probabilities, 1e-30)) for answer in answers], axis=0)
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    told = several.classify(digits.images)
    np.testing.assert_allclose(told.probabilities, expected, atol=1e-4)
    np.testing.assert_allclose(
        told.features, np.mean([answer.features for answer in answers], axis=0), rtol=1e-3, atol=1e-3
    )
    assert several.classify(digits.images[:0]).probabilities.shape == (0, 10)
