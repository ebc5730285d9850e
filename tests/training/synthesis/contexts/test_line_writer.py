from __future__ import annotations

import numpy as np
import pytest

from training.synthesis.contexts.line_writer import LineWriter
from training.synthesis.contexts.marks import Drawn, Stamped
from training.synthesis.contexts.symbols import SIGNS, WORD_LETTER_FORMS
from training.synthesis.pens import PENS
from training.synthesis.writers import SampleDigits


def hand(seed: int = 1, samples: SampleDigits | None = None) -> LineWriter:
    return LineWriter(PENS["ball pen"], (20, 20, 24), np.random.default_rng(seed), samples)


def test_digits_and_signs_come_from_one_nib() -> None:
    marks = hand().line("12+3=15")
    assert [mark.character for mark in marks] == list("12+3=15")
    assert [mark.label for mark in marks] == ["", "", "plus", "", "equals", "", ""]
    assert len({id(mark.nib) for mark in marks if isinstance(mark, Drawn)}) == 1


def test_characters_stand_from_left_to_right_and_spaces_are_told() -> None:
    for seed in range(10):
        marks = hand(seed).line("30 47")
        middles = [(mark.extent()[0] + mark.extent()[2]) / 2 for mark in marks]
        assert middles == sorted(middles)
        assert [mark.gap for mark in marks] == [False, False, True, False]


@pytest.mark.parametrize("sign", list(SIGNS))
def test_every_sign_can_be_written_and_is_no_digit(sign: str) -> None:
    (mark,) = hand().line(sign)
    assert mark.label == SIGNS[sign].label
    assert mark.label
    left, top, right, bottom = mark.extent()
    assert 0 < right - left < 2
    assert -0.5 < top < bottom < 1.6


def test_every_letter_can_be_written_and_none_is_a_digit() -> None:
    for letter in WORD_LETTER_FORMS:
        assert not letter.isdigit()
        (mark,) = hand().line(letter)
        assert mark.label == "letter"


def test_a_word_is_one_mark() -> None:
    marks = hand().words("White Phone")
    assert [(mark.character, mark.label) for mark in marks] == [("White", "word"), ("Phone", "word")]
    assert marks[0].extent()[2] < marks[1].extent()[0]


def test_one_hand_writes_a_sign_in_one_form_most_of_the_time() -> None:
    writer = hand(3)
    strokes = [len(mark.strokes) for mark in writer.line("+" * 30) if isinstance(mark, Drawn)]
    assert max(strokes.count(number) for number in set(strokes)) >= 20


def test_digits_of_a_collection_are_written_with_the_hands_signs() -> None:
    square = np.zeros((1, 28, 28), np.uint8)
    square[0, 4:24, 4:24] = 255
    marks = hand(1, SampleDigits(square, np.array([3]))).line("3+3")
    assert [type(mark) for mark in marks] == [Stamped, Drawn, Stamped]
    (plain,) = hand(1, SampleDigits(square, np.array([3]))).line("3", sampled=False)
    assert isinstance(plain, Drawn)
