from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from model.classification.classifier import BATCH_LIMIT, TTA_BELOW, Classifier
from model.classification.test_time_augmentation import rotated_views
from model.datasets import Samples, load
from model.model_bundle import DIGITS_SIGNATURE, ModelBundle


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(ModelBundle.base())


@pytest.fixture(scope="module")
def digits() -> Samples:
    return load("digits").test


def test_probabilities_sum_to_one_and_features_are_64_and_not_negative(classifier: Classifier, digits: Samples) -> None:
    classified = classifier.classify(digits.images[:50])
    assert classified.probabilities.shape == (50, 10)
    np.testing.assert_allclose(classified.probabilities.sum(axis=1), 1, atol=1e-5)
    assert classified.features.shape == (50, 64)
    assert classified.features.min() >= 0
    assert classified.probabilities.dtype == classified.features.dtype == np.float32


def test_real_digits_of_other_writers_are_read(classifier: Classifier, digits: Samples) -> None:
    """8x8 pictures enlarged are no feast, but a model that was fed wrongly would be near one in ten."""
    assert (classifier.classify(digits.images).labels == digits.labels).mean() > 0.75


def test_no_digit_gives_no_answer(classifier: Classifier) -> None:
    classified = classifier.classify(np.empty((0, 28, 28), np.uint8))
    assert classified.probabilities.shape == (0, 10)
    assert classified.features.shape == (0, 64)
    assert classified.labels.shape == classified.confidences.shape == (0,)


@pytest.mark.parametrize("count", [1, 2, 7, BATCH_LIMIT - 1, BATCH_LIMIT, BATCH_LIMIT + 1])
def test_a_digit_reads_the_same_alone_and_in_a_batch(classifier: Classifier, digits: Samples, count: int) -> None:
    together = classifier.classify(digits.images[:count])
    alone = classifier.classify(digits.images[count - 1 : count])
    np.testing.assert_allclose(together.probabilities[-1:], alone.probabilities, atol=1e-5)
    np.testing.assert_allclose(together.features[-1:], alone.features, rtol=1e-3, atol=1e-4)


def test_digits_in_batches_get_the_same_features_as_all_at_once(digits: Samples) -> None:
    """To the last bit: how many an invocation takes is a question of memory alone."""
    base = ModelBundle.base()
    images = digits.images[: 3 * BATCH_LIMIT + 1]
    in_batches = Classifier(base).classify(images)
    at_once = base.session(DIGITS_SIGNATURE).run(rotated_views(images, base.card.tta_degrees)[0])
    single_view = at_once["probabilities"].max(axis=1) >= TTA_BELOW
    assert single_view.any()
    np.testing.assert_array_equal(in_batches.features[single_view], at_once["features"][single_view])


def test_answers_are_the_caller_s_own(classifier: Classifier, digits: Samples) -> None:
    first = classifier.classify(digits.images[:1])
    before = first.probabilities.copy()
    classifier.classify(digits.images[1:2])
    np.testing.assert_array_equal(first.probabilities, before)


def test_views_of_larger_arrays_are_taken(classifier: Classifier, digits: Samples) -> None:
    striding = np.repeat(digits.images[:4], 2, axis=2)[:, :, ::2]
    expected = classifier.classify(digits.images[:4]).probabilities
    np.testing.assert_array_equal(classifier.classify(striding).probabilities, expected)


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((28, 28), np.uint8),
        np.zeros((1, 27, 28), np.uint8),
        np.zeros((1, 28, 28), np.float32),
        np.zeros((1, 28, 28, 1), np.uint8),
        np.zeros((1, 784), np.uint8),
    ],
)
def test_anything_but_uint8_digit_images_is_refused(classifier: Classifier, wrong: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="digit images are"):
        classifier.classify(wrong)
