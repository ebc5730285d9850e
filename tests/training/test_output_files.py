"""Whether something can be written is tried before the work."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.output_files import require_file, require_folder


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
