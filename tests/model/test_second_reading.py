"""A second reading for a given count replaces the first only where it touches nothing that was sure."""

from __future__ import annotations

import numpy as np
import pytest

from model.reading import Box, Digit, Reading
from model.second_reading import is_convincing, only_adds, overlooked

SURE, UNSURE = 0.99, 0.6


def reading(*digits: tuple[int, int, int, float], unread: tuple[Box, ...] = ()) -> Reading:
    """Digits in one row, each its label, left edge, width and confidence; sure from 0.9 on."""
    made = tuple(
        Digit(label, confidence, (0.1,) * 10, Box(x, 0, width, 40), np.zeros((28, 28), np.uint8), 0, confidence >= 0.9)
        for label, x, width, confidence in digits
    )
    return Reading(made, "base-1", 400, 100, 0.0, unread=unread)


FOUR, TWO = (4, 0, 30, SURE), (2, 50, 30, SURE)
MERGED = (8, 50, 60, UNSURE)


def test_what_was_doubtful_may_come_apart() -> None:
    assert is_convincing(reading(FOUR, TWO, (7, 82, 28, SURE)), reading(FOUR, MERGED))


def test_digits_where_none_was_seen_may_be_taken() -> None:
    assert is_convincing(reading(FOUR, TWO), reading())


@pytest.mark.parametrize(
    "second",
    [
        reading((1, 0, 14, SURE), (1, 16, 14, SURE), TWO, (7, 82, 28, SURE)),  # cuts a sure digit
        reading(TWO, (7, 82, 28, SURE)),  # leaves it out
        reading((6, 0, 80, SURE), (7, 82, 28, SURE)),  # joins it with another
        reading((9, 0, 30, SURE), TWO, (7, 82, 28, SURE)),  # reads it as something else
        reading(FOUR, TWO, (7, 82, 28, UNSURE)),  # is not sure itself
        reading(),
    ],
    ids=["cut", "left-out", "joined", "another-label", "unsure", "empty"],
)
def test_a_second_reading_that_changes_what_was_sure_or_is_unsure_does_not_convince(second: Reading) -> None:
    assert not is_convincing(second, reading(FOUR, MERGED))


def test_a_first_reading_without_doubt_stays() -> None:
    assert not is_convincing(reading(FOUR, (1, 32, 10, SURE), TWO), reading(FOUR, TWO))


def test_a_digit_where_nothing_was_read_was_overlooked() -> None:
    assert overlooked(reading(FOUR, TWO, (7, 100, 28, UNSURE)), reading(FOUR, TWO)) == (2,)
    assert overlooked(reading(FOUR, TWO, (7, 82, 28, SURE)), reading(FOUR, MERGED)) == ()
    assert overlooked(reading(FOUR), reading()) == (0,)


def test_a_whole_mark_that_was_left_unread_is_only_added() -> None:
    second, mark = reading(FOUR, TWO, (7, 100, 28, UNSURE)), Box(98, 2, 30, 38)
    assert only_adds(second, reading(FOUR, TWO, unread=(mark,)))
    assert not only_adds(second, reading(FOUR, TWO))  # nothing stood there
    assert not only_adds(reading(FOUR, (7, 100, 28, UNSURE)), reading(FOUR, TWO, unread=(mark,)))  # a 2 is gone
    split = reading((1, 0, 14, UNSURE), (1, 16, 14, UNSURE), TWO)
    assert not only_adds(split, reading(FOUR, TWO, unread=(mark,)))
