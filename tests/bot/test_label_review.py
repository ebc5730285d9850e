"""Labels that wait for a review, the oddest first."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from bot.label_review import labels_to_review
from storage.samples import Review, Sample
from storage.tables import NOT_A_DIGIT, utc_now


@pytest.fixture
def strokes() -> list[Sample]:
    """Six upright strokes, of which one is called a 7."""
    made = []
    for place in range(6):
        image = cv2.line(np.zeros((28, 28), np.uint8), (14, 4), (11 + place, 24), 255, 2)
        made.append(Sample(f"{place:032x}", image.tobytes(), 7 if place == 2 else 1, utc_now(), person=1))
    return made


def test_a_label_that_the_model_contradicts_comes_first(strokes: list[Sample]) -> None:
    first, *others = labels_to_review(strokes)
    assert first.sample is strokes[2]
    assert (first.read_as, first.is_doubtful) == (1, True)
    assert not any(label.is_doubtful for label in others)
    assert [label.oddness for label in others] == sorted((label.oddness for label in others), reverse=True)


def test_what_was_reviewed_is_not_shown_again(strokes: list[Sample]) -> None:
    strokes[2] = replace(strokes[2], review=Review.APPROVED)
    assert strokes[2].uid not in [label.sample.uid for label in labels_to_review(strokes)]


def test_what_is_no_digit_has_no_label_to_review(strokes: list[Sample]) -> None:
    assert labels_to_review([replace(strokes[0], label=NOT_A_DIGIT)]) == []
    assert labels_to_review([]) == []


def test_equal_pictures_with_different_labels_are_both_odd(strokes: list[Sample]) -> None:
    other = replace(strokes[0], uid="f" * 32, label=4, person=2)
    first, second, *_ = labels_to_review([*strokes[:2], other])
    assert {first.sample.uid, second.sample.uid} == {strokes[0].uid, other.uid}
