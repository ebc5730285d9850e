"""Ink is found on any paper, dark or light, so that nothing is drawn over it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from bot.pictures.ink_mask import ink_mask
from bot.pictures.mark_styles import Rectangle
from training.synthesis.pages import render_page

PAPERS = (
    *("squared-paper", "ruled-paper", "coloured-paper", "hard-shadow", "vignette", "lamp-glare", "table-edge"),
    *("pencil", "highlighter", "chalk", "white-on-black", "webcam-noise", "frame-filling", "second-sheet"),
)


@pytest.mark.parametrize("condition", PAPERS)
@pytest.mark.parametrize("seed", [1, 2])
def test_nearly_all_ink_is_found_and_little_else(condition: str, seed: int) -> None:
    page = render_page(seed, (condition,))
    grey = np.asarray(cv2.cvtColor(page.pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    boxes = [Rectangle(box.x, box.y, box.x + box.width, box.y + box.height) for box in page.boxes]
    mask = ink_mask(grey, boxes)
    ink = cv2.resize(page.ink, mask.shape[::-1], interpolation=cv2.INTER_AREA)
    near = cv2.dilate((ink > 60).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert mask[ink > 110].mean() > 0.97
    assert mask[~near].mean() < 0.1  # ruled paper has lines, a table grain
