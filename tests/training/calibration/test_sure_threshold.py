from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from training.calibration.sure_threshold import SURE_FLOOR, sure_threshold


def test_the_threshold_lies_above_the_last_mistakes() -> None:
    confidences = np.linspace(0.5, 1, 1001, dtype=np.float32)
    right = confidences > 0.8
    threshold = sure_threshold(confidences, right, share=0.995)
    assert 0.79 < threshold <= 0.8
    assert right[confidences >= threshold].mean() >= 0.99


def test_a_network_that_is_always_right_is_sure_from_the_floor_on() -> None:
    assert sure_threshold(np.full(10, 0.3, np.float32), np.ones(10, bool)) == SURE_FLOOR


def test_a_network_that_is_never_right_is_never_sure() -> None:
    assert sure_threshold(np.full(10, 0.9, np.float32), np.zeros(10, bool)) == 1.0


@given(st.lists(st.tuples(st.floats(0.125, 1, width=32), st.booleans()), min_size=1, max_size=60))
@settings(deadline=None, max_examples=80)
def test_what_is_sure_is_as_right_as_asked_for(answers: list[tuple[float, bool]]) -> None:
    confidences, right = np.array([each[0] for each in answers], np.float32), np.array([each[1] for each in answers])
    threshold = sure_threshold(confidences, right, share=0.9)
    sure = confidences >= threshold
    if threshold < 1 and sure.any():
        assert right[sure].mean() >= 0.9
