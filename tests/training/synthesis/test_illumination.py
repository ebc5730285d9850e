from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from training.synthesis.illumination import lit, shade, shine
from training.synthesis.scene import Light

EVEN = Light(level=0.8, slope=0.0)
FOCUS = (0.5, 0.5)


def test_even_light_is_of_its_level_everywhere() -> None:
    falls = shade(EVEN, 320, 240, FOCUS, np.random.default_rng(1))
    assert falls.shape == (240, 320)
    assert np.allclose(falls, 0.8)


@pytest.mark.parametrize("seed", range(6))
def test_a_hard_shadow_has_two_sides_and_a_narrow_edge(seed: int) -> None:
    falls = shade(replace(EVEN, shadow=0.5, softness=0.001), 320, 240, FOCUS, np.random.default_rng(seed))
    bright, dark = np.isclose(falls, 0.8, atol=0.01), np.isclose(falls, 0.4, atol=0.01)
    assert bright.mean() > 0.05
    assert dark.mean() > 0.05
    assert (~bright & ~dark).mean() < 0.05


def test_a_soft_shadow_falls_off_slowly() -> None:
    falls = shade(replace(EVEN, shadow=0.5, softness=0.2), 320, 240, FOCUS, np.random.default_rng(2))
    assert np.abs(np.diff(falls, axis=0)).max() < 0.03


def test_a_vignette_darkens_the_corners() -> None:
    falls = shade(replace(EVEN, vignette=0.6), 320, 240, FOCUS, np.random.default_rng(1))
    corners = falls[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners.max() < 0.75 * falls[120, 160]


def test_a_window_leaves_bright_panes_on_a_darker_page() -> None:
    falls = shade(replace(EVEN, window=0.5), 320, 240, FOCUS, np.random.default_rng(1))
    assert falls.max() > 0.75
    assert falls.min() < 0.45


def test_a_lamp_brightens_and_never_beyond_white() -> None:
    grey = np.full((240, 320, 3), 100, np.uint8)
    glare = shine(replace(EVEN, glare=0.7), 320, 240, FOCUS, np.random.default_rng(1))
    assert glare is not None
    pixels = lit(grey, np.ones((240, 320), np.float32), glare, (1.0, 1.0, 1.0))
    assert pixels.min() >= 100
    assert 150 < pixels.max() <= 255


def test_without_a_lamp_nothing_shines() -> None:
    assert shine(EVEN, 320, 240, FOCUS, np.random.default_rng(1)) is None


def test_light_is_tinted_channel_by_channel() -> None:
    grey = np.full((10, 10, 3), 200, np.uint8)
    pixels = lit(grey, np.full((10, 10), 0.5, np.float32), None, (1.0, 0.8, 0.6))
    assert pixels[5, 5].tolist() == [100, 80, 60]
