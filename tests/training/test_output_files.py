"""Whether something can be written is tried before the work."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.output_files import require_file, require_folder, run_in_folder


def test_what_can_be_written_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("kept")
    require_folder(tmp_path / "new" / "folder")
    require_file(tmp_path / "there")
    require_file(tmp_path / "other" / "file")
    assert (tmp_path / "there").read_text() == "kept"
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert found == {"there", "new", "new/folder", "other"}


def test_what_cannot_be_written_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for require, path, named in (
        (require_folder, tmp_path / "file", tmp_path / "file"),
        (require_folder, tmp_path / "file" / "inside", tmp_path / "file" / "inside"),
        (require_folder, Path("/proc"), Path("/proc")),
        (require_file, tmp_path / "file" / "inside", tmp_path / "file"),
        (require_file, tmp_path, tmp_path),
    ):
        with pytest.raises(OSError, match=r"[a-z]") as refused:
            require(path)
        assert str(refused.value.filename) == str(named)


def write_one(folder: Path) -> None:
    (folder / "made").touch()


def test_the_folder_is_made_and_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["command", str(tmp_path / "new" / "folder")])
    assert run_in_folder(write_one, None) == 0
    assert (tmp_path / "new" / "folder" / "made").exists()


def test_without_a_folder_the_usage_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["command"])
    with pytest.raises(SystemExit) as stop:
        run_in_folder(write_one, None)
    assert stop.value.code == 2
    assert "folder" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr("sys.argv", ["command", str(tmp_path / "file" / "folder")])
    assert run_in_folder(write_one, None) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "Not a directory" in line
