"""Which places may be parts of one digit."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.ink import Ink, ink_of
from model.joins import Cluster, clusters
from model.segment import find_places

Pixels = NDArray[np.uint8]


def page() -> Pixels:
    return np.full((480, 640), 205, np.uint8)


def dotted_ring(paper: Pixels, x: int, y: int, radius: int = 45) -> None:
    for angle in range(0, 360, 30):
        cv2.ellipse(paper, (x, y), (radius, radius), 0, angle, angle + 16, 40, 6)


def likely(tree: Cluster) -> list[Cluster]:
    within = [each for part in tree.parts for each in likely(part)]
    return [tree, *within] if tree.parts and tree.is_likely else within


def proposed(paper: Pixels) -> tuple[list[Cluster], Ink]:
    ink = ink_of(paper)
    return [each for tree in clusters(find_places(ink)) for each in likely(tree)], ink


def test_a_whole_digit_is_joined_with_nothing() -> None:
    paper = page()
    cv2.circle(paper, (200, 240), 45, 40, 7)
    assert proposed(paper)[0] == []


def test_each_dotted_digit_is_proposed_as_one() -> None:
    paper = page()
    for x in (150, 300, 450):
        dotted_ring(paper, x, 240)
    found, _ = proposed(paper)
    for x in (150, 300, 450):
        assert any(
            abs(each.place.box.x - (x - 48)) < 5 and abs(each.place.box.x + each.place.box.width - (x + 48)) < 5
            for each in found
        )


def test_the_gaps_of_a_dotted_line_are_closed_and_its_hole_is_not() -> None:
    paper = page()
    dotted_ring(paper, 300, 240)
    found, ink = proposed(paper)
    largest = max(found, key=lambda each: each.place.box.height)
    solid = (largest.place.ink(ink) > 100).astype(np.uint8)
    assert cv2.connectedComponents(solid)[0] == 2
    assert solid[solid.shape[0] // 2, solid.shape[1] // 2] == 0


@pytest.mark.parametrize(("x", "y"), [(300, 240), (200, 350)], ids=["beside", "below"])
def test_two_whole_digits_are_not_proposed_as_one(x: int, y: int) -> None:
    paper = page()
    cv2.ellipse(paper, (200, 240), (30, 42), 0, 0, 360, 40, 7)
    cv2.ellipse(paper, (x, y), (30, 42), 0, 0, 360, 40, 7)
    assert proposed(paper)[0] == []


def test_two_halves_of_a_broken_stroke_are_proposed_as_one() -> None:
    paper = page()
    cv2.line(paper, (300, 120), (300, 200), 40, 8)
    cv2.line(paper, (300, 220), (300, 300), 40, 8)
    found, _ = proposed(paper)
    places = find_places(ink_of(paper))
    assert len(places) == 1 or [each.place.box.height > 170 for each in found] == [True]


def test_hundreds_of_specks_are_no_work_without_end() -> None:
    random = np.random.default_rng(2)
    paper = page()
    for x, y in random.integers(10, 470, (700, 2)):
        cv2.circle(paper, (int(x * 1.3), int(y)), int(random.integers(3, 9)), 40, cv2.FILLED)
    assert len(proposed(paper)[0]) < 60
