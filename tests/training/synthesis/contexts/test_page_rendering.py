from __future__ import annotations

from dataclasses import replace

import numpy as np

from training.synthesis.contexts.draft import Draft
from training.synthesis.contexts.marks import Tint, bounds
from training.synthesis.contexts.page_rendering import render
from training.synthesis.pages import Page
from training.synthesis.scene import Paper, Scene, everyday


def draft(seed: int = 1) -> Draft:
    rng = np.random.default_rng(seed)
    return Draft(everyday(rng), rng)


def written(seed: int, *lines: str) -> Page:
    page = draft(seed)
    for row, line in enumerate(lines):
        page.add(page.writer.line(line), 0, 2.0 * row)
    return render(page)


def test_text_has_the_digits_and_layout_the_signs_and_gaps() -> None:
    page = written(1, "12/05/2021", "(5+2)×3 = 21", "€ 3.50")
    assert page.text == "12052021 52321 350"
    assert page.layout == "12/05/2021\n(5+2)x3 = 21\n€ 3.50"
    assert page.rows == (0,) * 8 + (1,) * 5 + (2,) * 3


def test_words_are_marks_and_leave_a_gap_in_the_layout() -> None:
    page = draft()
    row = page.new_row()
    end = page.put(page.writer.words("Room"), 0, 0, row)
    end = page.put(page.writer.line("7"), end + 0.5, 0, row)
    page.put(page.writer.words("kg"), end + 0.5, 0, row)
    made = render(page)
    assert (made.text, made.layout) == ("7", "7")
    assert [mark.label for mark in made.marks] == ["word", "word"]


def test_a_ring_around_a_number_leaves_no_gap() -> None:
    page = draft()
    row = page.new_row()
    marks = page.writer.line("12")
    page.ring(bounds(marks), 0, 0, row)
    page.put(marks, 0, 0, row)
    made = render(page)
    assert (made.text, made.layout) == ("12", "12")
    assert [mark.label for mark in made.marks] == ["ring"]


def test_rows_without_a_digit_do_not_count() -> None:
    page = draft()
    page.add(page.writer.words("hello"), 0, 0)
    page.add(page.writer.line("4"), 0, 2)
    page.add(page.writer.line("=="), 0, 4)
    page.add(page.writer.line("5"), 0, 6)
    made = render(page)
    assert (made.text, made.rows, made.layout) == ("4 5", (0, 1), "4\n5")


def test_printed_digits_are_digits_and_printed_words_are_not() -> None:
    page = draft()
    page.add(page.printer.digits("42"), 0, 0)
    page.caption("Total", 0, 2, 0.8)
    made = render(page)
    assert made.text == "42"
    assert all(made.ink[b.y : b.y + b.height, b.x : b.x + b.width].max() > 128 for b in made.boxes)


def test_rules_are_marks_without_ink() -> None:
    page = draft()
    page.add(page.writer.line("42"), 0, 0)
    page.box((-0.3, -0.3, 2.0, 1.3), 0.05)
    page.rule([(-0.3, 2.0), (2.0, 2.0)], 0.05)
    page.whole = True
    made = render(page)
    assert [mark.label for mark in made.marks] == ["box", "line"]
    boxes = np.zeros(made.ink.shape, bool)
    for box in made.boxes:
        boxes[box.y : box.y + box.height, box.x : box.x + box.width] = True
    assert made.ink[boxes].sum(dtype=np.int64) > 0.99 * made.ink.sum(dtype=np.int64)


def test_captions_outside_the_frame_are_no_marks() -> None:
    page = draft()
    page.add(page.writer.line("8"), 0, 0)
    page.caption("far", -500, 0, 1.0)
    assert render(page).marks == ()


def test_small_digits_make_the_frame_larger() -> None:
    small, large = draft(2), draft(2)
    for page, least in ((small, 4.0), (large, 60.0)):
        page.fill, page.least, page.cut_out, page.frames = (0.2, 0.2), least, 0.0, ((320, 240),)
        page.add(page.writer.line("123456789"), 0, 0)
    heights = [float(np.median([box.height for box in render(page).boxes])) for page in (small, large)]
    assert heights[0] < 30
    assert heights[1] > 45


def test_a_tint_colours_the_paper() -> None:
    page = draft()
    page.scene = plain(page.scene)
    page.add(page.writer.line("8"), 0, 0)
    page.tints.append(Tint((-9, -9, 9, 9), (250, 40, 40)))
    pixels = render(page).pixels.reshape(-1, 3).astype(int)
    assert np.median(pixels[:, 0] - pixels[:, 1]) > 80


def plain(scene: Scene) -> Scene:
    return replace(scene, paper=Paper())
