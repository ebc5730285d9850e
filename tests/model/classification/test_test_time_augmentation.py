from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from model.classification.classifier import TTA_BELOW, Classifier
from model.classification.test_time_augmentation import rotated_views
from model.datasets import Samples, load
from model.model_bundle import ModelBundle


@pytest.fixture(scope="module")
def digits() -> Samples:
    return load("digits").test.chosen(slice(40))


def test_a_digit_is_seen_turned_either_way(digits: Samples) -> None:
    left, right = rotated_views(digits.images, 10.0)
    assert left.shape == right.shape == digits.images.shape
    assert left.dtype == right.dtype == np.uint8
    np.testing.assert_allclose(np.flip(rotated_views(np.flip(digits.images, axis=2), 10.0)[0], axis=2), right, atol=1)
    assert abs(left.astype(int) - digits.images).max() > 50


def test_no_degrees_are_one_view(digits: Samples) -> None:
    [view] = rotated_views(digits.images, 0.0)
    assert view is digits.images


def test_what_one_view_leaves_in_doubt_is_answered_by_the_mean_of_both(digits: Samples) -> None:
    base = ModelBundle.base()
    blurred = np.stack([cv2.GaussianBlur(image, (0, 0), 2.5) for image in digits.images])
    images = np.concatenate([digits.images, blurred])
    several = Classifier(replace(base, card=replace(base.card, tta_degrees=10.0)))
    one = Classifier(replace(base, card=replace(base.card, tta_degrees=0.0)))
    left, right = (one.classify(view) for view in rotated_views(images, 10.0))
    doubtful = left.confidences < TTA_BELOW
    assert 0 < doubtful.sum() < len(images)
    logits = sum(np.log(np.maximum(answer.probabilities, 1e-30)) for answer in (left, right)) / 2
    mean = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    told = several.classify(images)
    np.testing.assert_allclose(told.probabilities[doubtful], mean[doubtful], atol=1e-4)
    np.testing.assert_allclose(told.probabilities[~doubtful], left.probabilities[~doubtful], atol=1e-6)
    both = (left.features + right.features) / 2
    np.testing.assert_allclose(told.features[doubtful], both[doubtful], rtol=1e-3, atol=1e-3)
    assert several.classify(images[:0]).probabilities.shape == (0, 10)
