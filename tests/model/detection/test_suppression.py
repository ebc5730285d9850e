from __future__ import annotations

import numpy as np

from model.detection.candidates import Candidates
from model.detection.suppression import overlaps, suppressed


def candidates(*boxes: tuple[float, float, float, float]) -> Candidates:
    count = len(boxes)
    scores = np.linspace(0.9, 0.5, count).astype(np.float32)
    labels = np.full((count, 10), 0.1, np.float32)
    return Candidates(np.array(boxes, np.float32), scores, 0 * scores, labels, labels[:, :4])


def test_of_boxes_of_one_mark_the_best_stays_with_the_mean_box() -> None:
    found = candidates((10, 10, 20, 40), (12, 10, 20, 40), (100, 10, 20, 40))

    kept = suppressed(found, found.digit)

    assert len(kept) == 2
    assert 10 < kept.boxes[0, 0] < 12
    assert kept.digit[0] == found.digit[0]


def test_a_part_of_a_mark_is_not_a_second_one() -> None:
    kept = suppressed(found := candidates((0, 0, 30, 40), (2, 2, 20, 18)), found.digit)

    assert len(kept) == 1


def test_neighbours_that_touch_are_two() -> None:
    kept = suppressed(found := candidates((0, 0, 30, 40), (26, 0, 30, 40)), found.digit)

    assert len(kept) == 2


def test_nothing_stays_nothing() -> None:
    found = candidates((0, 0, 1, 1)).take(np.zeros(0, np.int64))

    assert len(suppressed(found, found.digit)) == 0


def test_overlaps_are_shares_of_the_union_and_of_the_smaller_box() -> None:
    union, part = overlaps(np.array((0, 0, 10, 10), np.float32), np.array([(5, 0, 5, 10), (20, 0, 5, 5)], np.float32))

    np.testing.assert_allclose(union, (0.5, 0))
    np.testing.assert_allclose(part, (1, 0))


def test_a_stroke_found_twice_is_one_and_two_strokes_beside_each_other_are_two() -> None:
    twice = candidates((10, 10, 4, 40), (14, 10, 5, 40))
    beside = candidates((10, 10, 5, 40), (27, 10, 5, 40))

    assert len(suppressed(twice, twice.digit)) == 1
    assert len(suppressed(beside, beside.digit)) == 2
