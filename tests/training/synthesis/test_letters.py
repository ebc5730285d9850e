"""Letters of many scripts and curls: handwritten, none of them a digit."""

from __future__ import annotations

import numpy as np
import pytest

from training.synthesis import letters
from training.synthesis.glyphs import paths
from training.synthesis.pens import draw


@pytest.mark.parametrize("name", list(letters.SCRIPT_LETTER_FORMS))
def test_every_letter_is_a_few_strokes_about_as_tall_as_asked(name: str) -> None:
    points = np.concatenate([np.array(path) for path in paths(letters.SCRIPT_LETTER_FORMS[name])])
    # Some hang below the line and some lie flat, as an Arabic ba.
    assert 0.4 < np.ptp(points[:, 1]) <= 1.2
    assert np.ptp(points[:, 0]) < 1.3


def test_letters_differ_by_writer() -> None:
    inks = [draw(letters.letter(np.random.default_rng(seed)), 48, 0.08) for seed in range(20)]
    assert all(ink.max() > 100 for ink in inks)
    assert len({ink.tobytes() for ink in inks}) == 20


def test_a_curl_bends_more_than_any_digit() -> None:
    for seed in range(20):
        (stroke,) = letters.curl(np.random.default_rng(seed))
        step = np.diff(stroke.points, axis=0)
        heading = np.unwrap(np.arctan2(step[:, 1], step[:, 0]))
        assert np.abs(np.diff(heading)).sum() > 4 * np.pi
        assert np.ptp(stroke.points[:, 1]) == pytest.approx(1)
