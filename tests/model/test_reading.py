from __future__ import annotations

import pytest

from model.reading import Box


def test_boxes_share_pixels_and_overlap_by_what_they_cover_together() -> None:
    box = Box(10, 10, 20, 10)
    assert box.shared(Box(20, 15, 20, 10)) == 50
    assert box.overlap(Box(20, 15, 20, 10)) == pytest.approx(50 / 350)
    assert box.overlap(box) == 1
    assert box.shared(Box(30, 10, 5, 5)) == 0
    assert box.overlap(Box(0, 40, 5, 5)) == 0
