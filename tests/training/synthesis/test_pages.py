from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.reading import Box
from training.synthesis.conditions import ALL_CONDITIONS, CONDITIONS, Group, mixed
from training.synthesis.layout import PlacedGlyph
from training.synthesis.pages import Page, compose, render_page
from training.synthesis.scene import everyday
from training.synthesis.writers import SampleDigits


def share_inside(page: Page) -> float:
    """How much of the page's ink lies in its boxes."""
    covered = np.zeros(page.ink.shape, bool)
    for box in page.boxes:
        covered[box.y : box.y + box.height, box.x : box.x + box.width] = True
    return float(page.ink[covered].sum(dtype=np.int64) / max(1, page.ink.sum(dtype=np.int64)))


def ink_in(page: Page, box: Box) -> int:
    return int(page.ink[box.y : box.y + box.height, box.x : box.x + box.width].max(initial=0))


def holds(page: Page) -> None:
    """All that must be true of any page."""
    height, width = page.pixels.shape[:2]
    assert page.pixels.dtype == np.uint8
    assert page.pixels.shape[2] == 3
    assert page.ink.shape == (height, width)
    assert len(page.boxes) == len(page.rows) == len(page.labels) > 0
    assert len(page.text.split()) == len(set(page.rows))
    assert list(page.rows) == sorted(page.rows)
    for box in page.boxes:
        assert 0 <= box.x < box.x + box.width <= width
        assert 0 <= box.y < box.y + box.height <= height
        assert ink_in(page, box) > 64
    assert share_inside(page) > 0.97


@pytest.mark.parametrize("condition", list(CONDITIONS))
def test_every_condition_gives_pages_whose_boxes_hold_the_ink(condition: str) -> None:
    page = render_page(21, (condition,))
    assert page.conditions == (condition,)
    holds(page)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32))
def test_any_mixture_gives_pages_whose_boxes_hold_the_ink(seed: int) -> None:
    holds(render_page(seed))


def test_the_same_seed_gives_the_same_page_and_another_a_different_one() -> None:
    one, again, other = render_page(5), render_page(5), render_page(6)
    assert np.array_equal(one.pixels, again.pixels)
    assert (one.text, one.boxes) == (again.text, again.boxes)
    assert not np.array_equal(one.pixels, other.pixels)


def test_the_text_asked_for_is_written_in_rows_from_left_to_right() -> None:
    page = render_page(3, (), text="427 15")
    assert page.text == "427 15"
    assert page.labels == (4, 2, 7, 1, 5)
    assert page.rows == (0, 0, 0, 1, 1)
    assert [box.x for box in page.boxes[:3]] == sorted(box.x for box in page.boxes[:3])
    assert page.boxes[3].y > page.boxes[0].y + page.boxes[0].height / 2


def test_a_boxes_edges_are_those_of_the_ink() -> None:
    page = render_page(4, ("ball-pen",), text="8")
    rows, columns = np.nonzero(page.ink > 64)
    (box,) = page.boxes
    assert abs(box.x - columns.min()) <= 2
    assert abs(box.y - rows.min()) <= 2
    assert abs(box.x + box.width - 1 - columns.max()) <= 2
    assert abs(box.y + box.height - 1 - rows.max()) <= 2


def test_digits_span_two_to_ninety_percent_of_the_frame() -> None:
    tiny = [render_page(seed, ("tiny-digits",), text="8") for seed in range(5)]
    large = [render_page(seed, ("frame-filling",), text="8") for seed in range(5)]
    assert all(0.018 < page.boxes[0].height / min(page.pixels.shape[:2]) < 0.06 for page in tiny)
    assert all(0.6 < page.boxes[0].height / min(page.pixels.shape[:2]) <= 1 for page in large)


@pytest.mark.parametrize(("condition", "turns"), [("turned-90", 1), ("turned-180", 2), ("turned-270", 3)])
def test_a_turned_page_reads_upright_when_turned_back(condition: str, turns: int) -> None:
    page = render_page(8, (condition,))
    holds(page)
    back = np.rot90(page.ink, turns)
    # Along an upright row the boxes' centres rise in x; so they must after turning back.
    height, width = page.ink.shape
    centres = [
        (box.x + box.width / 2, box.y + box.height / 2)
        for box, row in zip(page.boxes, page.rows, strict=True)
        if row == 0
    ]
    along = {1: [y for _, y in centres], 2: [width - x for x, _ in centres], 3: [height - y for _, y in centres]}[turns]
    assert along == sorted(along)
    assert back.shape == ((width, height) if turns % 2 else (height, width))
    assert set(page.text) & set("347")


