"""Of all ways to cut and join the marks, the best: tried with a judge whose taste is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.found import Judged
from model.ink import Ink, ink_of
from model.interpret import first_look, interpret
from model.reading import Box
from model.segment import Mark, Place, find_places
from model.turned import read_any_way_up

Pixels = NDArray[np.uint8]


def likes_rings(images: Pixels) -> Judged:
    """A judge to whom only closed, round rings are digits: zeros."""
    likeness = np.array([_roundness(image) for image in images], np.float32)
    probabilities = np.full((len(images), 10), 0.01, np.float32)
    probabilities[:, 0] = 0.91
    return Judged(probabilities, likeness)


def _roundness(image: Pixels) -> float:
    solid = (image > 100).astype(np.uint8)
    _, _, width, height = cv2.boundingRect(solid)
    holes = cv2.connectedComponents(1 - solid)[0] - 2
    return 0.98 if holes == 1 and 0.7 < width / max(1, height) < 1.4 else 0.02


def ring(paper: Pixels, x: int, y: int, radius: int = 40) -> None:
    cv2.circle(paper, (x, y), radius, 40, 7)


def page() -> Pixels:
    return np.full((480, 640), 205, np.uint8)


def ink_and_look(paper: Pixels) -> tuple[Ink, list[int]]:
    ink = ink_of(paper)
    result = interpret(first_look(find_places(ink), ink, likes_rings), ink, likes_rings)
    return ink, [len(row) for row in result.rows]


def test_rings_in_rows_are_found_row_by_row() -> None:
    paper = page()
    for x in (100, 220, 340):
        ring(paper, x, 120)
    ring(paper, 160, 330)
    assert ink_and_look(paper)[1] == [3, 1]


def test_what_is_no_digit_is_left_out() -> None:
    paper = page()
    ring(paper, 200, 240)
    cv2.line(paper, (300, 200), (360, 280), 40, 7)
    assert ink_and_look(paper)[1] == [1]


def test_touching_rings_are_cut_where_they_touch() -> None:
    paper = page()
    ring(paper, 200, 240)
    ring(paper, 283, 240)
    ring(paper, 450, 240)
    assert ink_and_look(paper)[1] == [3]


def test_where_a_wide_place_comes_apart_into_nothing_readable_it_is_cut() -> None:
    paper = page()
    ring(paper, 200, 240)
    ring(paper, 283, 240)
    ink = ink_of(paper)
    found = first_look(find_places(ink), ink, likes_rings)

    def badly(place: Place, ink: Ink) -> list[Place]:
        """The left ring, with a part of the other, and what is left."""
        box = place.box
        parts = [Box(box.x, box.y, 120, box.height), Box(box.x + 120, box.y, box.width - 120, box.height)]
        return [Place.of(Mark(_corners(part), part, place.peak)) for part in parts]

    def not_at_all(place: Place, ink: Ink) -> list[Place]:
        return [place]

    assert [len(row) for row in interpret(found, ink, likes_rings, split=badly).rows] == [2]
    assert interpret(found, ink, likes_rings, split=not_at_all).rows == []
    assert [len(row) for row in interpret(found, ink, likes_rings, 2, split=not_at_all).rows] == [2]


def _corners(box: Box) -> NDArray[np.int32]:
    right, bottom = box.x + box.width, box.y + box.height
    return np.array([[[box.x, box.y]], [[right, box.y]], [[right, bottom]], [[box.x, bottom]]], np.int32)


@pytest.mark.parametrize(("count", "wanted"), [(1, 1), (2, 2), (3, 3), (9, 3)])
def test_a_count_is_kept_as_nearly_as_can_be(count: int, wanted: int) -> None:
    paper = page()
    for x in (120, 260, 420):
        ring(paper, x, 240)
    ink = ink_of(paper)
    result = interpret(first_look(find_places(ink), ink, likes_rings), ink, likes_rings, count)
    number = sum(map(len, result.rows))
    assert number == wanted if count <= 3 else number >= wanted


def test_hundreds_of_specks_are_no_work_without_end() -> None:
    random = np.random.default_rng(2)
    paper = page()
    for x, y in random.integers(10, 470, (700, 2)):
        cv2.circle(paper, (int(x * 1.3), int(y)), int(random.integers(3, 9)), 40, cv2.FILLED)
    asked = []

    def likes_nothing(images: Pixels) -> Judged:
        asked.append(len(images))
        return Judged(np.full((len(images), 10), 0.1, np.float32), np.full(len(images), 0.01, np.float32))

    ink = ink_of(paper)
    assert interpret(first_look(find_places(ink), ink, likes_nothing), ink, likes_nothing).rows == []
    assert sum(asked) < 400


def test_a_dotted_ring_is_one_digit() -> None:
    paper = page()
    for x in (150, 320):
        for angle in range(0, 360, 30):
            cv2.ellipse(paper, (x, 240), (45, 45), 0, angle, angle + 16, 40, 6)
    assert ink_and_look(paper)[1] == [2]


def test_rings_standing_close_above_each_other_are_two() -> None:
    paper = page()
    for x in (150, 320):
        for y in (150, 245):
            ring(paper, x, y)
    assert ink_and_look(paper)[1] == [2, 2]


def likes_arrows_up(images: Pixels) -> Judged:
    """A judge to whom a digit has its mass in the upper half: sevens."""
    top = images[:, :14].sum(axis=(1, 2), dtype=np.float64)
    share = top / np.maximum(1, images.sum(axis=(1, 2), dtype=np.float64))
    wide = (images[:, 4:9] > 60).any(axis=1).sum(axis=1)
    narrow = (images[:, 19:24] > 60).any(axis=1).sum(axis=1)
    probabilities = np.full((len(images), 10), 0.005, np.float32)
    probabilities[:, 7] = 0.955
    tall = (images > 60).any(axis=2).sum(axis=1) > 1.3 * (images > 60).any(axis=1).sum(axis=1)
    likeness = np.where((share > 0.4) & (wide > 1.6 * narrow) & tall, 0.9999, 0.02)
    return Judged(probabilities, likeness.astype(np.float32))


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_turned_page_is_read_the_way_its_digits_stand(turns: int) -> None:
    paper = page()
    for x in (120, 260, 400, 520):
        cv2.polylines(paper, [np.array([(x - 30, 180), (x + 30, 180), (x, 300)], np.int32)], False, 40, 7)
    turned = np.ascontiguousarray(np.rot90(paper, -turns))
    seen = read_any_way_up(ink_of(turned), likes_arrows_up)
    assert seen.turns == turns
    assert [len(row) for row in seen.found.rows] == [4]
    first = seen.upright(seen.found.rows[0][0].place.box)
    middle = first.x + first.width / 2, first.y + first.height / 2
    wanted = {0: (120, 240), 1: (480 - 240, 120), 2: (640 - 120, 480 - 240), 3: (240, 640 - 120)}[turns]
    assert middle == pytest.approx(wanted, abs=14)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_one_arrow_another_way_up_is_likely_but_not_certain(turns: int) -> None:
    paper = page()
    cv2.polylines(paper, [np.array([(290, 180), (350, 180), (320, 300)], np.int32)], False, 40, 7)
    turned = np.ascontiguousarray(np.rot90(paper, -turns))
    seen = read_any_way_up(ink_of(turned), likes_arrows_up)
    [[found]] = seen.found.rows
    assert found.probabilities.argmax() == 7
    assert not seen.found.clear
    assert likes_arrows_up(found.image[None]).likeness[0] > 0.9


def test_words_are_not_turned_for_a_letter_that_is_a_digit_on_its_side() -> None:
    paper = page()
    for x in (120, 260):
        cv2.polylines(paper, [np.array([(x - 60, 210), (x - 60, 270), (x + 60, 240)], np.int32)], False, 40, 7)
    for x in (360, 460, 560):
        cv2.circle(paper, (x, 240), 40, 40, 7)
    seen = read_any_way_up(ink_of(paper), likes_arrows_up)
    assert seen.turns == 0
    assert seen.found.rows == []


def test_a_page_of_many_other_marks_is_not_cut_and_joined() -> None:
    paper = page()
    for row in range(3):
        for x in range(60, 640, 90):
            cv2.circle(paper, (x, 90 + 140 * row), 28, 40, 7)
    asked: list[int] = []

    def judge(images: Pixels) -> Judged:
        asked.append(len(images))
        return Judged(np.full((len(images), 10), 0.1, np.float32), np.full(len(images), 0.01, np.float32))

    assert read_any_way_up(ink_of(paper), judge).found.rows == []
    # All of them as they lie, and each of them the three other ways up.
    assert asked == [21, 63]


def test_a_splinter_beside_something_tall_is_no_one() -> None:
    def likes_splinters(images: Pixels) -> Judged:
        thin = (images > 60).any(axis=1).sum(axis=1) <= 10
        probabilities = np.full((len(images), 10), 0.01, np.float32)
        probabilities[:, 1] = 0.91
        return Judged(probabilities, np.where(thin, 0.99, 0.001).astype(np.float32))

    paper = page()
    cv2.line(paper, (100, 200), (100, 230), 40, 5)
    assert len(read_any_way_up(ink_of(paper), likes_splinters).found.rows) == 1
    cv2.circle(paper, (400, 240), 150, 40, 30)
    assert read_any_way_up(ink_of(paper), likes_splinters).found.rows == []
