"""The pictures look as they did when somebody last looked at them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from tests.bot.pictures.golden_pictures import FOLDER, PICTURES, reduced

# Of 255: another release of FreeType or OpenCV moves edges by a fraction of a pixel, and a golden image has 64 colours.
DIFFERENT, DIFFERENT_SHARE = 60, 0.005


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_looks_like_its_golden_image(name: str) -> None:
    golden = np.asarray(Image.open(FOLDER / f"{name}.png").convert("RGB"), int)
    drawn = np.asarray(reduced(PICTURES[name]()), int)
    assert drawn.shape == golden.shape
    changed = (np.abs(drawn - golden).max(2) > DIFFERENT).mean()
    assert changed < DIFFERENT_SHARE, "where that is meant: .venv/bin/python -P -m tests.bot.pictures.golden_pictures"


def test_golden_images_are_small() -> None:
    assert all(path.stat().st_size < 40_000 for path in FOLDER.glob("*.png"))
