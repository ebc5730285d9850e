"""The photo that comes back: labels beside their boxes, nothing over the ink, on any paper."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import cycle

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bot.pictures import annotated_photo
from bot.pictures.annotated_photo import LONGEST_SIDE, SHORTEST_LONG_SIDE, annotate_pixels, sized
from model import palette
from model.reading import Box, Digit, Reading
from training.synthesis.conditions import CONDITIONS
from training.synthesis.pages import Page, render_page

IMAGE = np.zeros((28, 28), np.uint8)
HUNDRED = " ".join("".join(str((7 * row + 3 * column) % 10) for column in range(10)) for row in range(10))


def digit(label: int, box: Box, *, sure: bool = True) -> Digit:
    return Digit(label, 0.99, (0.1,) * 10, box, IMAGE, 0, sure)


def reading(width: int, height: int, *digits: Digit, unread: tuple[Box, ...] = ()) -> Reading:
    return Reading(digits, "base", width, height, 0.01, unread=unread)


def annotated(pixels: NDArray[np.uint8], read: Reading) -> NDArray[np.uint8]:
    return np.asarray(annotated_photo.annotated(pixels, read))


def truth(page: Page) -> Reading:
    """What there is to read on a page, sure of every second digit."""
    sure = cycle((True, False))
    digits = [digit(label, box, sure=next(sure)) for label, box in zip(page.labels, page.boxes, strict=True)]
    return reading(page.pixels.shape[1], page.pixels.shape[0], *digits)


def colour_mask(picture: NDArray[np.uint8], colour: str) -> NDArray[np.bool_]:
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    return np.asarray(np.abs(picture.astype(int) - wanted).max(2) <= 2)


def covered_ink(page: Page, drawn: NDArray[np.uint8]) -> float:
    """The share of the ink's pixels that the drawing changed."""
    photo = sized(page.pixels)
    margin = (drawn.shape[0] - photo.shape[0]) // 2
    inside = drawn[margin : margin + photo.shape[0], margin : margin + photo.shape[1]]
    ink = cv2.resize(page.ink, photo.shape[1::-1], interpolation=cv2.INTER_AREA) > 110
    return float((inside != photo).any(2)[ink].mean())


@pytest.mark.parametrize("condition", ["plain", *CONDITIONS])
def test_nothing_is_drawn_over_the_ink(condition: str) -> None:
    page = render_page(77, () if condition == "plain" else (condition,))
    drawn = annotated(page.pixels, truth(page))
    assert covered_ink(page, drawn) < 0.005
    visible = colour_mask(drawn, palette.SURE).sum()
    assert visible > 100  # and yet something is


def test_a_crowded_page_of_a_hundred_digits_has_nearly_every_label() -> None:
    page = render_page(3, (), text=HUNDRED)
    pixels = cv2.resize(page.pixels, (4000, 3000), interpolation=cv2.INTER_CUBIC)
    scale = np.array([4000 / page.pixels.shape[1], 3000 / page.pixels.shape[0]])
    boxes = [Box(*np.concatenate([(b.x, b.y) * scale, (b.width, b.height) * scale]).astype(int)) for b in page.boxes]
    digits = [digit(label, box) for label, box in zip(page.labels, boxes, strict=True)]
    drawn = annotated(np.asarray(pixels, np.uint8), reading(4000, 3000, *digits))
    filled = cv2.morphologyEx(
        colour_mask(drawn, palette.SURE).astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 6), np.uint8)
    )
    assert max(drawn.shape) == LONGEST_SIDE
    assert len(page.boxes) == 100
    assert covered_ink(replace(page, pixels=np.asarray(pixels, np.uint8)), drawn) < 0.005
    assert cv2.connectedComponents(filled)[0] > 95


@pytest.mark.parametrize("paper", ["#ffffff", "#101010", palette.SURE, palette.UNSURE, palette.UNREAD, "#808080"])
@pytest.mark.parametrize("sure", [True, False])
def test_outline_and_label_show_on_paper_of_any_colour(paper: str, sure: bool) -> None:
    pixels = np.full((600, 800, 3), [int(paper[at : at + 2], 16) for at in (1, 3, 5)], np.uint8)
    drawn = annotated(pixels, reading(800, 600, digit(4, Box(300, 200, 100, 150), sure=sure)))
    grey = cv2.cvtColor(drawn, cv2.COLOR_RGB2GRAY).astype(int)
    paper_grey = int(grey[0, 0])
    outline = grey[180:370, 280:420]
    assert np.abs(outline - paper_grey).max() > 60
    assert np.ptp(grey) > 90


