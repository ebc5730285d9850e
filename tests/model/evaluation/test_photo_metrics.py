"""The numbers of a folder of photos, and what is said of a folder without labels."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from model.evaluation.photo_metrics import LabelledPhoto, LabelsError, ScoredPhoto, distance, read_labels, score
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


def test_labels_are_read_with_other_columns_ignored(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    (tmp_path / "labels.csv").write_text("\ufefffile,writer,label\na.jpg,me, 42  7 \na.jpg,,\n", encoding="utf-8")
    assert read_labels(tmp_path) == [LabelledPhoto(tmp_path / "a.jpg", "42 7"), LabelledPhoto(tmp_path / "a.jpg", "")]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (None, "There is no labels.csv"),
        ("name,text\n", "no column file and no column label"),
        ("", "no column file"),
        ("file,label\nb.jpg,4\n", "no such file"),
        ("file,label\na.jpg,four\n", "digits and spaces only"),
        ("file,label\n,4\n", "no such file"),
        ("file,label\na.jpg\n", None),
    ],
)
def test_unusable_labels_are_one_sentence(tmp_path: Path, table: str | None, sentence: str | None) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    if table is not None:
        (tmp_path / "labels.csv").write_text(table, encoding="utf-8")
    if sentence is None:
        assert read_labels(tmp_path)[0].label == ""
        return
    with pytest.raises(LabelsError, match=sentence):
        read_labels(tmp_path)


def test_labels_that_are_no_text_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes(b"file,label\n\xff\xfe\x00,4\n")
    with pytest.raises(LabelsError, match="cannot be read"):
        read_labels(tmp_path)
