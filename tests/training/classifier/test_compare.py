from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from model.datasets import Split
from model.evaluation.photo_metrics import Singles
from training.__main__ import main

pytest.importorskip("tensorflow", reason="needs the train extra")
pytestmark = pytest.mark.usefixtures("settled", "digits")

JsonObject = dict[str, object]


def compared(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[JsonObject]:
    """Compare on scikit-learn's digits; the events."""
    capsys.readouterr()
    assert main(["compare", "--data", "digits", "--json", *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """One photo of one digit, and one of two that must not count."""
    import cv2
    import numpy as np

    folder = tmp_path / "photos"
    folder.mkdir()
    page = np.full((200, 300, 3), 240, np.uint8)
    cv2.putText(page, "1", (100, 150), cv2.FONT_HERSHEY_SIMPLEX, 4, (20, 20, 20), 8)
    cv2.imwrite(str(folder / "one.png"), page)
    (folder / "labels.csv").write_text("file,label\none.png,1\none.png,11\n")
    return folder


@pytest.mark.slow
def test_recipes_are_trained_once_and_put_into_one_table(
    tmp_path: Path, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, asked = tmp_path / "out", ("--steps", "120", "--seeds", "2", "--out", str(tmp_path / "out"))
    events = compared(capsys, "softmax", *asked)
    assert [event.get("event") for event in events].count("finished") == 2
    again = compared(capsys, "softmax", "mlp-relu", *asked, "--seeds", "1", "--photos", str(photos))
    assert [event.get("event") for event in again].count("finished") == 1
    rows = again[-1]["recipes"]
    assert isinstance(rows, list)
    assert [(row["recipe"], row["seed"]) for row in rows] == [("softmax", 1), ("softmax", 2), ("mlp-relu", 1)]
    assert all(row["accuracy"] > 0.7 for row in rows)
    assert all(row["photos"]["n"] == 1 for row in rows)
    text = (out / "recipes.md").read_text()
    assert re.search(r"\| `softmax` \| about 92 % \| [\d.]+ % \([\d.]+ to [\d.]+, 2\) \| 7,850 \|", text)
    assert "n = 360" in text
    assert (out / "recipes.png").read_bytes().startswith(b"\x89PNG")


def test_a_run_of_other_length_or_data_or_a_damaged_one_is_not_taken(
    tmp_path: Path, digits: Split, capsys: pytest.CaptureFixture[str]
) -> None:
    from training.classifier.run_history import RunHistory

    compared(capsys, "softmax", "--steps", "20", "--out", str(tmp_path))
    folder = tmp_path / "softmax-1"
    found = RunHistory.find(folder, 20, digits)
    assert found is not None
    assert found.validations[-1][0] == 20
    assert RunHistory.find(folder, 21, digits) is None
    assert RunHistory.find(folder, 20, replace(digits, train=digits.validation)) is None
    record = json.loads((folder / "history.json").read_text())
    (folder / "history.json").write_text(json.dumps({**record, "validations": []}))
    assert RunHistory.find(folder, 20, digits) is None  # there is no curve to draw
    (folder / "history.json").write_text(json.dumps(record))
    assert RunHistory.find(folder, 20, digits) is not None
    served = folder / "softmax.tflite"
    served.write_bytes(served.read_bytes()[:-1])
    assert RunHistory.find(folder, 20, digits) is None


def test_a_table_without_photos_leaves_the_column_empty() -> None:
    from training.classifier.results_table import ResultsRow, markdown

    entry = ResultsRow("cnn", 1, 200, 0.9912, 10_000, 3_274_634, 60.4, 13_000_000, 1.234, None)
    lines = markdown(
        [entry, replace(entry, recipe="softmax", photos=Singles(40, 0.5))], "digitbot compare"
    ).splitlines()
    assert lines[2] == "| `cnn` | about 99 % | 99.12 % (1) | 3,274,634 | 60 | 13,000,000 | 1.23 | - |"
    assert lines[3].endswith("| 20 of 40 |")
    assert lines[-1].startswith("`digitbot compare`, ")


def test_an_unknown_recipe_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["compare", "resnet"])
    assert ended.value.code == 2
    assert "resnet" in capsys.readouterr().err


def test_photos_without_labels_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["compare", "softmax", "--data", "digits", "--steps", "1", f"--out={tmp_path}", f"--photos={tmp_path}"]
    assert main(asked) == 1
    told = capsys.readouterr().err.splitlines()
    assert "labels.csv" in told[-1]
    assert len(told) == 1  # nothing was trained before


def test_a_recipe_named_twice_is_one_line_of_one_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    events = compared(capsys, "softmax", "softmax", "--steps", "1", "--out", str(tmp_path))
    assert isinstance(events[-1]["recipes"], list)
    assert len(events[-1]["recipes"]) == 1


@pytest.mark.slow
@pytest.mark.skipif("DIGITBOT_MNIST" not in os.environ, reason="needs MNIST: set DIGITBOT_MNIST")
def test_two_hundred_batches_of_mnist_reach_a_loose_floor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    asked = ["compare", "--steps", "200", "softmax", "mlp", "cnn", "--json", f"--out={tmp_path}"]
    assert main(asked) == 0
    rows = json.loads(capsys.readouterr().out.splitlines()[-1])["recipes"]
    accuracies = {row["recipe"]: row["accuracy"] for row in rows}
    assert accuracies["softmax"] > 0.86
    assert accuracies["mlp"] > 0.75
    assert accuracies["cnn"] > 0.75
