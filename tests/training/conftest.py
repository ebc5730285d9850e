from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.datasets import Samples, Split, load, split


@pytest.fixture(scope="session")
def digits() -> Split:
    """Real digits without a download: scikit-learn's 1,797, in three parts."""
    pytest.importorskip("sklearn", reason="needs scikit-learn")
    return split(load("digits"))


@pytest.fixture(scope="session")
def few(digits: Split) -> Samples:
    """Sixty-four training digits."""
    return digits.train.chosen(slice(64))


@pytest.fixture(scope="session")
def settled() -> None:
    """TensorFlow, seeded and repeatable; a session that has no TensorFlow skips what needs it."""
    pytest.importorskip("tensorflow", reason="needs the train extra")
    from training.loop.fit import seed_everything

    seed_everything(1)


@pytest.fixture(scope="session")
def sevens() -> Samples:
    """A writer whose 7s look like 1s: a steep stroke with a short, sloping bar; forty of them, labelled 7."""
    rng = np.random.default_rng(7)
    return Samples(np.stack([steep_seven(rng) for _ in range(40)]), np.full(40, 7, np.uint8))


def steep_seven(rng: np.random.Generator) -> NDArray[np.uint8]:
    """One of them, as digit images are: 20 pixels high, about in the middle."""
    large = np.zeros((112, 112), np.uint8)
    x, y = 58 + int(rng.integers(-3, 4)), 17
    foot = x - int(rng.integers(4, 13)), y + 78
    tip = x - int(rng.integers(14, 19)), y + int(rng.integers(5, 10))
    for end in (foot, tip):
        cv2.line(large, (x, y), end, 255, int(rng.integers(7, 10)), cv2.LINE_AA)
    return np.asarray(cv2.resize(large, (28, 28), interpolation=cv2.INTER_AREA), np.uint8)
