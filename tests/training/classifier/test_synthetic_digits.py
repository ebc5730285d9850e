from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from model.datasets import Samples, Split
from training.classifier.synthetic_digits import (
    WRITTEN_LABELS,
    SyntheticCounts,
    SyntheticDigits,
    cut_from_pages,
    degraded,
    pen_written,
)

LITTLE = SyntheticCounts(written=28, degraded=20, pages=4, holdout=14, holdout_pages=3)


@pytest.fixture(scope="module")
def synthetic(digits: Split) -> SyntheticDigits:
    return SyntheticDigits.make(digits, 1, LITTLE)


def test_the_same_seed_makes_the_same_digits_and_another_others(digits: Split, synthetic: SyntheticDigits) -> None:
    assert SyntheticDigits.make(digits, 1, LITTLE).train.digest() == synthetic.train.digest()
    assert SyntheticDigits.make(digits, 2, LITTLE).train.digest() != synthetic.train.digest()


def test_all_are_formatted_as_recognition_formats(synthetic: SyntheticDigits) -> None:
    for made in (synthetic.train, synthetic.holdout):
        assert made.images.shape == (len(made), 28, 28)
        assert made.images.dtype == made.labels.dtype == np.uint8
        ink = made.images > 31
        rows, columns = (np.asarray(ink.any(axis=axis)) for axis in (2, 1))
        extents = np.maximum(np.ptp(_span(rows), axis=1), np.ptp(_span(columns), axis=1)) + 1
        assert ((extents >= 16) & (extents <= 20)).all()


def _span(shadows: NDArray[np.bool_]) -> NDArray[np.intp]:
    """First and last index (n, 2) of what is set in each row."""
    return np.stack([shadows.argmax(axis=1), 27 - shadows[:, ::-1].argmax(axis=1)], axis=1)


def test_training_digits_and_holdout_share_no_digit(synthetic: SyntheticDigits) -> None:
    train = {image.tobytes() for image in synthetic.train.images}
    assert not train & {image.tobytes() for image in synthetic.holdout.images}


def test_every_digit_is_written_and_ones_most_often() -> None:
    counts = pen_written(2 * len(WRITTEN_LABELS), (3,)).classes
    assert min(counts) >= 1
    assert max(counts) == counts[1]


def test_degraded_digits_are_still_the_digits_they_were(few: Samples) -> None:
    made = degraded(few, len(few), (5,))
    assert sorted(made.labels) == sorted(few.labels)
    order = np.random.default_rng((5, 2)).choice(len(few), len(few), replace=False)
    correlations = [
        np.corrcoef(after.ravel(), few.images[at].ravel())[0, 1] for after, at in zip(made.images, order, strict=True)
    ]
    assert np.median(correlations) > 0.7


def test_digits_cut_from_pages_have_the_label_that_was_written_there(digits: Split) -> None:
    """Ones are narrow and noughts are wide: mixed up labels would be noticed."""
    found = cut_from_pages(25, (7,), digits.train)
    assert len(found) > 30
    widths = np.array([np.ptp(np.flatnonzero(image.max(axis=0) > 64)) for image in found.images])
    assert np.median(widths[found.labels == 0]) > np.median(widths[found.labels == 1])
