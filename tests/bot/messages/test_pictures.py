"""The pictures the bot sends."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from bot.messages.pictures import LONGEST_SIDE, MAX_TILES, TILE_SIDE, annotate_pixels, contact_sheet
from model.reading import Box, Digit, Reading


def reading(box: Box, width: int, height: int, *, sure: bool = True) -> Reading:
    image = np.zeros((28, 28), np.uint8)
    digit = Digit(4, 0.99, (0.0,) * 4 + (1.0,) + (0.0,) * 5, box, image, 0, sure)
    return Reading((digit,), "base", width, height, 0.01)


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def test_a_sure_digit_has_a_green_box_and_a_doubtful_one_an_orange_one() -> None:
    pixels = np.full((200, 300, 3), 255, np.uint8)
    for sure, channel in ((True, 1), (False, 0)):
        marked = np.asarray(opened(annotate_pixels(pixels, reading(Box(100, 80, 60, 90), 300, 200, sure=sure))), int)
        line = marked[96:98, 90:100].reshape(-1, 3)
        colour = line[line.sum(1).argmin()]
        assert colour.argmax() == channel


def test_a_large_photo_is_sent_no_larger_than_telegram_keeps_it_and_boxes_follow() -> None:
    pixels = np.full((3000, 4000), 255, np.uint8)
    marked = opened(annotate_pixels(pixels, reading(Box(2000, 1500, 400, 600), 4000, 3000)))
    assert max(marked.size) == LONGEST_SIDE
    dark = np.argwhere(np.asarray(marked.convert("L")) < 160)
    assert abs(dark[:, 1].max() / marked.width - 2400 / 4000) < 0.02


def test_a_box_at_the_very_edge_still_shows_its_label() -> None:
    pixels = np.full((60, 60), 255, np.uint8)
    marked = np.asarray(opened(annotate_pixels(pixels, reading(Box(0, 0, 60, 60), 60, 60))), int)
    assert (np.abs(marked - 255).sum(2) > 60).any()


def test_a_contact_sheet_shows_every_digit_image_up_to_its_limit() -> None:
    image = np.full((28, 28), 255, np.uint8)
    small, large = (opened(contact_sheet([image] * n, ["7"] * n)) for n in (1, MAX_TILES + 40))
    assert small.width < large.width < 4000
    assert (np.asarray(small.convert("L")) == 255).sum() >= 112 * 112


def test_a_long_caption_stays_within_its_tile() -> None:
    """Between two tiles there is a gap without writing."""
    sheet = np.asarray(opened(contact_sheet([np.zeros((28, 28), np.uint8)] * 2, ["8, corrected to 0"] * 2)), int)
    gap = TILE_SIDE // 14
    captions = sheet[gap + TILE_SIDE :]
    assert captions[:, gap : gap + TILE_SIDE].min() < 128
    assert captions[:, gap + TILE_SIDE : 2 * gap + TILE_SIDE].min() > 200
