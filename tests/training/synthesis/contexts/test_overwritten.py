from __future__ import annotations

import numpy as np

from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.marks import Drawn, bounds
from training.synthesis.contexts.overwritten import struck
from training.synthesis.contexts.page_rendering import render
from training.synthesis.contexts.registry import render_context_page
from training.synthesis.scene import everyday


def draft(seed: int = 1) -> Draft:
    rng = np.random.default_rng(seed)
    return Draft(everyday(rng), rng)


def test_what_is_struck_out_is_one_mark_and_not_in_the_text() -> None:
    for seed in range(8):
        page = draft(seed)
        row = page.new_row()
        end = page.put([struck(page.writer.line("38"), page.rng)], 0, 0, row)
        page.put(page.writer.line("12"), end + 1, 0, row, gap=True)
        made = render(page)
        assert (made.text, made.layout) == ("12", "12")
        assert [mark.label for mark in made.marks] == ["struck-out"]


def test_a_stroke_through_a_number_covers_more_than_the_number() -> None:
    page = draft()
    marks = page.writer.line("38")
    over = struck(marks, page.rng)
    assert len(over.strokes) > sum(len(mark.strokes) for mark in marks if isinstance(mark, Drawn))
    left, _, right, _ = bounds([over])
    assert right - left >= bounds(marks)[2] - bounds(marks)[0] - 0.1


def test_pages_of_struck_out_numbers_have_both() -> None:
    pages = [render_context_page((2, seed), "struck-out", ()) for seed in range(8)]
    assert sum(mark.label == "struck-out" for page in pages for mark in page.marks) > 4
    assert all(page.text for page in pages)


def test_written_over_digits_are_read() -> None:
    pages = [render_context_page((2, seed), "overwritten", ()) for seed in range(4)]
    assert all(page.text and not page.marks for page in pages)
