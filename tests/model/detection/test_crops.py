from __future__ import annotations

import cv2
import numpy as np

from model.detection.crops import FILLED, SIDE, Region, crop, window


def page() -> np.ndarray:
    grey = np.full((200, 300), 220, np.uint8)
    cv2.rectangle(grey, (100, 50), (119, 109), 30, -1)
    return grey


def test_the_longer_side_of_the_box_fills_two_thirds_of_the_crop() -> None:
    levels, box = cv2.split(crop(page(), Region(100, 50, 20, 60)))

    assert levels.shape == box.shape == (SIDE, SIDE)
    rows = np.flatnonzero((levels < 100).any(axis=1))
    assert abs(len(rows) - FILLED) <= 1
    assert abs(len(np.flatnonzero(box.any(axis=1))) - FILLED) <= 1


def test_dark_strokes_are_darker_than_their_paper_whatever_the_light() -> None:
    bright = crop(page(), Region(100, 50, 20, 60))
    dim = crop((page() * 0.4).astype(np.uint8), Region(100, 50, 20, 60))

    assert np.abs(bright.astype(int) - dim).max() <= 6


def test_a_box_at_the_edge_sees_the_paper_go_on() -> None:
    levels = crop(np.full((40, 40), 200, np.uint8), Region(-5, -5, 20, 20))[:, :, 0]

    assert np.ptp(levels) == 0


def test_what_lies_outside_of_a_mask_is_empty() -> None:
    mask = window(np.full((40, 40), 255, np.uint8), Region(30, 0, 20, 40), cv2.BORDER_CONSTANT)

    assert mask[24, 0] == 255
    assert mask[24, -1] == 0


def test_a_box_far_outside_gives_an_empty_window() -> None:
    assert not window(page(), Region(900, 900, 10, 10), cv2.BORDER_CONSTANT).any()
