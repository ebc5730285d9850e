from __future__ import annotations

import numpy as np

from training.gallery import CAPTION, TILE, tile


def test_a_tile_shows_a_page_and_its_name() -> None:
    shown = tile("hard-shadow")
    assert shown.shape == (TILE + CAPTION, TILE, 3)
    assert shown.dtype == np.uint8
    assert shown[:TILE].min() < 120
    assert shown[TILE:].min() < 120


def test_two_conditions_do_not_look_alike() -> None:
    assert not np.array_equal(tile("chalk")[:TILE], tile("ruled-paper")[:TILE])
