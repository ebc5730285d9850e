from __future__ import annotations

import cv2
import numpy as np
import pytest

from model.detection.detector_view import STEP, VIEW_AREA, view_of, view_size


def test_views_of_all_shapes_have_about_one_area_and_sides_of_whole_steps() -> None:
    for width, height in ((1280, 960), (960, 1280), (100, 100), (1920, 1080), (5000, 40)):
        wide, high = view_size(width, height)
        assert wide % STEP == high % STEP == 0
        assert wide >= STEP
        assert high >= STEP
    assert abs(np.prod(view_size(1280, 960)) / VIEW_AREA - 1) < 0.05


@pytest.mark.parametrize(("width", "height"), [(20_000, 1), (1, 20_000), (20_000, 2), (7, 5_000)])
def test_a_view_of_a_very_narrow_photo_takes_no_more_work(width: int, height: int) -> None:
    for area in (VIEW_AREA, 4 * VIEW_AREA):
        assert np.prod(view_size(width, height, area)) <= 1.3 * area


def test_strokes_stand_out_alike_in_light_and_shadow() -> None:
    grey = np.full((288, 384), 240, np.uint8)
    grey[:, 192:] = 100
    cv2.line(grey, (60, 60), (60, 200), 24, 4)
    cv2.line(grey, (300, 60), (300, 200), 10, 4)

    view = view_of(grey, (384, 288))

    assert abs(int(view[130, 60, 1]) - int(view[130, 300, 1])) < 20
    assert view[130, 60, 1] > 150
    assert view[130, 120, 1] < 20


def test_light_strokes_are_in_the_third_channel() -> None:
    grey = np.full((288, 384), 30, np.uint8)
    cv2.line(grey, (60, 60), (60, 200), 240, 4)

    view = view_of(grey, (384, 288))

    assert view[130, 60, 2] > 100
    assert view[130, 60, 1] == 0


@pytest.mark.parametrize("whole", [2, 3, 4, 5])
def test_large_photos_are_averaged_before_they_are_brought_to_a_view(whole: int) -> None:
    grey = np.random.default_rng(whole).integers(0, 256, (288 * whole, 384 * whole)).astype(np.uint8)

    view = view_of(grey, (384, 288))

    mean = grey.reshape(288, whole, 384, whole).mean(axis=(1, 3))
    assert np.abs(view[:, :, 0] - mean).max() <= 0.5
