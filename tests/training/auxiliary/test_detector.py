from __future__ import annotations

import numpy as np

from training.auxiliary.detector import turned, varied
from training.auxiliary.page_examples import view_example
from training.synthesis import pages


def test_a_turned_view_has_its_marks_where_the_generator_has_them() -> None:
    """A page that is held wrongly by the generator and one that is turned afterwards agree."""
    upright = view_example(pages.render_page(5, (), text="347"), np.random.default_rng(0), zoomed=False)

    views, marks = turned(upright.pixels[None], upright.marks[None], 1)

    height, width = upright.pixels.shape[:2]
    assert views.shape[1:3] == (width, height)
    x, y, wide, high = marks[0, 0, :4].astype(int)
    ink = 255 - views[0, y : y + high, x : x + wide, 0].astype(int)
    assert ink.max() - 255 + views[0, :, :, 0].max() > 60
    assert marks[0, 0, 6] == 1
    np.testing.assert_allclose(marks[0, 0, 2:4], upright.marks[0, [3, 2]])


def test_four_quarter_turns_change_nothing() -> None:
    example = view_example(pages.render_page(6, (), text="12"), np.random.default_rng(0), zoomed=False)
    views, marks = example.pixels[None], example.marks[None]

    for _ in range(4):
        views, marks = turned(views, marks, 1)

    np.testing.assert_array_equal(views[0], example.pixels)
    np.testing.assert_allclose(marks[0, :2], example.marks[:2])


def test_varied_views_keep_their_shape_and_their_strokes() -> None:
    example = view_example(pages.render_page(6, (), text="12"), np.random.default_rng(0), zoomed=False)

    views = varied(np.stack([example.pixels] * 4), np.random.default_rng(1))

    assert views.shape == (4, *example.pixels.shape)
    assert all(view[:, :, 1:].max() > 100 for view in views)
