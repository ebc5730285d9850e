"""Ink from light and paper: strokes stay, whatever their colour; shadows, vignettes and edges go."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.ink import ink_of

Pixels = NDArray[np.uint8]
H, W = 480, 640


def stroke_mask(thickness: int = 8) -> Pixels:
    mask = np.zeros((H, W), np.uint8)
    cv2.ellipse(mask, (320, 240), (60, 90), 0, 0, 360, 255, thickness)
    cv2.line(mask, (450, 150), (440, 330), 255, thickness)
    return mask


def written(paper: NDArray[np.floating], darkness: float, thickness: int = 8) -> Pixels:
    """Strokes that leave ``1 - darkness`` of the paper's light."""
    light = np.where(stroke_mask(thickness) > 0, 1 - darkness, 1.0)
    return np.clip(cv2.GaussianBlur(paper * light, (3, 3), 0), 0, 255).astype(np.uint8)


def papers() -> dict[str, NDArray[np.floating]]:
    x, y = np.meshgrid(np.linspace(-1, 1, W), np.linspace(-1, 1, H))
    plain = np.full((H, W), 200.0)
    edge = plain.copy()
    edge[:, 560:] = 40
    return {
        "even": plain,
        "vignette": 220 * (1 - 0.6 * (x**2 + y**2) / 2),
        "hard shadow across the strokes": np.where(x + 0.3 * y > 0.02, 200.0, 90.0),
        "slope of light": 140 + 90 * x,
        "table edge": edge,
        "dim": np.full((H, W), 60.0),
    }


@pytest.mark.parametrize("name", list(papers()))
@pytest.mark.parametrize("thickness", [2, 8, 40])
def test_strokes_stand_out_and_paper_does_not(name: str, thickness: int) -> None:
    ink = ink_of(written(papers()[name], 0.6, thickness))
    mask = stroke_mask(thickness)
    inside, outside = cv2.erode(mask, np.ones((3, 3))) > 0, cv2.dilate(mask, np.ones((9, 9))) == 0
    assert ink.dark
    if thickness > 2:
        assert np.median(ink.grey[inside]) > 110
    else:
        assert np.median(ink.grey[mask > 0]) > 60
    assert np.mean(ink.grey[outside] > 60) < 0.01


@pytest.mark.parametrize("thickness", [3, 8, 40])
def test_light_strokes_on_dark_are_ink_too(thickness: int) -> None:
    board = np.where(stroke_mask(thickness) > 0, 210, 35).astype(np.uint8)
    ink = ink_of(board)
    assert not ink.dark
    assert np.median(ink.grey[stroke_mask(thickness) > 0]) > 150
    assert np.mean(ink.grey[stroke_mask(thickness) == 0] > 60) < 0.02


def test_grey_crop_padded_with_white_is_no_ink() -> None:
    picture = np.full((H, W), 255, np.uint8)
    picture[60:420, 160:520] = 226
    picture[stroke_mask() > 0] = 50
    ink = ink_of(picture)
    assert ink.dark
    assert np.mean(ink.grey[cv2.dilate(stroke_mask(), np.ones((9, 9))) == 0] > 40) < 0.01


def test_blank_paper_has_no_ink_above_its_noise() -> None:
    grain = np.random.default_rng(3).normal(190, 6, (H, W)).clip(0, 255).astype(np.uint8)
    ink = ink_of(grain)
    assert np.mean(ink.grey > ink.noise) < 0.001


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (900, 1), (3, 3), (60, 90)])
def test_any_shape_has_its_ink(shape: tuple[int, int]) -> None:
    assert not ink_of(np.full(shape, 200, np.uint8)).grey.any()


def test_wide_strokes_are_ink() -> None:
    grey = np.where(stroke_mask(60) > 0, 60, 210).astype(np.uint8)
    inside = cv2.erode(stroke_mask(60), np.ones((21, 21))) > 0
    assert np.median(ink_of(grey).grey[inside]) > 110
