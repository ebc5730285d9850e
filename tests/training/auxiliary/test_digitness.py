"""The training set of the objectness network, and that it can be trained and served."""

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
from training.auxiliary.digitness import build_network, objectness, scale_digit_odds, served_bytes, train
from training.auxiliary.shown import (
    NO_DIGIT_LABEL,
    ObjectnessExamples,
    _label,
    from_collection,
    from_glyphs,
    from_pages,
)
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
    assert _label(found(Box(10, 10, 66, 80)), boxes, labels) == NO_DIGIT_LABEL
    assert _label(found(Box(10, 10, 58, 80)), boxes, labels) == 8


def test_halves_pairs_and_other_marks_are_no_digits() -> None:
    boxes, labels = [Box(10, 10, 40, 60), Box(60, 10, 40, 60)], (4, 7)
    assert _label(found(Box(10, 10, 90, 60)), boxes, labels) == NO_DIGIT_LABEL
    assert _label(found(Box(10, 10, 40, 20)), boxes, labels) == NO_DIGIT_LABEL
    assert _label(found(Box(300, 300, 40, 60)), boxes, labels) == NO_DIGIT_LABEL
    assert _label(found(Box(300, 300, 40, 60)), [], ()) == NO_DIGIT_LABEL


def test_doubtful_candidates_are_not_in_the_training_set() -> None:
    stroke = np.zeros((28, 28), np.uint8)
    stroke[4:24, 12:16] = 255
    assert _label(found(Box(300, 300, 10, 60), stroke), [], ()) is None
    assert _label(found(Box(10, 10, 40, 42)), [Box(10, 10, 40, 60)], (4,)) is None


@pytest.fixture(scope="module")
def examples() -> ObjectnessExamples:
    random = np.random.default_rng(1)
    images = random.integers(0, 256, (40, 28, 28), np.uint8)
    labels = np.arange(40, dtype=np.uint8) % 10
    return from_pages(5, 4, SampleDigits(images, labels)) + from_glyphs(5, 60) + from_collection(images, labels, 5)


def test_digits_and_others_are_in_the_training_set(examples: ObjectnessExamples) -> None:
    assert examples.images.dtype == np.uint8
    assert examples.images.shape == (len(examples.labels), 28, 28)
    assert (examples.labels == NO_DIGIT_LABEL).sum() > 60
    assert (examples.labels < NO_DIGIT_LABEL).sum() > 40


@pytest.mark.slow
def test_the_served_file_says_what_the_network_says(examples: ObjectnessExamples) -> None:
    model = train(ObjectnessExamples(np.repeat(examples.images, 2, axis=0), np.repeat(examples.labels, 2)), 1, 1)
    assert model.count_params() == build_network().count_params() == 150_299
    served = Digitness(ModelBundle("digitness", served_bytes(model), ModelCard())).likeness(examples.images[:20])
    expected = objectness(model, examples.images[:20])
    assert served == pytest.approx(expected, abs=1e-3)
    scale_digit_odds(model, 5.0)
    assert objectness(model, examples.images[:20]) == pytest.approx(
        5 * expected / (5 * expected + 1 - expected), abs=1e-3
    )
