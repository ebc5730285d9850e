"""What is accepted as a number, given what stands beside it."""

from __future__ import annotations

import numpy as np

from model.found import Found
from model.interpret import Interpretation
from model.reading import Box
from model.segment import Mark, Place
from model.trust import trusted, vouched

FRAME = (480, 640)


def found(label: int, x: int, *, likeness: float = 0.99, height: int = 60, y: int = 100, peak: float = 200.0) -> Found:
    width = 12 if label == 1 else 40
    place = Place.of(Mark(np.zeros((4, 1, 2), np.int32), Box(x, y, width, height), peak))
    probabilities = np.full(10, 0.001, np.float32)
    probabilities[label] = 0.991
    return Found(place, np.zeros((28, 28), np.uint8), probabilities, likeness)


def interpretation(row: list[Found], *others: Found) -> Interpretation:
    return Interpretation([row] if row else [], [*row, *others], [])


def test_digits_alone_are_believed() -> None:
    result = trusted(interpretation([found(4, 50), found(1, 120), found(7, 180)]), FRAME)
    assert [len(row) for row in result.rows] == [3]
    assert result.clear


def test_nothing_found_is_not_clear() -> None:
    assert not trusted(interpretation([]), FRAME).clear


def test_digits_among_more_letters_are_not() -> None:
    letters = [found(0, 50 + 60 * i, likeness=0.02, y=200) for i in range(6)]
    assert trusted(interpretation([found(0, 50), found(1, 120)], *letters), FRAME).rows == []


def test_a_few_strangers_do_not_drown_a_number() -> None:
    stranger = found(0, 400, likeness=0.02)
    result = trusted(interpretation([found(4, 50), found(2, 120), found(7, 180)], stranger), FRAME)
    assert len(result.rows[0]) == 3
    assert not result.clear


def test_strangers_of_another_size_do_not_count() -> None:
    specks = [found(0, 50 + 60 * i, likeness=0.02, height=15, y=300) for i in range(8)]
    assert trusted(interpretation([found(4, 50)], *specks), FRAME).rows


def test_a_doubtful_digit_alone_is_not_believed() -> None:
    assert trusted(interpretation([found(9, 50, likeness=0.6)]), FRAME).rows == []


def test_strokes_far_taller_fainter_or_at_the_border_are_no_ones() -> None:
    row = [found(4, 50), found(1, 150, height=160), found(1, 220, peak=40), found(1, 0), found(1, 300), found(7, 380)]
    result = trusted(interpretation(row), FRAME)
    assert [int(each.probabilities.argmax()) for each in result.rows[0]] == [4, 1, 7]
    assert result.rows[0][1].place.box.x == 300


def test_what_a_person_vouches_for_is_not_questioned() -> None:
    letters = [found(0, 50 + 60 * i, likeness=0.02, y=200) for i in range(6)]
    assert len(vouched(interpretation([found(0, 50, likeness=0.1)], *letters)).rows[0]) == 1


def test_upright_strokes_are_ones_only_where_nothing_else_stands() -> None:
    strokes = [found(1, 50), found(1, 120)]
    assert len(trusted(interpretation(strokes), FRAME).rows[0]) == 2
    assert trusted(interpretation(strokes, found(0, 250, likeness=0.02, height=150)), FRAME).rows == []


def test_a_stroke_does_not_vouch_for_a_doubtful_digit() -> None:
    assert trusted(interpretation([found(1, 50), found(7, 120, likeness=0.6)]), FRAME).rows == []
    assert trusted(interpretation([found(1, 50), found(7, 120)]), FRAME).rows


def test_one_mark_cut_into_something_like_digits_is_no_number() -> None:
    whole = found(2, 50, likeness=0.2)
    halves = [found(2, 50, likeness=0.99), found(9, 90, likeness=0.8)]
    assert trusted(Interpretation([halves], [whole], []), FRAME).rows == []
    clear = [found(2, 50, likeness=0.99), found(9, 90, likeness=0.98)]
    assert trusted(Interpretation([clear], [whole], []), FRAME).rows
