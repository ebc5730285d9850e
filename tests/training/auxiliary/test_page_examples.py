from __future__ import annotations

import numpy as np

from model.detection.segments import NONE
from training.auxiliary.page_examples import (
    DIGIT,
    OTHER_MARK,
    SHAPES,
    crop_examples,
    other_boxes,
    turns_of,
    view_example,
)
from training.synthesis import pages
from training.synthesis.contexts import registry


def test_all_digits_of_a_page_are_marks_of_its_view() -> None:
    page = pages.render_page(3, (), text="427 15")

    view = view_example(page, np.random.default_rng(0), zoomed=False)

    digits = view.marks[view.marks[:, 4] == DIGIT]
    assert view.pixels.shape[:2] in SHAPES
    assert sorted(digits[:, 5].astype(int)) == sorted(page.labels)


def test_signs_are_other_marks_and_printed_lines_are_none() -> None:
    page = registry.render_context_page(5, "sums", ())

    view = view_example(page, np.random.default_rng(0), zoomed=False)

    assert 0 < (view.marks[:, 4] == OTHER_MARK).sum() <= len(other_boxes(page))
    assert len(other_boxes(page)) == sum(mark.label not in {"line", "box"} for mark in page.marks)


def test_a_part_of_a_page_holds_only_marks_within_it() -> None:
    page = pages.render_page(4, ("several-rows",))

    view = view_example(page, np.random.default_rng(1), zoomed=True)

    kept = view.marks[view.marks[:, 4] > -2]
    height, width = view.pixels.shape[:2]
    assert (kept[:, :2] >= 0).all()
    assert (kept[:, 0] + kept[:, 2] <= width + 1e-3).all()
    assert (kept[:, 1] + kept[:, 3] <= height + 1e-3).all()


def test_the_mask_of_a_digit_holds_its_own_ink_without_its_neighbours() -> None:
    page = pages.render_page(11, ("touching",), text="4747")

    crops = [each for each in crop_examples(page, np.random.default_rng(2)) if each.label != NONE]

    assert crops
    for each in crops:
        assert each.mask.max() > 128
        # Neighbours stand left and right of the digit, in the outermost columns of its crop.
        assert each.mask[:, :3].sum() + each.mask[:, -3:].sum() < 0.1 * each.mask.sum()


def test_crops_of_what_is_no_digit_have_empty_masks() -> None:
    page = registry.render_context_page(6, "sums", ())

    others = [each for each in crop_examples(page, np.random.default_rng(3)) if each.label == NONE]

    assert others
    assert not any(each.mask.any() for each in others)


def test_a_page_held_wrongly_tells_its_turns_and_gives_no_crops() -> None:
    page = pages.render_page(8, ("turned-90",), text="347")

    assert turns_of(page) == 1
    assert set(view_example(page, np.random.default_rng(0), zoomed=False).marks[:3, 6]) == {1}
    assert not list(crop_examples(page, np.random.default_rng(0)))
