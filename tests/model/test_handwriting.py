"""The network that finds digits' ink, what is taken for paper under it, and that it travels with its card."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.handwriting import Handwriting, sight, written_ink
from model.ink import Ink, ink_of
from model.model_bundle import ModelBundle

Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def handwriting() -> Handwriting:
    return Handwriting(ModelBundle.packaged("handwriting"))


def page(height: int = 480, width: int = 640) -> Pixels:
    """A three on white paper."""
    grey = np.full((height, width), 215, np.uint8)
    three = [(46, 30), (80, 20), (110, 40), (100, 66), (72, 78), (104, 92), (112, 120), (80, 140), (44, 128)]
    outline = np.array(three, np.int32) + np.array((width // 2 - 80, 200), np.int32)
    cv2.polylines(grey, [outline], False, 40, 7, cv2.LINE_AA)
    return grey


def with_table(grey: Pixels) -> Pixels:
    """The page on a dark table that is seen above and on the left, with a slit of light between its boards."""
    grey = grey.copy()
    grey[:60] = grey[:, :80] = 60
    grey[:, 30:34] = 150
    return grey


def written(handwriting: Handwriting, grey: Pixels) -> NDArray[np.float32]:
    return handwriting.written(sight(grey))


@pytest.mark.parametrize("size", [(480, 640), (640, 480), (500, 500), (90, 640)])
def test_it_sees_pages_of_any_shape(handwriting: Handwriting, size: tuple[int, int]) -> None:
    grey = np.full(size, 200, np.uint8)
    seen = sight(grey)
    assert all(side % 16 == 0 for side in seen.shape[:2])
    assert handwriting.written(seen).shape == (seen.shape[0] // 2, seen.shape[1] // 2)


def test_a_digit_is_found_and_the_edge_of_the_table_is_not(handwriting: Handwriting) -> None:
    found = written(handwriting, with_table(page()))
    assert found[60:108, 72:120].max() > 0.9
    assert max(found[:48].max(), found[:, :60].max(), found[:, 132:].max()) < 0.5


def test_nothing_is_written_on_bare_paper(handwriting: Handwriting) -> None:
    grey = np.random.default_rng(1).normal(200, 2, (480, 640)).astype(np.uint8)
    assert written_ink(grey, written(handwriting, grey), ink_of(grey)) is None


def seen_by(stroke: Pixels) -> NDArray[np.float32]:
    """What a network that is always right would say of strokes (h, w) of 0 and 255."""
    size = (stroke.shape[1] // 4, stroke.shape[0] // 4)
    return np.asarray(cv2.resize(stroke, size, interpolation=cv2.INTER_AREA) > 30, np.float32)


def stroke() -> Pixels:
    grey = np.zeros((480, 640), np.uint8)
    cv2.line(grey, (200, 100), (400, 380), 255, 6)
    return grey


def taken(grey: Pixels) -> Ink:
    ink = written_ink(grey, seen_by(stroke()), replace(ink_of(grey), scale=2.0))
    assert ink is not None
    return ink


@pytest.mark.parametrize("dark", [True, False])
def test_the_ink_is_what_differs_from_the_paper_beside_it(*, dark: bool) -> None:
    pen, paper = (40, 200) if dark else (220, 60)
    ink = taken(np.where(stroke() > 0, pen, paper).astype(np.uint8))
    assert ink.dark is dark
    assert ink.scale == 2.0
    assert ink.grey[240, 300] > 140
    assert ink.grey[240, 320:].max() == 0


def test_a_shadow_across_a_stroke_is_paper() -> None:
    grey = np.full((480, 640), 200, np.uint8)
    grey[220:260] = 100
    ink = taken(np.where(stroke() > 0, grey // 4, grey).astype(np.uint8))
    assert ink.grey[240, 300] > 140
    assert ink.grey[220:260, :280].max() < 60
    assert ink.grey[220:260, 320:].max() < 60


def test_a_bar_that_the_network_half_takes_for_a_stroke_is_paper_where_it_is_paler() -> None:
    grey = np.full((480, 640), 200, np.uint8)
    grey[226:254] = 150
    grey = np.where(stroke() > 0, 30, grey).astype(np.uint8)
    seen = seen_by(stroke())
    seen[56:64, 60:90] = np.maximum(seen[56:64, 60:90], 0.45)
    ink = written_ink(grey, seen, ink_of(grey))
    assert ink is not None
    assert ink.grey[240, 300] > 140
    assert ink.grey[230:250, 245:270].max() == 0


def test_ink_beside_what_is_written_is_left_out() -> None:
    grey = np.where(stroke() > 0, 40, 200).astype(np.uint8)
    grey[:, 500:506] = 40
    assert ink_of(grey).grey[:, 500:506].max() > 140
    ink = taken(grey)
    assert ink.grey[:, 500:506].max() == 0
    assert ink.grey[240, 300] > 140


def test_a_stroke_is_followed_to_its_end() -> None:
    grey = np.where(stroke() > 0, 40, 200).astype(np.uint8)
    seen = seen_by(stroke())
    seen[60:70] = 0.1
    ink = written_ink(grey, seen, ink_of(grey))
    assert ink is not None
    assert ink.grey[250, 307] > 140


def test_a_bar_that_a_stroke_meets_is_not_followed_far() -> None:
    grey = np.where(stroke() > 0, 40, 200).astype(np.uint8)
    grey[236:244] = 60
    ink = taken(grey)
    assert ink.grey[180, 257] > 140
    assert ink.grey[240, 332:].max() < 60
    assert ink.grey[240, :268].max() < 60


def test_ink_on_a_sheet_on_a_dark_table_is_that_of_the_pen() -> None:
    """The sheet itself is narrow enough to be light ink on the table, and black on white is the darkest of all."""
    grey = np.full((480, 640), 40, np.uint8)
    grey[60:420, 150:450] = 210
    grey = np.where(stroke() > 0, 30, grey).astype(np.uint8)
    ink = taken(grey)
    assert ink.dark
    assert ink.grey[240, 300] > 140
    assert ink.grey[80:400, 160:190].max() < 60


def test_the_network_travels_with_its_card() -> None:
    bundle = ModelBundle.packaged("handwriting")
    assert bundle.card.sha256 == sha256(bundle.content).hexdigest()
    assert bundle.card.size_bytes == len(bundle.content)
