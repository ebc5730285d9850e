from __future__ import annotations

import cv2
import numpy as np

from model.detection.unexplained import unexplained

NOTHING = np.zeros((0, 4), np.float32)
DIGIT = np.array([[40, 80, 30, 60]], np.float32)


def sheet(*lefts: int) -> np.ndarray:
    """Upright strokes of 60 pixels at these places."""
    grey = np.full((288, 384), 210, np.uint8)
    for left in lefts:
        cv2.rectangle(grey, (left + 10, 80), (left + 15, 139), 40, -1)
    return grey


def test_a_mark_beside_the_digits_is_unexplained() -> None:
    [left] = unexplained(sheet(40, 200), DIGIT, NOTHING, 1.0)

    assert abs(left[0] - 210) <= 3
    assert abs(left[3] - 60) <= 5


def test_what_a_known_mark_covers_is_explained() -> None:
    known = np.array([[200, 75, 30, 70]], np.float32)

    assert len(unexplained(sheet(40, 200), DIGIT, known, 1.0)) == 0


def test_what_is_far_smaller_or_larger_than_the_digits_does_not_count() -> None:
    grey = sheet(40)
    cv2.circle(grey, (250, 110), 6, 40, -1)
    cv2.rectangle(grey, (320, 10), (326, 270), 40, -1)

    assert len(unexplained(grey, DIGIT, NOTHING, 1.0)) == 0


def test_boxes_are_in_pixels_of_the_photo() -> None:
    [left] = unexplained(sheet(40, 200), 3 * DIGIT, NOTHING, 3.0)

    assert abs(left[3] - 180) <= 15


def test_without_digits_nothing_is_of_their_size() -> None:
    assert len(unexplained(sheet(40, 200), NOTHING, NOTHING, 1.0)) == 0
