from __future__ import annotations

from collections.abc import Iterator

import pytest

from model.sources import Samples, Split, load, split


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
def settled() -> Iterator[None]:
    """TensorFlow, seeded and repeatable; a session that has no TensorFlow skips what needs it."""
    pytest.importorskip("tensorflow", reason="needs the train extra")
    from training.fit import settle

    settle(1)
    yield