def test_a_sure_digit_has_a_green_unbroken_box_and_a_doubtful_one_an_orange_dashed_one() -> None:
    pixels = np.full((600, 800, 3), 255, np.uint8)
    for sure, colour, unbroken in ((True, palette.SURE, True), (False, palette.UNSURE, False)):
        drawn = annotated(pixels, reading(800, 600, digit(4, Box(300, 200, 100, 150), sure=sure)))
        edge = colour_mask(drawn, colour)[350:370, 300:400].any(0)
        assert edge.any()
        assert bool(edge.all()) is unbroken


def test_an_unread_mark_is_dotted_and_has_a_question_mark() -> None:
    pixels = np.full((600, 800, 3), 255, np.uint8)
    drawn = annotated(pixels, reading(800, 600, digit(4, Box(100, 200, 100, 150)), unread=(Box(500, 200, 100, 150),)))
    edge = colour_mask(drawn, palette.UNREAD)[350:370, 500:600].any(0)
    dots = np.flatnonzero(np.diff(edge.astype(int)) == 1)
    assert len(dots) >= 4
    assert colour_mask(drawn, palette.UNREAD)[:195].sum() > 300


def test_a_large_photo_is_sent_no_larger_than_telegram_keeps_it_and_boxes_follow() -> None:
    pixels = np.full((3000, 4000), 255, np.uint8)
    content = annotate_pixels(pixels, reading(4000, 3000, digit(4, Box(2000, 1500, 400, 600))))
    marked = Image.open(io.BytesIO(content)).convert("RGB")
    assert max(marked.size) == LONGEST_SIDE
    dark = np.argwhere(np.asarray(marked.convert("L")) < 160)
    assert abs(dark[:, 1].max() / marked.width - 2400 / 4000) < 0.02


def test_a_tiny_photo_is_enlarged_so_that_its_labels_can_be_read() -> None:
    page = render_page(8, (), text="42")
    pixels = np.asarray(cv2.resize(page.pixels, (160, 120), interpolation=cv2.INTER_AREA), np.uint8)
    drawn = annotated(pixels, reading(160, 120, digit(4, Box(40, 40, 20, 30))))
    assert max(drawn.shape) == SHORTEST_LONG_SIDE
    rows, _ = np.nonzero(colour_mask(drawn, palette.SURE)[:185])
    assert np.ptp(rows) >= 20


def test_a_digit_that_fills_the_frame_gets_its_label_in_a_margin() -> None:
    pixels = np.full((800, 800, 3), 255, np.uint8)
    cv2.line(pixels, (2, 2), (797, 797), (0, 0, 0), 9)
    pixels[:8], pixels[-8:], pixels[:, :8], pixels[:, -8:] = 0, 0, 0, 0
    drawn = annotated(pixels, reading(800, 800, digit(4, Box(0, 0, 800, 800))))
    assert drawn.shape[0] > 800
    assert colour_mask(drawn, palette.SURE).sum() > 600


def test_a_photo_without_boxes_comes_back_as_it_is() -> None:
    pixels = np.full((600, 900, 3), 200, np.uint8)
    assert (annotated(pixels, reading(900, 600)) == pixels).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (2000, 3), (17, 9), (300, 300)])
def test_no_size_of_photo_or_box_keeps_an_answer_from_being_drawn(size: tuple[int, int]) -> None:
    height, width = size
    rng = np.random.default_rng(height + width)
    for grey in (False, True):
        pixels = rng.integers(0, 256, (height, width) if grey else (height, width, 3)).astype(np.uint8)
        corners, sides = rng.integers(-3, max(size) + 3, (5, 2)), rng.integers(0, 2 * max(size), (5, 2))
        boxes = [Box(*corner, *side) for corner, side in zip(corners.tolist(), sides.tolist(), strict=True)]
        digits = [digit(7, box) for box in boxes[:3]]
        content = annotate_pixels(pixels, reading(width, height, *digits, unread=tuple(boxes[3:])))
        assert Image.open(io.BytesIO(content)).format == "JPEG"


@pytest.mark.parametrize("shape", [(90, 3000), (3000, 90), (110, 2600)])
def test_a_strip_is_sent_as_a_photo_that_telegram_takes(shape: tuple[int, int]) -> None:
    strip = np.full((*shape, 3), 240, np.uint8)
    strip[30:60, 30:60] = 0
    drawn = annotated(strip, reading(shape[1], shape[0], digit(4, Box(30, 30, 30, 30))))
    assert max(drawn.shape[:2]) <= 20 * min(drawn.shape[:2])  # Bot API, sendPhoto
    assert colour_mask(drawn, palette.SURE).any()
