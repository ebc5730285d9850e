from __future__ import annotations

import numpy as np
import pytest

from training.synthesis.camera import develop, further, jpeg_compressed, look, moire, project, resized, view
from training.synthesis.scene import Camera

GREY = np.full((120, 160, 3), 128, np.uint8)


def test_a_camera_held_squarely_sees_the_sheet_as_it_is() -> None:
    assert view(Camera(), 160, 120, np.random.default_rng(1)) is None


@pytest.mark.parametrize("seed", range(8))
def test_without_a_margin_no_table_is_seen(seed: int) -> None:
    seen = view(Camera(tilt=0.1), 160, 120, np.random.default_rng(seed))
    assert seen is not None
    pixels, _ = look(GREY, np.zeros_like(GREY), np.zeros((120, 160), np.uint8), seen)
    assert (pixels[2:-2, 2:-2] > 0).all()


def test_with_a_margin_the_table_is_seen() -> None:
    seen = view(Camera(margin=0.3), 160, 120, np.random.default_rng(1))
    assert seen is not None
    pixels, _ = look(GREY, np.zeros_like(GREY), np.zeros((120, 160), np.uint8), seen)
    assert 0.2 < (pixels[:, :, 0] == 0).mean() < 0.8


def test_points_go_where_the_ink_goes() -> None:
    ink = np.zeros((120, 160), np.uint8)
    ink[50:53, 70:73] = 255
    seen = view(Camera(tilt=0.15, roll=8, margin=0.2), 160, 120, np.random.default_rng(3))
    assert seen is not None
    _, moved = look(GREY, GREY, ink, seen)
    rows, columns = np.nonzero(moved > 100)
    (point,) = project(np.array([[71.0, 51.0]]), seen)
    assert np.hypot(columns.mean() - point[0], rows.mean() - point[1]) < 1


def test_from_further_off_everything_is_nearer_the_middle() -> None:
    seen = view(Camera(margin=0.2), 160, 120, np.random.default_rng(3))
    assert seen is not None
    corner = np.array([[0.0, 0.0]])
    near, far = project(corner, seen)[0], project(corner, further(seen, 0.5, 160, 120))[0]
    assert np.allclose(far, (near + np.array([80, 60])) / 2)


def test_noise_is_as_strong_as_asked_and_leaves_the_mean() -> None:
    noisy = develop(GREY, Camera(noise=8), 20, np.random.default_rng(1)).astype(float)
    assert 6 < noisy.std() < 12
    assert abs(noisy.mean() - 128) < 1.5


def test_a_blurred_edge_is_wide() -> None:
    edge = np.zeros((120, 160, 3), np.uint8)
    edge[:, 80:] = 255
    blurred = develop(edge, Camera(blur=0.1, noise=0), 40, np.random.default_rng(1))
    assert np.count_nonzero((blurred[60, :, 0] > 10) & (blurred[60, :, 0] < 245)) > 8


def test_sizes_change_by_the_scale_and_jpeg_keeps_them() -> None:
    assert resized(GREY, 0.25).shape == (30, 40, 3)
    assert resized(GREY, 4.0).shape == (480, 640, 3)
    assert jpeg_compressed(GREY, 10).shape == GREY.shape


def test_moire_keeps_the_brightness() -> None:
    bands = moire(161, 121, 0.05, np.random.default_rng(1))
    assert bands.shape == (121, 161, 3)
    assert abs(float(bands.mean()) - 1) < 0.02
    assert 0.02 < float(bands.std()) < 0.08
