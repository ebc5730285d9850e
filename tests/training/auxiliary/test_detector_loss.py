from __future__ import annotations

import numpy as np

from model.detection.candidates import UNNAMED
from model.detection.decoding import CHANNELS, DIGIT, LABELS, LEVELS, OTHER, SIDES, TURNS, decode_level
from training.auxiliary.detector_loss import LevelLoss, cell_centres, targets
from training.auxiliary.page_examples import MOST_MARKS


def marks(*rows: tuple[float, ...]) -> np.ndarray:
    found = np.full((1, MOST_MARKS, 7), -2, np.float32)
    for index, row in enumerate(rows):
        found[0, index] = row
    return found


def assigned(found: np.ndarray, level: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    stride = LEVELS[level].stride
    shape = 288 // stride, 384 // stride
    aims = targets(found, cell_centres(*shape, stride), LEVELS[level])
    digit, other, ignored = (np.asarray(each).reshape(shape) for each in (aims.digit, aims.other, aims.ignored))
    return digit, other, ignored


def test_a_mark_is_found_by_the_level_of_its_size_only() -> None:
    found = marks((100, 100, 40, 80, 0, 5, 0))

    assert [bool(assigned(found, level)[0].any()) for level in range(3)] == [False, True, False]


def test_the_smallest_digit_has_a_cell() -> None:
    digit, _, _ = assigned(marks((101, 101, 3, 5, 0, 1, 0)), 0)

    assert 1 <= digit.sum() <= 4


def test_other_marks_are_no_digits() -> None:
    digit, other, _ = assigned(marks((100, 100, 20, 30, 1, 0, 0)), 0)

    assert other.any()
    assert not digit.any()


def test_nothing_is_demanded_in_a_mark_that_is_half_seen() -> None:
    digit, other, ignored = assigned(marks((0, 100, 20, 30, -1, 0, 0)), 0)

    assert not digit.any()
    assert not other.any()
    assert ignored[27, 2]


def test_what_the_loss_asks_for_decodes_to_the_marks() -> None:
    found = marks((100, 100, 40, 80, 0, 5, 0), (200, 150, 60, 70, 1, UNNAMED, 0))
    level = LEVELS[1]
    digit, other, _ = assigned(found, 1)
    cells = np.zeros((1, 36, 48, CHANNELS), np.float32)
    cells[..., DIGIT], cells[..., OTHER] = np.where(digit, 12, -12), np.where(other, 12, -12)
    middles = np.asarray(cell_centres(36, 48, 8)).reshape(36, 48, 2)
    for x, y, width, height in found[0, :2, :4]:
        near = (np.abs(middles - (x + width / 2, y + height / 2)) < 20).all(axis=2)
        low, high = middles - (x, y), (x + width, y + height) - middles
        cells[0][near, SIDES] = np.log(np.maximum(np.concatenate([low, high], axis=2), 1)[near] / 8)
    cells[..., LABELS.start + 5], cells[..., TURNS.start] = 12 * digit, 12
    cells[..., LABELS.start + UNNAMED] = 12 * other

    decoded = decode_level(cells[0], level, 0.5)
    good = float(LevelLoss(level)(found, cells))
    bad = float(LevelLoss(level)(found, np.zeros_like(cells)))

    np.testing.assert_allclose(decoded.boxes[decoded.digit > 0.5], [[100, 100, 40, 80]] * int(digit.sum()), atol=1)
    np.testing.assert_allclose(decoded.boxes[decoded.other > 0.5], [[200, 150, 60, 70]] * int(other.sum()), atol=1)
    assert good < 0.1
    assert bad > 1
