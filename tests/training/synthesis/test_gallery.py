from __future__ import annotations

import numpy as np
import pytest

from model.reader import Reader
from training.synthesis import gallery
from training.synthesis.contexts import registry
from training.synthesis.gallery import LINE, TILE, sheet, tile
from training.synthesis.pages import generate
from training.synthesis.paper import Pixels


def shown(condition: str) -> Pixels:
    return tile(generate(64, (condition,)).pixels, (condition,))


def test_a_tile_shows_a_page_and_its_name() -> None:
    picture = shown("hard-shadow")
    assert picture.shape == (TILE + LINE, TILE, 3)
    assert picture.dtype == np.uint8
    assert picture[:TILE].min() < 120
    assert picture[TILE:].min() < 120


def test_two_conditions_do_not_look_alike() -> None:
    assert not np.array_equal(shown("chalk")[:TILE], shown("ruled-paper")[:TILE])


def test_a_row_that_is_not_full_ends_in_white() -> None:
    tiles = [shown("chalk")] * 3
    assert (sheet(tiles, 2)[-TILE:, TILE:] == 255).all()


def test_hard_cases_are_shown_with_what_was_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "HARD", (("ruled-paper", "ball-pen"),))
    picture = gallery.hard_cases(Reader.base())
    assert picture.shape == (gallery.LOW + 2 * LINE, gallery.FEWER * gallery.LARGE, 3)
    assert picture[:, : gallery.LARGE].min() < 120


def test_every_context_has_a_tile() -> None:
    rows = -(-len(registry.CONTEXTS) // gallery.FEWER)
    assert gallery.contexts().shape == (rows * (gallery.LOW + LINE), gallery.FEWER * gallery.LARGE, 3)
