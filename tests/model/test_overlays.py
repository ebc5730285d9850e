"""Touching and overlapping digits, told apart by the network that comes with the package."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.ink import ink_of
from model.model_bundle import ModelBundle
from model.overlays import HEIGHT, Overlays, digits, strip
from model.segment import Place, find_places

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def overlays() -> Overlays:
    return Overlays(ModelBundle.packaged("overlays"))


def paper_with(*, apart: int) -> Pixels:
    """A 0 and, its left end so many pixels from the 0's right one, a 4."""
    paper = np.full((480, 640), 205, np.uint8)
    cv2.ellipse(paper, (200, 240), (45, 70), 0, 0, 360, 40, 9)
    x = 245 + apart
    cv2.polylines(paper, [np.array([(x + 50, 165), (x, 255), (x + 85, 255)], np.int32)], False, 40, 9)
    cv2.line(paper, (x + 60, 200), (x + 52, 312), 40, 9)
    return paper


def one_place(paper: Pixels) -> tuple[Place, Pixels]:
    ink = ink_of(paper)
    (place,) = find_places(ink)
    return place, place.ink(ink)


@pytest.mark.parametrize("apart", [-4, -16])
def test_two_digits_that_run_together_come_apart_from_left_to_right(overlays: Overlays, apart: int) -> None:
    ink = ink_of(paper_with(apart=apart))
    (place,) = find_places(ink)
    left, right = overlays(place, ink)
    assert left.box.x == pytest.approx(150, abs=6)
    assert left.box.width == pytest.approx(100, abs=14)
    assert right.box.x + right.box.width == pytest.approx(place.box.x + place.box.width, abs=3)
    assert right.box.width == pytest.approx(93, abs=18)


def test_ink_of_a_neighbour_within_a_loop_is_left_out(overlays: Overlays) -> None:
    ink = ink_of(paper_with(apart=-16))
    (place,) = find_places(ink)
    zero, _ = overlays(place, ink)
    middle = zero.ink(ink)[60:-60, 25:-25]  # of the ring: paper, and the end of the 4
    assert (middle > 110).mean() < 0.03


def test_one_digit_stays_one(overlays: Overlays) -> None:
    paper = np.full((480, 640), 205, np.uint8)
    cv2.ellipse(paper, (200, 240), (45, 70), 0, 0, 360, 40, 9)
    ink = ink_of(paper)
    (place,) = find_places(ink)
    assert overlays(place, ink) == [place]


@pytest.mark.parametrize(("height", "width"), [(1, 1), (3, 900), (900, 3), (40, 41), (200, 300)])
def test_ink_of_any_shape_makes_a_strip(overlays: Overlays, height: int, width: int) -> None:
    ink = np.full((height, width), 255, np.uint8)
    seen = strip(ink)
    assert seen.shape[0] == HEIGHT
    assert seen.shape[1] % 8 == 0
    for mask in overlays.masks(ink):
        assert mask.shape == ink.shape


def test_crossing_ink_belongs_to_both() -> None:
    ink = np.zeros((40, 40), np.uint8)
    ink[:, 4:20] = ink[:, 16:32] = 255
    on = np.zeros((20, 20, 2), np.float32)
    on[:, :10, 0], on[:, 8:, 1] = 1, 1
    left, right = digits(ink, on)
    assert cv2.boundingRect(left)[::2] == (4, 16)
    assert cv2.boundingRect(right)[::2] == (16, 16)


def test_what_is_too_low_for_a_digit_goes_to_the_other() -> None:
    ink = np.zeros((40, 40), np.uint8)
    ink[:, 4:14] = ink[15:20, 14:20] = 255
    on = np.zeros((20, 20, 2), np.float32)
    on[:, :7, 0], on[:, 7:, 1] = 1, 1
    (whole,) = digits(ink, on)
    assert (whole > 0).sum() == (ink > 0).sum()