def test_sizes_of_files_from_cameras_and_of_thumbnails() -> None:
    assert sorted(render_page(1, ("twelve-megapixels",)).pixels.shape[:2]) == [3000, 4000]
    assert max(render_page(1, ("thumbnail",)).pixels.shape[:2]) == 90


def test_forms_asked_for_are_on_the_page() -> None:
    assert "7" in render_page(2, ("crossed-7",)).text
    assert "4" in render_page(2, ("open-4",)).text


def test_touching_digits_touch_and_others_do_not() -> None:
    def blots(page: Page) -> int:
        return cv2.connectedComponents((page.ink > 96).astype(np.uint8))[0] - 1

    texts = ["23", "69", "50", "83"]
    apart = [blots(render_page(seed, ("marker",), text=text)) for seed, text in enumerate(texts)]
    assert all(count >= 2 for count in apart)
    touching = [blots(render_page(seed, ("touching", "marker"), text=text)) for seed in range(6) for text in texts]
    assert sum(count == 1 for count in touching) > len(touching) // 2


def test_specimens_are_written_with() -> None:
    square = np.zeros((1, 28, 28), np.uint8)
    square[0, 4:24, 4:24] = 255
    sample_digits = SampleDigits(square, np.array([3]))
    boxes = [render_page(seed, ("marker",), text="3", sample_digits=sample_digits).boxes[0] for seed in range(12)]
    # A full square of ink is no handwriting: where it was used, box and ink are as wide as high.
    assert any(abs(box.width - box.height) <= 0.1 * box.height for box in boxes)


def test_a_missing_specimen_is_an_error() -> None:
    sample_digits = SampleDigits(np.full((1, 28, 28), 255, np.uint8), np.array([3]))
    with pytest.raises(ValueError, match="no 8"):
        sample_digits.of(8, np.random.default_rng(1))


def test_marks_that_are_no_digits_have_no_box() -> None:
    rng = np.random.default_rng(1)
    scene = everyday(rng)
    blot = np.pad(np.full((20, 20), 255, np.uint8), 1)
    marks = (PlacedGlyph("4", 0, blot, 40, 40), PlacedGlyph("A", 0, blot, 200, 40))
    page = compose(scene, marks, rng)
    assert page.text == "4"
    assert len(page.boxes) == 1
    assert page.ink.sum() > 1.5 * ink_sum(page, page.boxes[0])


def ink_sum(page: Page, box: Box) -> int:
    return int(page.ink[box.y : box.y + box.height, box.x : box.x + box.width].sum())


def test_conditions_of_a_mixture_are_of_different_groups() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        groups = [CONDITIONS[name].group for name in mixed(rng)]
        assert len(groups) == len(set(groups))


def test_each_condition_changes_the_plain_scene() -> None:
    scenes = [everyday(np.random.default_rng(seed)) for seed in range(5)]
    for condition in ALL_CONDITIONS:
        changed = [condition.change(scene, np.random.default_rng(4)) for scene in scenes]
        assert changed != scenes, condition.name


def test_every_group_has_conditions_and_names_are_unique() -> None:
    assert {condition.group for condition in ALL_CONDITIONS} == set(Group)
    assert len(CONDITIONS) == len(ALL_CONDITIONS)


def test_an_unknown_condition_is_an_error() -> None:
    with pytest.raises(KeyError):
        render_page(1, ("moonlight",))


def test_digits_near_the_edge_are_whole_and_cut_ones_reach_over_it() -> None:
    for seed in range(6):
        near, cut = (render_page(seed, (condition,)) for condition in ("near-edge", "cut-by-edge"))
        assert min(gaps(near)) <= 0.12 * max(max(box.width, box.height) for box in near.boxes)
        assert min(gaps(cut)) == 0


def gaps(page: Page) -> list[int]:
    """How far each box is from the frame's nearest edge."""
    height, width = page.ink.shape
    return [min(box.x, box.y, width - box.x - box.width, height - box.y - box.height) for box in page.boxes]
