from __future__ import annotations

import numpy as np

from model.detection.candidates import SIGN_CHARACTERS, UNNAMED, Candidates
from model.text_layout import layout


def marks(*signs: tuple[str, float, float]) -> Candidates:
    """Signs by name at (x, y) of their corner, 12 x 30 pixels; a name that is none is a letter."""
    count = len(signs)
    labels = np.full((count, UNNAMED + 1), 0.001, np.float32)
    for index, (name, _, _) in enumerate(signs):
        labels[index, 10 + list(SIGN_CHARACTERS).index(name) if name in SIGN_CHARACTERS else UNNAMED] = 0.97
    boxes = np.array([(x, y, 12, 30) for _, x, y in signs], np.float32).reshape(-1, 4)
    other = np.full(count, 0.9, np.float32)
    return Candidates(boxes, 0 * other, other, labels, labels[:, :4])


def row(count: int, left: float = 0, top: float = 0, pitch: float = 40) -> np.ndarray:
    return np.array([(left + pitch * at, top, 24, 40) for at in range(count)], np.float32)


def test_signs_stand_between_the_digits_where_they_were_recognised() -> None:
    boxes = np.concatenate([row(2), row(2, 120), row(4, 240)])

    text = layout([list("12052021")], [boxes], marks(("slash", 88, 4), ("slash", 208, 4)))

    assert text == "12/05/2021"


def test_letters_are_left_out_and_never_guessed() -> None:
    assert layout([list("508")], [row(3)], marks(("letter", 120, 5))) == "508"


def test_rows_are_lines_and_wide_gaps_spaces() -> None:
    boxes = [np.concatenate([row(2), row(2, 200)]), row(3, 0, 100)]

    assert layout([list("1234"), list("567")], boxes, marks()) == "12 34\n567"


def test_a_sign_of_another_row_is_not_this_ones() -> None:
    boxes = [row(2), row(2, 0, 120)]

    assert layout([list("12"), list("34")], boxes, marks(("plus", 88, 125))) == "12\n34+"


def test_a_sign_between_two_close_rows_stands_in_the_nearer_one() -> None:
    boxes = [row(2), row(2, 0, 55)]

    assert layout([list("12"), list("34")], boxes, marks(("plus", 88, 34))) == "12\n34+"


def test_nothing_has_no_layout() -> None:
    assert layout([], [], marks(("plus", 0, 0))) == ""
