from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.reader import Reader
from model.reading import Box
from training.calibration.page_hypotheses import HeldOutPages
from training.calibration.page_predictions import _labels, predict_page, predictions
from training.synthesis.pages import Page, render_page


@pytest.fixture(scope="module")
def page() -> Page:
    return render_page(3, (), text="427")


def test_digits_that_stand_where_they_were_written_are_right(page: Page) -> None:
    told = predict_page(Reader.base(), page)
    assert [digit.label for digit in told.digits] == [4, 2, 7]
    assert all(digit.right for digit in told.digits)
    assert told.exact
    assert told.written == 3


def test_a_digit_read_where_none_was_written_is_invented(page: Page) -> None:
    erased = replace(page, text="47", boxes=(page.boxes[0], page.boxes[2]), rows=(0, 0))
    told = predict_page(Reader.base(), erased)
    assert [digit.label for digit in told.digits] == [4, None, 7]
    assert [digit.right for digit in told.digits] == [True, False, True]
    assert not told.exact


def test_each_digit_that_was_written_is_found_once(page: Page) -> None:
    box = page.boxes[1]
    half = Box(box.x, box.y, max(1, box.width // 2), box.height)
    assert _labels([half, box], page) == [None, 2]


def test_on_a_page_without_digits_everything_is_invented() -> None:
    blank = replace(render_page(1, ()), text="", boxes=(), rows=())
    assert _labels([Box(0, 0, 9, 9)], blank) == [None]


def test_the_pages_to_fit_by_are_not_those_to_measure_by() -> None:
    fitted, measured = (HeldOutPages(part, 4).page(2, None) for part in (0, 1))
    assert fitted.pixels.shape != measured.pixels.shape or not np.array_equal(fitted.pixels, measured.pixels)


def test_processes_answer_as_one_does() -> None:
    pages = HeldOutPages(1, 2)
    assert list(predictions(pages, 2)) == list(predictions(pages))
