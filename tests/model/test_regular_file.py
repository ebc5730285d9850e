"""Only regular files are opened: a pipe or a device may have no end."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.array_files import read_npz
from model.evaluation.labelled_photos import LabelsError, read_labels
from model.image_decoding import PictureFile
from model.regular_file import open_regular


def test_a_file_and_a_link_to_it_are_opened(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"427")
    (tmp_path / "link").symlink_to("file")
    for name in ("file", "link"):
        with open_regular(tmp_path / name) as file:
            assert file.read() == b"427"


def test_pipes_devices_and_folders_are_not(named_pipe: Path, tmp_path: Path) -> None:
    for path in (named_pipe, Path("/dev/zero")):
        with pytest.raises(OSError, match="It is no regular file") as refused:
            open_regular(path)
        assert refused.value.filename == str(path)
    with pytest.raises(IsADirectoryError):
        open_regular(tmp_path)
    with pytest.raises(FileNotFoundError):
        open_regular(tmp_path / "nothing")


def test_no_reader_waits_for_a_pipe(named_pipe: Path, tmp_path: Path) -> None:
    for read in (PictureFile.at, lambda path: read_npz(path, ("images",))):
        with pytest.raises(OSError, match="It is no regular file"):
            read(named_pipe)
    named_pipe.rename(tmp_path / "labels.csv")
    with pytest.raises(LabelsError, match="It is no regular file"):
        read_labels(tmp_path)
