from __future__ import annotations

import numpy as np

from model.detection.candidates import joined
from model.detection.decoding import CHANNELS, DIGIT, LABELS, OTHER, SIDES, TURNS, Level, decode_level

LEVEL = Level(8, 44.0, 110.0)


def maps(height: int = 6, width: int = 5) -> np.ndarray:
    cells = np.zeros((height, width, CHANNELS), np.float32)
    cells[:, :, : OTHER + 1] = -9.0
    return cells


def test_cells_that_hold_nothing_give_no_candidates() -> None:
    assert len(decode_level(maps(), LEVEL, 0.1)) == 0


def test_a_cell_tells_the_box_around_its_middle_its_label_and_its_way_up() -> None:
    cells = maps()
    cells[2, 3, DIGIT] = 4.0
    cells[2, 3, SIDES] = np.log([1.0, 2.0, 3.0, 4.0])
    cells[2, 3, LABELS.start + 7] = 9.0
    cells[2, 3, TURNS.start + 1] = 9.0

    found = decode_level(cells, LEVEL, 0.1)

    assert len(found) == 1
    # The middle of column 3, row 2 is (28, 20); one stride is 8 pixels.
    np.testing.assert_allclose(found.boxes[0], (20, 4, 32, 48), atol=1e-3)
    assert found.labels[0].argmax() == 7
    assert found.turns[0].argmax() == 1
    assert found.digit[0] > 0.9
    assert found.other[0] < 0.1


def test_other_marks_are_candidates_too() -> None:
    cells = maps()
    cells[0, 0, OTHER] = 4.0

    found = decode_level(cells, LEVEL, 0.1)

    assert found.other[0] > 0.9 > found.digit[0]


def test_scaled_boxes_and_joined_candidates_keep_their_scores() -> None:
    cells = maps()
    cells[1, 1, DIGIT] = 2.0
    found = decode_level(cells, LEVEL, 0.1)

    both = joined([found, found.scaled(2.0, 3.0)])

    assert len(both) == 2
    np.testing.assert_allclose(both.boxes[1], both.boxes[0] * (2, 3, 2, 3))
    assert both.digit[0] == both.digit[1]
