from __future__ import annotations

import numpy as np
import pytest

from model.reader import Reader
from training.synthesis import gallery
from training.synthesis.contexts.registry import CONTEXTS
from training.synthesis.gallery import GALLERY_CAPTION_HEIGHT, GALLERY_TILE_SIDE, contact_sheet, tile
from training.synthesis.pages import render_page
from training.synthesis.paper import Pixels


def tile_of(condition: str) -> Pixels:
    return tile(render_page(64, (condition,)).pixels, (condition,))


def test_a_tile_has_a_page_and_its_name() -> None:
    picture = tile_of("hard-shadow")
    assert picture.shape == (GALLERY_TILE_SIDE + GALLERY_CAPTION_HEIGHT, GALLERY_TILE_SIDE, 3)
    assert picture.dtype == np.uint8
    assert picture[:GALLERY_TILE_SIDE].min() < 120
    assert picture[GALLERY_TILE_SIDE:].min() < 120


def test_two_conditions_do_not_look_alike() -> None:
    assert not np.array_equal(tile_of("chalk")[:GALLERY_TILE_SIDE], tile_of("ruled-paper")[:GALLERY_TILE_SIDE])


def test_a_row_that_is_not_full_ends_in_white() -> None:
    tiles = [tile_of("chalk")] * 3
    assert (contact_sheet(tiles, 2)[-GALLERY_TILE_SIDE:, GALLERY_TILE_SIDE:] == 255).all()


def test_hard_cases_have_what_was_read_below(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "HARD_MIXTURES", (("ruled-paper", "ball-pen"),))
    picture = gallery.hard_cases(Reader.base())
    assert picture.shape == (
        gallery.CASE_HEIGHT + 2 * GALLERY_CAPTION_HEIGHT,
        gallery.CASE_COLUMNS * gallery.CASE_WIDTH,
        3,
    )
    assert picture[:, : gallery.CASE_WIDTH].min() < 120


def test_every_context_has_a_tile() -> None:
    rows = -(-len(CONTEXTS) // gallery.CASE_COLUMNS)
    height, width = gallery.CASE_HEIGHT + GALLERY_CAPTION_HEIGHT, gallery.CASE_WIDTH
    assert gallery.contexts().shape == (rows * height, gallery.CASE_COLUMNS * width, 3)
