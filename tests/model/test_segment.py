"""From ink to places in reading order."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.cuts import slices
from model.ink import Ink, ink_of
from model.reading import Box
from model.segment import Mark, Place, around, find_places, fuller, rows

Pixels = NDArray[np.uint8]


def page() -> Pixels:
    return np.full((480, 640), 205, np.uint8)


def write(paper: Pixels, text: str, x: int, y: int, height: int = 60, thickness: int = 5) -> None:
    scale = height / 21
    cv2.putText(paper, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, scale, 40, thickness)


def places_of(paper: Pixels) -> tuple[list[Place], Ink]:
    ink = ink_of(paper)
    return find_places(ink), ink


def place(x: int, y: int, width: int = 40, height: int = 60) -> Place:
    corners = np.array([[[x, y]], [[x + width, y + height]]], np.int32)
    return Place.of(Mark(corners, Box(x, y, width, height), 200.0))


def test_each_digit_has_a_place() -> None:
    paper = page()
    write(paper, "2 3 5 7", 60, 260)
    assert len(places_of(paper)[0]) == 4


def test_blank_page_has_none() -> None:
    assert places_of(page())[0] == []


def test_bar_of_a_five_belongs_to_it() -> None:
    paper = page()
    cv2.ellipse(paper, (300, 300), (40, 45), 0, -100, 140, 40, 7)
    cv2.line(paper, (296, 240), (350, 236), 40, 7)
    found, _ = places_of(paper)
    assert len(found) == 1
    assert found[0].box.height > 95


def test_base_of_a_one_belongs_to_it() -> None:
    paper = page()
    cv2.line(paper, (300, 120), (300, 300), 40, 8)
    cv2.line(paper, (250, 318), (350, 318), 40, 8)
    found, _ = places_of(paper)
    assert len(found) == 1


def test_faint_rulings_are_left_out() -> None:
    paper = page()
    for y in range(40, 480, 40):
        cv2.line(paper, (0, y), (639, y + 3), 175, 2)
    write(paper, "4 7", 200, 250)
    assert len(places_of(paper)[0]) == 2


def test_digits_inside_a_frame_are_found() -> None:
    paper = page()
    cv2.rectangle(paper, (60, 60), (580, 420), 40, 4)
    write(paper, "3 8", 240, 260)
    boxes = [found.box for found in places_of(paper)[0]]
    assert sum(box.height < 100 for box in boxes) == 2


def test_strip_along_the_border_is_left_out() -> None:
    paper = page()
    paper[:, 634:] = 20
    paper[100:300, :3] = 60
    write(paper, "3", 300, 260)
    assert len(places_of(paper)[0]) == 1


def test_a_place_has_only_its_own_ink() -> None:
    paper = page()
    write(paper, "1 1", 250, 260)
    found, ink = places_of(paper)
    for each in found:
        own = each.ink(ink)
        assert own.shape == (each.box.height, each.box.width)
        assert cv2.connectedComponents((own > 127).astype(np.uint8))[0] == 2


def test_rows_are_read_from_top_to_bottom_and_left_to_right() -> None:
    places = [place(300, 200), place(100, 205), place(400, 90), place(120, 100), place(250, 96)]
    order = [[(p.box.x, p.box.y) for p in row] for row in rows(places)]
    assert order == [[(120, 100), (250, 96), (400, 90)], [(100, 205), (300, 200)]]


@pytest.mark.parametrize("slope", [-0.2, -0.1, 0.1, 0.2])
def test_slanted_rows_stay_rows(slope: float) -> None:
    top = [place(x, round(150 + slope * x)) for x in range(60, 560, 80)]
    below = [place(x, round(280 + slope * x)) for x in range(60, 560, 80)]
    assert [len(row) for row in rows(top + below)] == [7, 7]


def test_no_places_are_no_rows() -> None:
    assert rows([]) == []


def test_touching_digits_can_be_cut_apart() -> None:
    paper = page()
    cv2.circle(paper, (250, 240), 45, 40, 7)
    cv2.circle(paper, (338, 240), 45, 40, 7)
    found, ink = places_of(paper)
    assert len(found) == 1
    pieces = slices(found[0], ink)
    assert any(abs(piece.box.x + piece.box.width - 294) < 8 for piece in pieces)
    whole = around([piece.box for piece in pieces])
    assert abs(whole.width - found[0].box.width) <= 2


def test_a_place_without_a_thin_spot_stays_whole() -> None:
    paper = page()
    cv2.rectangle(paper, (250, 200), (330, 300), 40, cv2.FILLED)
    found, ink = places_of(paper)
    assert slices(found[0], ink) == [found[0]]


def test_a_faded_stroke_is_found_at_a_lower_level() -> None:
    paper = page()
    cv2.ellipse(paper, (300, 200), (40, 45), 0, 0, 360, 165, 7)
    cv2.ellipse(paper, (300, 288), (44, 45), 0, 0, 360, 40, 9)
    found, ink = places_of(paper)
    dark = max(found, key=lambda each: each.peak)
    assert dark.box.height < 120
    assert fuller(dark, ink).box.height > 170
