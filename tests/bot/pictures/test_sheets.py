"""What the network was given, as cards: readable and bounded for one digit and for many."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bot.pictures.digit_sheet import MAX_CARDS, DigitCard, digit_sheet
from bot.pictures.review_sheet import ReviewCard, review_sheet
from model import palette

GIVEN = np.random.default_rng(1).integers(0, 255, (28, 28)).astype(np.uint8)
SURE = DigitCard(GIVEN, (0.0,) * 7 + (0.75, 0.0, 0.25), 7, 0.75, sure=True, corrected=7)


def opened(content: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def area(picture: NDArray[np.uint8], colour: str) -> int:
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    return int((picture == wanted).all(2).sum())


@pytest.mark.parametrize("count", [1, 2, 8, 13, 40, 100])
def test_a_sheet_fits_a_phone_and_never_grows_beyond_what_telegram_keeps(count: int) -> None:
    height, width = opened(digit_sheet([SURE] * count)).shape[:2]
    assert 400 <= width <= 1280
    assert 400 <= height <= 1400
    assert height < 2.2 * width


def test_no_more_cards_than_the_limit() -> None:
    assert digit_sheet([SURE] * (MAX_CARDS + 60)) == digit_sheet([SURE] * MAX_CARDS)


def test_every_pixel_of_the_digit_image_is_there() -> None:
    sheet = opened(digit_sheet([SURE]))[:, :, 0].astype(int)
    enlarged = np.kron(GIVEN, np.ones((12, 12), np.uint8)).astype(int)
    side = enlarged.shape[0]
    found = [
        (y, x)
        for y in range(sheet.shape[0] - side)
        for x in range(20, 50)
        if sheet[y, x] == enlarged[0, 0] and (sheet[y : y + side, x : x + side] == enlarged).all()
    ]
    assert len(found) == 1


def test_each_of_the_ten_probabilities_is_a_bar_of_its_height() -> None:
    sheet = opened(digit_sheet([SURE]))
    wanted = np.array([int(palette.QUANTITY[at : at + 2], 16) for at in (1, 3, 5)])
    heights = (sheet == wanted).all(2).sum(0)
    likely, other = heights[heights > 0].max(), heights[heights > 0].min()
    assert likely == pytest.approx(3 * other, abs=3)
    even = opened(digit_sheet([replace(SURE, probabilities=(0.1,) * 10)]))
    columns = (even == wanted).all(2).any(0)
    assert np.count_nonzero(np.diff(columns.astype(int)) == 1) == 10


def test_what_was_asked_about_is_told_by_form_and_colour() -> None:
    sure, unsure = (opened(digit_sheet([replace(SURE, sure=sure)])) for sure in (True, False))
    assert area(sure, palette.SURE) > 0 == area(sure, palette.UNSURE)
    assert area(unsure, palette.UNSURE) > 0 == area(unsure, palette.SURE)
    left = next(x for x in range(60) if (unsure[:, x] == unsure[300, x]).all() is np.False_ and x > 11)
    frame = (unsure[:, left] < 128).any(1)
    assert np.count_nonzero(np.diff(frame.astype(int)) == 1) > 5


def test_a_new_label_never_stands_beside_the_old_confidence() -> None:
    def heading(card: DigitCard) -> NDArray[np.uint8]:
        return opened(digit_sheet([card]))[:100]

    corrected, none = replace(SURE, corrected=1), replace(SURE, corrected=None)
    for card in (corrected, none):
        assert (heading(card) == heading(replace(card, confidence=0.31))).all()
        assert (heading(card) != heading(SURE)).any()
    assert (heading(SURE) != heading(replace(SURE, confidence=0.31))).any()
    assert (heading(corrected) != heading(none)).any()


def test_a_review_sheet_of_24_labels_fits_and_frames_the_doubtful_ones() -> None:
    label = ReviewCard(GIVEN, 7, 1, 33.0, is_doubtful=False)
    plain = opened(review_sheet([label] * 24))
    doubtful = opened(review_sheet([replace(label, is_doubtful=True), *[label] * 23]))
    assert max(plain.shape) <= 1280
    assert area(plain, palette.UNSURE) == 0 < area(doubtful, palette.UNSURE)
