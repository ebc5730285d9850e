"""`digitbot samples`: what is shown, reviewed and deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.cli.main import main
from model.datasets import Samples, load

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command of `digitbot samples` on a state of its own and return what it prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path / "state"))
    assert main(["db", "upgrade"]) == 0
    capsys.readouterr()

    def command(*arguments: str, status: int = 0) -> str:
        assert main(["samples", *arguments]) == status
        written = capsys.readouterr()
        return written.err if status else written.out

    return command


@pytest.fixture
def imported(run: Run, digits: Samples, tmp_path: Path) -> list[dict[str, Any]]:
    """Twelve plain digits as samples, of which the last is labelled falsely."""
    labels = digits.labels.copy()
    labels[-1] = (labels[-1] + 4) % 10
    np.savez(tmp_path / "plain.npz", x_train=digits.images, y_train=labels)
    assert "12 of 12" in run("import", f"npz:{tmp_path / 'plain.npz'}")
    return listed(run("list", "--json"))


@pytest.fixture(scope="module")
def digits() -> Samples:
    return load("digits").train.chosen(slice(12))


def listed(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_the_oddest_label_comes_first(run: Run, imported: list[dict[str, Any]]) -> None:
    waiting = listed(run("review", "--json"))
    assert len(waiting) == 12
    first, *others = waiting
    assert first["id"] == imported[-1]["id"]
    assert first["doubtful"] is True
    assert first["reads_as"] != first["label"]
    assert first["oddness"] > max(other["oddness"] for other in others)
    assert "left out of training" in run("review").splitlines()[0]


def test_what_was_reviewed_waits_no_longer(run: Run, imported: list[dict[str, Any]]) -> None:
    odd = imported[-1]["id"]
    assert run("review", "--reject", odd[:10]) == "1 label rejected\n"
    assert len(listed(run("review", "--json"))) == 11
    assert run("review", "--approve", "all") == "11 labels approved\n"
    assert run("review") == ""
    reviews = {each["id"]: each["review"] for each in listed(run("list", "--json"))}
    assert reviews.pop(odd) == "rejected"
    assert set(reviews.values()) == {"approved"}


def test_a_sample_is_shown_with_its_image(run: Run, imported: list[dict[str, Any]]) -> None:
    head, *rows = run("show", imported[0]["id"]).splitlines()
    assert head.startswith(imported[0]["id"])
    assert {len(row) for row in rows} == {56}
    assert len(rows) == 28
    assert any("@" in row or "%" in row for row in rows)


def test_a_deleted_sample_is_gone(run: Run, imported: list[dict[str, Any]]) -> None:
    assert run("delete", imported[0]["id"], imported[1]["id"]) == "2 samples deleted\n"
    assert [each["id"] for each in listed(run("list", "--json"))] == [each["id"] for each in imported[2:]]


def test_an_id_that_names_nothing_or_several_is_refused(run: Run, imported: list[dict[str, Any]]) -> None:
    assert "nowhere names no sample" in run("delete", "nowhere", status=1)
    assert "names 12 samples" in run("show", "", status=1)
    assert len(listed(run("list", "--json"))) == 12


def test_what_was_rejected_is_not_exported(run: Run, imported: list[dict[str, Any]], tmp_path: Path) -> None:
    rejected = imported[-1]["id"]
    run("review", "--reject", rejected)
    run("export", str(tmp_path / "out"))
    written = {file.stem for file in (tmp_path / "out").glob("*/*.png")}
    assert written == {sample["id"] for sample in imported} - {rejected}
    assert len(load(f"idx:{tmp_path / 'out'}").train) == 11


def test_where_all_labels_are_reviewed_only_what_was_approved_is_exported(
    run: Run, imported: list[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITBOT_REVIEW", "all")
    approved = imported[0]["id"]
    run("review", "--approve", approved)
    run("export", str(tmp_path / "out"))
    assert [file.stem for file in (tmp_path / "out").glob("*/*.png")] == [approved]


def test_a_folder_that_holds_an_earlier_export_is_refused(
    run: Run, imported: list[dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".hidden").touch()
    run("export", "out")
    run("delete", imported[0]["id"])
    assert "out is not empty: name a new or an empty folder" in run("export", "out", status=1)
    run("export", "out/new")
    assert len(list((tmp_path / "out" / "new").glob("*/*.png"))) == 11


def test_an_empty_id_names_no_sample(run: Run, imported: list[dict[str, Any]]) -> None:
    run("delete", *[sample["id"] for sample in imported[1:]])
    assert "names no sample" in run("delete", "", status=1)
    assert len(listed(run("list", "--json"))) == 1
