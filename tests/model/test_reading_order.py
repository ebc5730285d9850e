from __future__ import annotations

import numpy as np

from model.reading_order import rows


def test_rows_are_read_from_top_to_bottom_and_from_left_to_right() -> None:
    boxes = np.array([(60, 100, 20, 40), (10, 100, 20, 40), (40, 10, 20, 40), (10, 14, 20, 40)], np.float32)

    assert rows(boxes) == [[3, 2], [1, 0]]


def test_a_slanted_row_is_one_row() -> None:
    boxes = np.array([(30 * i, 100 - 6 * i, 20, 30) for i in range(10)], np.float32)

    assert rows(boxes) == [list(range(10))]


def test_scattered_digits_are_read_level_by_level() -> None:
    corners = [(130, 60), (150, 370), (550, 390), (870, 620), (130, 780), (530, 890)]
    boxes = np.array([(*corner, 110, 140) for corner in corners], np.float32)

    assert rows(boxes) == [[0], [1, 2], [3], [4], [5]]


def test_three_digits_of_uneven_level_are_one_row() -> None:
    boxes = np.array([(56, 347, 43, 66), (208, 370, 47, 70), (347, 340, 35, 73)], np.float32)

    assert rows(boxes) == [[0, 1, 2]]


def test_nothing_has_no_rows() -> None:
    assert rows(np.zeros((0, 4), np.float32)) == []
