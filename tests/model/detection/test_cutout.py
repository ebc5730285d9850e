from __future__ import annotations

import cv2
import numpy as np

from model.detection.crops import SIDE
from model.detection.cutout import own_ink


def crop_with(*lines: tuple[tuple[int, int], tuple[int, int]], level: int = 30) -> np.ndarray:
    """A crop with lines, its box over the middle two thirds."""
    levels, box = np.full((SIDE, SIDE), 128, np.uint8), np.zeros((SIDE, SIDE), np.uint8)
    for start, end in lines:
        cv2.line(levels, start, end, level, 3, cv2.LINE_AA)
    box[8:40, 14:34] = 255
    return cv2.merge([levels, box])


def mask_with(*lines: tuple[tuple[int, int], tuple[int, int]]) -> np.ndarray:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    for start, end in lines:
        cv2.line(mask, start, end, 255, 3)
    return mask


STEM, LOOP = ((24, 12), (24, 36)), ((24, 14), (32, 22))
NEIGHBOUR, RULING = ((44, 8), (44, 40)), ((0, 34), (47, 34))


def test_a_pale_stroke_that_the_mask_misses_is_the_digits_where_it_hangs_on_it() -> None:
    ink = own_ink(crop_with(STEM, LOOP), mask_with(STEM))

    assert ink[12:36, 24].min() > 200
    assert ink[18, 28] > 200


def test_a_neighbour_is_left_out() -> None:
    ink = own_ink(crop_with(STEM, NEIGHBOUR), mask_with(STEM))

    assert not ink[:, 40:].any()


def test_of_a_line_that_runs_through_only_what_the_mask_says_is_taken() -> None:
    ink = own_ink(crop_with(STEM, RULING), mask_with(STEM))

    assert not ink[32:37, :20].any()
    assert ink[14:30, 24].min() > 200


def test_light_strokes_are_ink_too() -> None:
    ink = own_ink(crop_with(STEM, level=230), mask_with(STEM))

    assert ink[14:34, 24].min() > 200
    assert not ink[:, :15].any()


def test_without_a_mask_there_is_no_ink() -> None:
    assert not own_ink(crop_with(STEM), np.zeros((SIDE, SIDE), np.uint8)).any()
