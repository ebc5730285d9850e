from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from model.datasets import Samples
from training.loop.augmentation import Augmentation

NONE = Augmentation(
    rotation=0,
    shear=0,
    stretch=0,
    scale=0,
    shift=0,
    elastic_share=0,
    stroke_share=0,
    grey_share=0,
    blur_share=0,
    shift_only_share=0,
)


def extent(image: NDArray[np.uint8]) -> int:
    """The longer side of the ink, in pixels."""
    rows, columns = np.flatnonzero(image.max(axis=1) > 64), np.flatnonzero(image.max(axis=0) > 64)
    return int(max(np.ptp(rows), np.ptp(columns))) + 1


def centre(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Row and column of the mean mass."""
    weights, along = image.astype(np.float64), np.arange(28)
    return np.asarray([weights.sum(axis=1) @ along, weights.sum(axis=0) @ along], np.float64) / float(weights.sum())


def test_the_same_seed_augments_alike_and_another_differently(few: Samples) -> None:
    augment = Augmentation()
    first, again, other = (augment(few.images, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any(axis=(1, 2)).mean() > 0.9


def test_what_comes_out_is_formatted_as_mnist(few: Samples) -> None:
    augmented = Augmentation()(few.images, np.random.default_rng(0))
    assert augmented.shape == few.images.shape
    assert augmented.dtype == np.uint8
    for image in augmented:
        assert 16 <= extent(image) <= 23
        assert np.abs(centre(image) - 14).max() < 1.5


def test_without_any_transform_a_digit_stays_what_it_was(few: Samples) -> None:
    augmented = NONE(few.images, np.random.default_rng(0))
    for before, after in zip(few.images, augmented, strict=True):
        correlation = np.corrcoef(before.ravel(), after.ravel())[0, 1]
        assert correlation > 0.85
        assert abs(extent(after) - 20) <= 1


@pytest.mark.parametrize(
    "transform",
    [{"rotation": 10.0}, {"shear": 0.3}, {"stretch": 0.2}, {"scale": 0.1}, {"shift": 1.5}]
    + [{name: 1.0} for name in ("elastic_share", "stroke_share", "grey_share", "blur_share")],
    ids=lambda transform: next(iter(transform)),
)
def test_each_transform_does_something(few: Samples, transform: dict[str, float]) -> None:
    plain = NONE(few.images, np.random.default_rng(0)).astype(int)
    augmented = replace(NONE, **transform)(few.images, np.random.default_rng(0)).astype(int)
    assert np.abs(plain - augmented).mean() > 1


def test_strokes_get_wider_and_thinner(few: Samples) -> None:
    plain = NONE(few.images, np.random.default_rng(0)).sum(axis=(1, 2)).astype(float)
    augmented = replace(NONE, stroke_share=1.0)(few.images, np.random.default_rng(0)).sum(axis=(1, 2))
    assert (augmented / plain).max() > 1.15
    assert (augmented / plain).min() < 0.9


def test_nothing_stays_nothing() -> None:
    blank = np.zeros((3, 28, 28), np.uint8)
    np.testing.assert_array_equal(Augmentation()(blank, np.random.default_rng(0)), blank)


@given(arrays(np.uint8, (1, 28, 28)), st.integers(0, 1000))
@settings(deadline=None, max_examples=50)
def test_any_picture_can_be_augmented(images: NDArray[np.uint8], seed: int) -> None:
    before = images.copy()
    augmented = Augmentation(shift_only_share=0)(images, np.random.default_rng(seed))
    assert augmented.shape == (1, 28, 28)
    np.testing.assert_array_equal(images, before)
