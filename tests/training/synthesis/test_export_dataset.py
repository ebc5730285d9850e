from __future__ import annotations

import argparse
import csv
import json
from importlib.resources import files
from pathlib import Path

import cv2
import pytest

from model.datasets import Split
from model.evaluation.labelled_photos import LABELS_FILE
from training.synthesis.export_dataset import add_arguments, condition_names, export_pages, render_condition, run
from training.synthesis.sample_photos import SAMPLE_PHOTOS, write_sample_photos


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / LABELS_FILE).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(words)


def test_pictures_and_labels_are_written_as_evaluate_takes_them(tmp_path: Path) -> None:
    written = export_pages(tmp_path / "new", 6, 1, ("ball-pen", "no-digit:blank"))
    assert (written.pictures, written.without_digits) == (6, 3)
    for row in rows(tmp_path / "new"):
        picture = cv2.imread(str(tmp_path / "new" / row["file"]))
        assert picture is not None
        boxes = [tuple(map(int, box.split())) for box in row["boxes"].split(";") if box]
        assert len(boxes) == len(row["label"].replace(" ", ""))
        assert all(x + width <= picture.shape[1] and y + height <= picture.shape[0] for x, y, width, height in boxes)
    conditions = [row["condition"].partition("+")[0] for row in rows(tmp_path / "new")]
    assert conditions == ["ball-pen", "no-digit:blank"] * 3


def test_contexts_are_written_with_their_layout(tmp_path: Path) -> None:
    assert run(arguments(str(tmp_path / "new"), "--n", "3", "--condition", "context:dates")) == 0
    for row in rows(tmp_path / "new"):
        assert row["condition"].startswith("context:dates")
        digits = "".join(character for character in row["layout"] if character.isdigit())
        assert digits == row["label"].replace(" ", "")
        assert row["layout"] != row["label"]


def test_the_same_seed_writes_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        export_pages(tmp_path / name, 4, 9)
    one, two = (sorted((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_labels_that_are_there_are_not_overwritten(tmp_path: Path) -> None:
    export_pages(tmp_path, 1, 1)
    with pytest.raises(FileExistsError):
        export_pages(tmp_path, 1, 1)


def test_an_unknown_condition_is_one_sentence_and_bad_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments(str(tmp_path / "new"), "--condition", "moonlight")) == 2
    said = capsys.readouterr()
    assert "moonlight" in said.err
    assert said.out == ""
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_written_is_a_failed_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    assert run(arguments(str(tmp_path / "file"), "--n", "1")) == 1
    assert str(tmp_path / "file") in capsys.readouterr().err


def test_the_result_is_one_json_object(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments(str(tmp_path / "new"), "--n", "2", "--json")) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pictures"] == 2
    assert Path(told["labels"]).exists()


def test_pages_can_be_written_with_the_digits_of_a_collection(
    tmp_path: Path, digits: Split, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(digits.validation)
    for name, data in (("ours", []), ("theirs", ["--data", "digits"])):
        assert run(arguments(str(tmp_path / name), "--n", "4", "--condition", "marker", *data)) == 0
    capsys.readouterr()
    ours, theirs = ([(tmp_path / name / f"{n:05d}.jpg").read_bytes() for n in range(4)] for name in ("ours", "theirs"))
    assert ours != theirs


def test_data_that_is_not_there_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments(str(tmp_path / "new"), "--data", f"npz:{tmp_path / 'none.npz'}")) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_every_name_on_the_list_gives_a_page() -> None:
    assert render_condition(1, "mixed").pixels.size
    for name in set(condition_names()) - {"mixed"}:
        assert bool(render_condition(1, name).text) != name.startswith("no-digit"), name


def test_the_playgrounds_sample_photos_are_those_of_the_script(tmp_path: Path) -> None:
    write_sample_photos(tmp_path)
    made = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert set(made) == {sample.name for sample in SAMPLE_PHOTOS}
    committed = {path.name for path in Path(str(files("bot.playground"))).joinpath("samples").iterdir()}
    assert committed == set(made)
    assert all(size < 120_000 for size in made.values())
