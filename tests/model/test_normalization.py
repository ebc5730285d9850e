"""The one formatting: MNIST's box and centre of mass, whatever the size and place of the ink."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.normalization import MNIST_BOX, MNIST_CENTRE, MNIST_SIDE, normalize_digit, resample_digit, stroke_width

Pixels = NDArray[np.uint8]


def drawn(points: list[tuple[int, int]], thickness: int, side: int = 200) -> Pixels:
    """A polyline of full ink."""
    ink = np.zeros((side, side), np.uint8)
    cv2.polylines(ink, [np.array(points, np.int32)], False, 255, thickness)
    return ink


inks = st.builds(
    drawn,
    st.lists(st.tuples(st.integers(20, 180), st.integers(20, 180)), min_size=2, max_size=6),
    st.integers(2, 24),
)


def box_of(image: Pixels) -> tuple[int, int]:
    return cv2.boundingRect((image > 0).astype(np.uint8))[2:]  # type: ignore[return-value]


@settings(deadline=None, max_examples=150)
@given(ink=inks)
def test_ink_is_fitted_into_twenty_by_twenty(ink: Pixels) -> None:
    image = normalize_digit(ink)
    assert image.shape == (MNIST_SIDE, MNIST_SIDE)
    assert image.dtype == np.uint8
    assert max(box_of(image)) <= MNIST_BOX
    assert max(box_of(image)) >= MNIST_BOX - 1


@settings(deadline=None, max_examples=150)
@given(ink=inks)
@example(ink=drawn([(20, 40), (21, 20), (40, 20)], 2))
def test_centre_of_mass_is_the_centre(ink: Pixels) -> None:
    image = normalize_digit(ink).astype(float)
    x, y = (
        image.sum(axis=0) @ np.arange(MNIST_SIDE) / image.sum(),
        image.sum(axis=1) @ np.arange(MNIST_SIDE) / image.sum(),
    )
    # Whole pixels: half a pixel off at most, unless the box would stick out of the image: then it lies at the edge.
    columns, rows = np.asarray(image.max(axis=0)), np.asarray(image.max(axis=1))
    assert abs(x - MNIST_SIDE / 2) <= 0.51 or columns[0] or columns[-1]
    assert abs(y - MNIST_SIDE / 2) <= 0.51 or rows[0] or rows[-1]


@settings(deadline=None, max_examples=100)
@given(ink=inks, left=st.integers(0, 60), top=st.integers(0, 60), right=st.integers(0, 60))
def test_margins_make_no_difference(ink: Pixels, left: int, top: int, right: int) -> None:
    moved = np.pad(ink, ((top, 5), (left, right)))
    assert np.array_equal(normalize_digit(moved), normalize_digit(ink))


@settings(deadline=None, max_examples=60)
@given(ink=inks, factor=st.integers(2, 4))
def test_size_makes_little_difference(ink: Pixels, factor: int) -> None:
    assume(max(box_of(ink)) > 40)  # a dot of four pixels has no shape to keep
    large = np.repeat(np.repeat(ink, factor, axis=0), factor, axis=1)
    wanted, got = normalize_digit(ink).astype(int), normalize_digit(large).astype(int)
    # The centre of mass may round to the next pixel.
    moved = [np.roll(got, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    assert min(np.abs(each - wanted).mean() for each in moved) < 18


def test_no_ink_gives_an_empty_image() -> None:
    assert not normalize_digit(np.zeros((50, 30), np.uint8)).any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (3, 2)])
def test_smallest_and_flattest_ink_is_no_error(shape: tuple[int, int]) -> None:
    assert normalize_digit(np.full(shape, 255, np.uint8)).any()


def test_aspect_ratio_is_kept() -> None:
    ink = np.zeros((300, 300), np.uint8)
    cv2.rectangle(ink, (100, 50), (180, 250), 255, cv2.FILLED)
    assert box_of(normalize_digit(ink)) == (8, 20)


@pytest.mark.parametrize("thickness", [1, 2, 4])
def test_thin_strokes_come_out_as_wide_as_a_pen_writes(thickness: int) -> None:
    image = normalize_digit(drawn([(100, 10), (110, 190)], thickness))
    middle = image[MNIST_SIDE // 2].astype(float) / 255
    assert 1.2 <= middle.sum() <= 3.0
    assert middle.max() > 0.7


@pytest.mark.parametrize("width", [4, 9, 20])
def test_stroke_width_is_measured_in_pixels(width: int) -> None:
    ink = np.zeros((200, 100), np.uint8)
    ink[20:180, 40 : 40 + width] = 255
    assert stroke_width(ink) == pytest.approx(width, rel=0.3)


# As augmentation draws them: twice the size of a digit image.
enlarged_digits = st.builds(
    drawn,
    st.lists(st.tuples(st.integers(8, 48), st.integers(8, 48)), min_size=2, max_size=6),
    st.integers(4, 9),
    st.just(56),
)


@settings(deadline=None, max_examples=60)
@given(ink=enlarged_digits, size=st.floats(18, 22), x=st.floats(-2, 2), y=st.floats(-2, 2))
def test_resampling_places_mass_and_size_to_a_fraction_of_a_pixel(ink: Pixels, size: float, x: float, y: float) -> None:
    assume(max(box_of(ink)) > 20)
    image = resample_digit(ink, size, (x, y)).astype(float)
    columns, rows = image.sum(axis=0), image.sum(axis=1)
    assume(not (columns[0] or columns[-1] or rows[0] or rows[-1]))  # what sticks out of the image is cut off
    assert columns @ np.arange(MNIST_SIDE) / image.sum() == pytest.approx(MNIST_CENTRE + x, abs=0.3)
    assert rows @ np.arange(MNIST_SIDE) / image.sum() == pytest.approx(MNIST_CENTRE + y, abs=0.3)
    assert max(box_of(np.asarray(image, np.uint8))) == pytest.approx(size, abs=3)


def test_resampling_and_normalizing_a_digit_agree_but_for_the_last_pixel() -> None:
    ink = drawn([(60, 30), (140, 30), (90, 170)], 16)
    resampled, normalized = resample_digit(ink).astype(float), normalize_digit(ink).astype(float)
    assert np.corrcoef(resampled.ravel(), normalized.ravel())[0, 1] > 0.9


def test_resampling_no_ink_gives_an_empty_image() -> None:
    assert not resample_digit(np.full((50, 30), 31, np.uint8)).any()


@pytest.fixture(scope="module")
def mnist_test_digits() -> Pixels:
    path = os.environ.get("DIGITBOT_MNIST")
    if not path or not Path(path).is_file():
        pytest.skip("needs MNIST: set DIGITBOT_MNIST")
    with np.load(path) as archive:
        return np.asarray(archive["x_test"][:1000])


def test_mnist_is_left_as_it_is(mnist_test_digits: Pixels) -> None:
    again = np.stack([normalize_digit(image) for image in mnist_test_digits])
    same = (np.abs(again.astype(int) - mnist_test_digits) <= 1).all(axis=(1, 2)).mean()
    assert np.abs(again.astype(int) - mnist_test_digits).mean() < 0.5
    assert same > 0.7


def test_enlarged_mnist_comes_back(mnist_test_digits: Pixels) -> None:
    large = [np.repeat(np.repeat(image, 8, axis=0), 8, axis=1) for image in mnist_test_digits[:300]]
    again = np.stack([normalize_digit(image) for image in large])
    assert np.abs(again.astype(int) - mnist_test_digits[:300]).mean() < 8
