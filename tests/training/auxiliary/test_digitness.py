"""What the network of digits and others is shown, and that it can be trained and served."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("tensorflow")

from model.digitness import Digitness
from model.found import Found
from model.model_bundle import ModelBundle
from model.model_card import ModelCard
from model.reading import Box
from model.segment import Mark, Place
from training.auxiliary.digitness import lenient, likeness, network, served_bytes, train
from training.auxiliary.shown import NONE, Shown, _label, of_collection, of_glyphs, of_pages
from training.synthesis.writers import SampleDigits


def found(box: Box, image: np.ndarray | None = None) -> Found:
    place = Place.of(Mark(np.zeros((4, 1, 2), np.int32), box, 200.0))
    if image is None:
        image = np.full((28, 28), 255, np.uint8)
    return Found(place, image, np.full(10, 0.1, np.float32), 0.5)


def test_a_place_that_fills_a_box_is_that_digit() -> None:
    boxes, labels = [Box(10, 10, 40, 60), Box(60, 10, 40, 60)], (4, 7)
    assert _label(found(Box(11, 9, 40, 62)), boxes, labels) == 4
    assert _label(found(Box(60, 12, 38, 58)), boxes, labels) == 7


def test_a_pair_is_none_even_where_one_of_the_two_nearly_fills_it() -> None:
    """A 1 written close beside an 8: both together have nearly the box of the 8."""
    boxes, labels = [Box(10, 10, 60, 80), Box(66, 12, 10, 76)], (8, 1)
    assert _label(found(Box(10, 10, 66, 80)), boxes, labels) == NONE
    assert _label(found(Box(10, 10, 58, 80)), boxes, labels) == 8


def test_halves_pairs_and_strangers_are_none() -> None:
    boxes, labels = [Box(10, 10, 40, 60), Box(60, 10, 40, 60)], (4, 7)
    assert _label(found(Box(10, 10, 90, 60)), boxes, labels) == NONE
    assert _label(found(Box(10, 10, 40, 20)), boxes, labels) == NONE
    assert _label(found(Box(300, 300, 40, 60)), boxes, labels) == NONE
    assert _label(found(Box(300, 300, 40, 60)), [], ()) == NONE


def test_what_is_hard_to_say_is_not_shown() -> None:
    stroke = np.zeros((28, 28), np.uint8)
    stroke[4:24, 12:16] = 255
    assert _label(found(Box(300, 300, 10, 60), stroke), [], ()) is None
    assert _label(found(Box(10, 10, 40, 42)), [Box(10, 10, 40, 60)], (4,)) is None


@pytest.fixture(scope="module")
def shown() -> Shown:
    random = np.random.default_rng(1)
    images = random.integers(0, 256, (40, 28, 28), np.uint8)
    labels = np.arange(40, dtype=np.uint8) % 10
    return of_pages(5, 4, SampleDigits(images, labels)) + of_glyphs(5, 60) + of_collection(images, labels, 5)


def test_digits_and_others_are_shown(shown: Shown) -> None:
    assert shown.images.dtype == np.uint8
    assert shown.images.shape == (len(shown.labels), 28, 28)
    assert (shown.labels == NONE).sum() > 60
    assert (shown.labels < NONE).sum() > 40


@pytest.mark.slow
def test_the_served_file_says_what_the_network_says(shown: Shown) -> None:
    model = train(Shown(np.repeat(shown.images, 2, axis=0), np.repeat(shown.labels, 2)), 1, 1)
    assert model.count_params() == network().count_params() == 150_299
    served = Digitness(ModelBundle("digitness", served_bytes(model), ModelCard())).likeness(shown.images[:20])
    told = likeness(model, shown.images[:20])
    assert served == pytest.approx(told, abs=1e-3)
    lenient(model, 5.0)
    assert likeness(model, shown.images[:20]) == pytest.approx(5 * told / (5 * told + 1 - told), abs=1e-3)
