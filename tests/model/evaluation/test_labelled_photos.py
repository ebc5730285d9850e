"""Labels of a folder of photos, and what is said of a folder without usable ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.evaluation.labelled_photos import LabelledPhoto, LabelsError, read_labels


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
        ("file,label\na.jpg,\u0664\u0662\n", "digits and spaces only"),  # which no reading gives
        ("file,label\n,4\n", "no such file"),
        ("file,label\na.jpg,4\na.jpg\n", "Line 3 of .*labels.csv ends before the label of 'a.jpg'"),
        ("label,file\n,a.jpg\n4\n", "no such file"),
    ],
)
def test_unusable_labels_are_one_sentence(tmp_path: Path, table: str | None, sentence: str) -> None:
    (tmp_path / "a.jpg").write_bytes(b"")
    if table is not None:
        (tmp_path / "labels.csv").write_text(table, encoding="utf-8")
    with pytest.raises(LabelsError, match=sentence):
        read_labels(tmp_path)


def test_labels_that_are_no_text_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_bytes(b"file,label\n\xff\xfe\x00,4\n")
    with pytest.raises(LabelsError, match="cannot be read"):
        read_labels(tmp_path)
