from __future__ import annotations

import numpy as np
import pytest

from training.synthesis.paper import fibres, lay, sheet, table, wrinkles
from training.synthesis.scene import Paper, Ruling


@pytest.mark.parametrize("ruling", [Ruling.LINES, Ruling.SQUARES, Ruling.DOTS])
def test_rulings_repeat_at_their_pitch(ruling: Ruling) -> None:
    pixels = sheet(Paper(ruling=ruling, pitch=0.5), 300, 400, 80, np.random.default_rng(1))
    printed = np.flatnonzero((pixels[:, :, 0] < 200).any(axis=1))
    starts = printed[np.diff(printed, prepend=-9) > 1]
    assert np.all(np.abs(np.diff(starts) - 40) <= 1)


def test_plain_paper_is_of_one_colour() -> None:
    pixels = sheet(Paper(colour=(250, 240, 230)), 30, 20, 8, np.random.default_rng(1))
    assert pixels.shape == (20, 30, 3)
    assert (pixels == (250, 240, 230)).all()


def test_ink_covers_as_far_as_it_is_opaque() -> None:
    white = np.full((2, 2, 3), 200, np.uint8)
    cover = np.array([[0, 255], [128, 255]], np.uint8)
    assert lay(white, cover, (0, 100, 200))[0].tolist() == [[200, 200, 200], [0, 100, 200]]
    assert lay(white, cover, (0, 100, 200), 0.5)[0, 1].tolist() == [100, 150, 200]
    assert abs(int(lay(white, cover, (0, 0, 0))[1, 0, 0]) - 100) <= 1


def test_fibres_are_around_one_and_as_strong_as_asked() -> None:
    weak, strong = (fibres(Paper(texture=t), 200, 150, 40, np.random.default_rng(1)) for t in (0.005, 0.05))
    assert weak.shape == (150, 200)
    assert abs(float(weak.mean()) - 1) < 0.02
    assert strong.std() > 5 * weak.std()


def test_more_wrinkles_show_more() -> None:
    flat, crumpled = (wrinkles(amount, 320, 240, np.random.default_rng(1)) for amount in (0.1, 0.9))
    assert crumpled.std() > flat.std()
    assert flat.shape == crumpled.shape == (240, 320)


def test_tables_differ() -> None:
    one, other = (table(60, 40, np.random.default_rng(seed)) for seed in (1, 2))
    assert one.shape == (40, 60, 3)
    assert not np.array_equal(one, other)
