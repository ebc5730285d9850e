from __future__ import annotations

import numpy as np
import pytest

from training.synthesis.pens import PENS, draw, enlarge, grains, roughen, trim
from training.synthesis.strokes import Writer


@pytest.mark.parametrize("height", [8, 20, 90, 700])
@pytest.mark.parametrize("pen", list(PENS))
def test_every_pen_draws_at_every_size_within_its_patch(pen: str, height: int) -> None:
    ink = draw(Writer(1).digit(8), height, 0.08, PENS[pen])
    assert ink.dtype == np.uint8
    assert 0.8 * height < ink.shape[0] < 1.5 * height + 8
    assert not ink[0].any()
    assert not ink[-1].any()
    assert not ink[:, 0].any()
    assert not ink[:, -1].any()


def test_a_thicker_pen_lays_more_ink() -> None:
    thin, thick = (draw(Writer(1).digit(0), 100, width).mean() for width in (0.04, 0.12))
    assert thick > 2 * thin


def test_edges_are_antialiased() -> None:
    ink = draw(Writer(1).digit(0), 60, 0.08)
    assert np.mean((ink > 0) & (ink < 255)) > 0.02


def test_grain_takes_ink_away_and_adds_none() -> None:
    ink = draw(Writer(1).digit(0), 100, 0.1)
    rough = roughen(ink, 0.8, np.random.default_rng(1))
    assert np.all(rough <= ink)
    assert rough.sum() < 0.9 * ink.sum()
    assert roughen(ink, 0, np.random.default_rng(1)) is ink


def test_a_small_digit_image_grows_smoothly_to_the_height_asked() -> None:
    small = np.zeros((28, 28), np.uint8)
    small[4:24, 12:15] = 255
    grown = enlarge(small, 200)
    assert abs(grown.shape[0] - 202) <= 4
    assert 24 < np.count_nonzero(grown[100] > 127) < 36


def test_trimming_leaves_one_empty_pixel_and_empty_ink_alone() -> None:
    ink = np.zeros((30, 40), np.uint8)
    assert trim(ink) is ink
    ink[10:12, 20:25] = 200
    assert trim(ink).shape == (4, 7)


@pytest.mark.parametrize("size", [1.0, 2.5, 40.0])
def test_grains_are_of_mean_nought_and_never_the_same_twice(size: float) -> None:
    rng = np.random.default_rng(1)
    one, other = (grains(300, 400, rng, size=size) for _ in range(2))
    assert one.shape == (300, 400)
    assert abs(float(one.mean())) < 0.35
    assert not np.array_equal(one, other)
