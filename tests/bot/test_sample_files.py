"""Samples as files: what is written can be read again."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from bot.cli.main import main
from bot.sample_files import sample_files, zipped
from model import datasets
from storage.samples import Sample
from storage.tables import NOT_A_DIGIT

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def samples() -> list[Sample]:
    images = np.random.default_rng(0).integers(0, 256, (3, 784), dtype=np.uint8)
    labels = (4, NOT_A_DIGIT, 7)
    return [Sample(f"{at:032x}", images[at].tobytes(), labels[at], NOON, read_as=1, model="base-2") for at in range(3)]


def test_idx_files_hold_the_digits_alone(tmp_path: Path) -> None:
    for name, content in sample_files(samples()):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    read = datasets.load(f"idx:{tmp_path}").train
    assert read.labels.tolist() == [4, 7]
    assert read.images[1].tobytes() == samples()[2].image


def test_the_table_names_each_file() -> None:
    files = dict(sample_files(samples()))
    head, *rows = files["labels.csv"].decode().splitlines()
    assert head == "file,label,read_as,model,made_at"
    assert [row.split(",")[1] for row in rows] == ["4", "", "7"]
    assert all(row.split(",")[0] in files for row in rows)


def test_a_zip_holds_the_same_files() -> None:
    files = dict(sample_files(samples()))
    with zipfile.ZipFile(io.BytesIO(zipped(files.items()))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files


def test_the_command_writes_them_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path / "state"))
    digits = np.random.default_rng(1).integers(0, 99, (2, 28, 28), dtype=np.uint8)
    np.savez(tmp_path / "own.npz", x_train=digits, y_train=np.array([3, 8], np.uint8))
    assert main(["samples", "import", f"npz:{tmp_path / 'own.npz'}"]) == 0
    assert main(["samples", "export", str(tmp_path / "out")]) == 0
    assert datasets.load(f"idx:{tmp_path / 'out'}").train.labels.tolist() == [3, 8]
    assert datasets.load(f"folder:{tmp_path / 'out'}").train.labels.tolist() == [3, 8]
