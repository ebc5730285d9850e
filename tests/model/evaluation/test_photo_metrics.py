"""The metrics of a folder of photos."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from model.evaluation.labelled_photos import LabelledPhoto
from model.evaluation.photo_metrics import ScoredPhoto, distance, score
from model.reading import Box, Digit, Reading


def reading(text: str, *, sure: bool = True, seconds: float = 0.01) -> Reading:
    digits = tuple(
        Digit(
            int(label),
            0.9,
            tuple(0.91 if i == int(label) else 0.01 for i in range(10)),
            Box(0, 0, 9, 9),
            np.zeros((28, 28), np.uint8),
            row,
            sure,
        )
        for row, line in enumerate(text.split())
        for label in line
    )
    return Reading(digits, "model", 100, 100, seconds)


def scored(label: str, text: str | None, *, sure: bool = True) -> ScoredPhoto:
    return ScoredPhoto(LabelledPhoto(Path("a.jpg"), label), None if text is None else reading(text, sure=sure))


def test_scores_have_the_shape_of_the_contract() -> None:
    photos = [
        scored("4", "4"),
        scored("7", "1", sure=False),
        scored("42 7", "42 7"),
        scored("123", "13"),
        scored("", ""),
        scored("", "8", sure=False),
        scored("5", None),
    ]
    assert json.loads(score(photos).to_json()) == {
        "photos": 7,
        "exact": pytest.approx(3 / 7),
        "single": {"n": 3, "accuracy": pytest.approx(1 / 3)},
        "several": {"n": 2, "exact": 0.5, "digit_error_rate": pytest.approx(1 / 6)},
        "none": {"n": 2, "false_readings": 1},
        "sure": {"share": pytest.approx(3 / 5), "right": pytest.approx(2 / 3)},
        "milliseconds": {"p50": 10.0, "p95": 10.0},
    }


def test_shares_of_nothing_are_null() -> None:
    numbers = json.loads(score([]).to_json())
    assert numbers["exact"] is None
    assert numbers["single"] == {"n": 0, "accuracy": None}
    assert numbers["milliseconds"] == {"p50": None, "p95": None}


def test_rows_count_for_exactness() -> None:
    assert not scored("42 7", "427").right
    assert scored("42 7", "42 7").right


@pytest.mark.parametrize(
    ("wanted", "got", "edits"),
    [("", "", 0), ("123", "123", 0), ("123", "13", 1), ("12", "21", 2), ("", "4", 1), ("9", "", 1)],
)
def test_distance_counts_edits(wanted: str, got: str, edits: int) -> None:
    assert distance(wanted, got) == edits
