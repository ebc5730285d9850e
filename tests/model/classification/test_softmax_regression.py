"""Softmax regression with NumPy finds the weights of least cross-entropy."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from model.classification.softmax_regression import WeightedDigits, product_in_blocks
from model.logits import softmax


@pytest.fixture
def digits() -> WeightedDigits:
    """Three hundred digits of which five inputs tell something."""
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 10, 300)
    inputs = np.asarray(np.abs(rng.normal(0, 1, (10, 5))[labels] + rng.normal(0, 0.5, (300, 5))), np.float32)
    return WeightedDigits(inputs, np.zeros((300, 10), np.float32), labels, np.full(300, 1 / 300))


def test_it_finds_what_scikit_learn_finds(digits: WeightedDigits) -> None:
    weights = digits.weights(decay=1e-2, steps=2000)
    other = LogisticRegression(C=1 / (300 * 1e-2), fit_intercept=False, max_iter=5000, tol=1e-8)
    found = other.fit(digits.inputs, digits.labels).coef_.T
    np.testing.assert_allclose(
        softmax(digits.inputs @ weights), softmax(digits.inputs @ found.astype(np.float32)), atol=2e-3
    )


def test_logits_that_tell_all_leave_nothing_to_learn(digits: WeightedDigits) -> None:
    certain = np.asarray(30 * np.eye(10)[digits.labels], np.float32)
    told = WeightedDigits(digits.inputs, certain, digits.labels, digits.shares)
    assert np.abs(told.weights(decay=1e-4, steps=50)).max() < 1e-6


def test_a_product_in_blocks_is_the_product() -> None:
    rng = np.random.default_rng(2)
    left, right = (rng.normal(size=shape).astype(np.float32) for shape in ((1001, 70), (70, 400)))
    np.testing.assert_allclose(product_in_blocks(left, right), left @ right, rtol=1e-4, atol=1e-4)
    assert product_in_blocks(left[:0], right).shape == (0, 400)
