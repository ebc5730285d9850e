from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from training.synthesis.occlusions import Outline, draw_fingers, lay_sheet
from training.synthesis.paper import Pixels

TAKEN = np.array([(x, y) for x in (300.0, 360.0) for y in (220.0, 260.0)])


@pytest.mark.parametrize("put", [draw_fingers, lay_sheet])
def test_occlusions_are_in_view_and_never_on_the_digits(
    put: Callable[[Pixels, Outline, np.random.Generator], None],
) -> None:
    seen = 0
    for seed in range(20):
        pixels = np.full((480, 640, 3), 128, np.uint8)
        put(pixels, TAKEN, np.random.default_rng(seed))
        seen += bool((pixels != 128).any())
        assert (pixels[220:261, 300:361] == 128).all()
    assert seen > 15


@pytest.mark.parametrize("put", [draw_fingers, lay_sheet])
def test_where_there_is_no_room_nothing_is_put(put: Callable[[Pixels, Outline, np.random.Generator], None]) -> None:
    everywhere = np.array([(x, y) for x in range(0, 641, 20) for y in range(0, 481, 20)], np.float64)
    pixels = np.full((480, 640, 3), 128, np.uint8)
    put(pixels, everywhere, np.random.default_rng(1))
    assert (pixels == 128).all()
