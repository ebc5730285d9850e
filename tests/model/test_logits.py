"""Logits become probabilities, of the same precision, however large they are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from model.logits import logistic, softmax


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_probabilities_have_the_precision_of_their_logits(kind: type[np.float32]) -> None:
    logits: NDArray[np.float32] = np.array([[0.0, np.log(3.0)], [1000.0, -1000.0]], kind)
    assert logistic(logits).dtype == softmax(logits).dtype == kind
    assert logistic(logits).ravel().tolist() == pytest.approx([0.5, 0.75, 1, 0], abs=1e-6)
    assert softmax(logits).ravel().tolist() == pytest.approx([0.25, 0.75, 1, 0], abs=1e-6)


def test_of_nothing_there_are_none() -> None:
    assert softmax(np.zeros((0, 10), np.float32)).shape == (0, 10)
