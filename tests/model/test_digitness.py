"""The network that knows what looks like a digit, and that it travels with its card."""

from __future__ import annotations

from hashlib import sha256

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.digitness import Digitness
from model.model_bundle import ModelBundle
from model.normalization import normalize_digit

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def digitness() -> Digitness:
    return Digitness(ModelBundle.packaged("digitness"))


def drawn(*lines: list[tuple[int, int]]) -> Pixels:
    ink = np.zeros((160, 160), np.uint8)
    for line in lines:
        cv2.polylines(ink, [np.array(line, np.int32)], False, 255, 10)
    return normalize_digit(ink)


THREE = [(46, 30), (80, 20), (110, 40), (100, 66), (72, 78), (104, 92), (112, 120), (80, 140), (44, 128)]
FOUR = ([(78, 20), (46, 96), (120, 92)], [(98, 56), (96, 140)])
STAR = ([(80, 20), (80, 140)], [(20, 80), (140, 80)], [(38, 38), (122, 122)], [(122, 38), (38, 122)])
LETTER_M = [(20, 140), (30, 20), (80, 100), (130, 20), (140, 140)]
GRID = (
    *([(20 + 30 * i, 20), (20 + 30 * i, 140)] for i in range(5)),
    *([(20, 20 + 30 * i), (140, 20 + 30 * i)] for i in range(5)),
)


def test_digits_look_like_digits_and_drawings_do_not(digitness: Digitness) -> None:
    images = np.stack([drawn(THREE), drawn(*FOUR), drawn(*STAR), drawn(LETTER_M), drawn(*GRID)])
    likeness = digitness.likeness(images)
    assert likeness.shape == (5,)
    assert likeness[:2].min() > 0.8
    assert likeness[2:].max() < 0.3


def test_a_pair_of_digits_is_no_digit(digitness: Digitness) -> None:
    pair = np.concatenate(
        [cv2.resize(drawn(THREE), (140, 140))[:, 30:110], cv2.resize(drawn(THREE), (140, 140))[:, 30:110]], axis=1
    )
    assert digitness.likeness(normalize_digit(pair)[None])[0] < 0.3


def test_none_are_judged_as_none(digitness: Digitness) -> None:
    assert digitness.likeness(np.zeros((0, 28, 28), np.uint8)).shape == (0,)


def test_a_batch_is_judged_as_its_digits_one_by_one(digitness: Digitness) -> None:
    images = np.stack([drawn(THREE), drawn(*STAR), drawn(*FOUR)])
    one_by_one = [float(digitness.likeness(image[None])[0]) for image in images]
    assert digitness.likeness(images) == pytest.approx(one_by_one, abs=1e-5)


def test_the_network_is_that_of_its_card() -> None:
    bundle = ModelBundle.packaged("digitness")
    assert bundle.card.sha256 == sha256(bundle.content).hexdigest()
    assert bundle.card.size_bytes == len(bundle.content)
    assert bundle.card.extra["held_back"]["digits"] > 0
