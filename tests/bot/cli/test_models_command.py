"""`digitbot models`: what the list of versions tells."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.cli.main import main
from bot.cli.models_command import LIST_HEAD, _cells, _table
from model.model_bundle import ModelBundle
from model.model_card import ModelCard
from storage.model_versions import VersionRecord
from training.finetuning.correction_samples import from_npz

CARD = ModelCard(name="base-1", metrics={"test": {"n": 10_000, "accuracy": 0.9971}})
BASE = VersionRecord(
    id=1,
    name="base-1",
    sha256="",
    size=0,
    card=CARD.to_json(),
    metrics="{}",
    parent=None,
    root="base-1",
    created_by=None,
    created_at=datetime(2026, 11, 22, 10, 30, tzinfo=UTC),
    pinned=False,
    needs_retraining=False,
    active=True,
)
TUNED = replace(BASE, name="base-2", card="{}", active=False, pinned=True, needs_retraining=True)


def test_a_row_tells_the_accuracy_and_where_the_version_comes_from() -> None:
    assert _cells(BASE) == ("base-1", "2026-11-22 10:30", "99.71% of 10,000", "scratch", "active")
    assert _cells(TUNED)[2:] == ("not measured", "base-1, with corrections", "pinned, to be retrained")


def test_all_cells_of_a_column_begin_below_its_head() -> None:
    head, *rows = _table([LIST_HEAD, _cells(TUNED), _cells(BASE)]).splitlines()
    column = head.index("trained from")
    assert [row[column - 2 : column + 7] for row in rows] == ["  base-1,", "  scratch"]


def test_the_list_has_a_head_and_its_json_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path))
    assert main(["db", "upgrade"]) == 0
    capsys.readouterr()
    assert main(["models", "list"]) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.split("  ")[0] == "version"
    assert row.startswith("base-2 ")
    assert "99.71% of 10,000  scratch" in row
    assert main(["models", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "base-2"


def test_without_a_database_that_is_a_sentence_and_none_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path / "state"))
    assert main(["models", "list"]) == 1
    assert "there is no database" in capsys.readouterr().err
    assert not (tmp_path / "state").exists()


@pytest.fixture
def digitbot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Run one command on a state of its own; its exit status, and what it said."""
    monkeypatch.setenv("DIGITBOT_STATE", str(tmp_path / "state"))

    def run(*arguments: str | Path) -> tuple[int, str]:
        status = main([str(each) for each in arguments])
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def model_file(folder: Path, content: bytes, **card: object) -> Path:
    folder.mkdir()
    (folder / "own.tflite").write_bytes(content)
    if card:
        (folder / "own.json").write_text(json.dumps(card))
    return folder / "own.tflite"


def test_a_sound_model_is_imported_made_active_and_exported(digitbot: Callable[..., Any], tmp_path: Path) -> None:
    file = model_file(tmp_path / "from", ModelBundle.base().content + b" ", name="own-1")
    assert digitbot("models", "import", file)[0] == 0
    assert digitbot("models", "activate", "own-1") == (0, "own-1 answers now\n")
    assert digitbot("models", "export", "own-1", tmp_path / "to")[0] == 0
    assert (tmp_path / "to" / "own-1.tflite").read_bytes() == file.read_bytes()


def test_a_version_is_pinned_and_unpinned(digitbot: Callable[..., Any]) -> None:
    assert digitbot("db", "upgrade")[0] == 0
    for command, said, pinned in (("pin", "is kept", True), ("unpin", "is deleted when", False)):
        status, answer = digitbot("models", command, "base-2")
        assert (status, said in answer) == (0, True)
        assert json.loads(digitbot("models", "list", "--json")[1])["pinned"] is pinned
    status, answer = digitbot("models", "pin", "base-7")
    assert (status, "base-7" in answer, "Traceback" in answer) == (1, True, False)


@pytest.mark.parametrize(
    "name", ["../../x", "/tmp/x", "a/b", ".hidden", "-x", "", "a b", "x" * 101, "ünï", "a\nb", "a\0b", "..", "a:b"]
)
def test_a_name_that_could_leave_the_folder_is_refused(digitbot: Callable[..., Any], tmp_path: Path, name: str) -> None:
    file = model_file(tmp_path / "from", ModelBundle.base().content, name=name)
    status, said = digitbot("models", "import", file)
    assert (status, "letters, digits, dots" in said) == (1, True)
    if name and not name.startswith("-"):
        assert digitbot("models", "import", file, "--name", name)[0] == 1
    assert not (tmp_path / "state").exists()


def test_an_export_replaces_a_link_and_follows_none(digitbot: Callable[..., Any], tmp_path: Path) -> None:
    digitbot("db", "upgrade")
    digitbot("models", "list")
    outside, folder = tmp_path / "outside", tmp_path / "to"
    outside.write_text("mine")
    folder.mkdir()
    for ending in ("base-2.tflite", "base-2.keras", "model_card.json"):
        (folder / ending).symlink_to(outside)
    assert digitbot("models", "export", "base-2", folder)[0] == 0
    assert outside.read_text() == "mine"
    assert sorted(path.name for path in folder.iterdir()) == ["base-2.keras", "base-2.tflite", "model_card.json"]


def test_an_export_leaves_no_other_model_without_its_card(digitbot: Callable[..., Any], tmp_path: Path) -> None:
    file = model_file(tmp_path / "from", ModelBundle.base().content + b" ", name="own-1")
    base = ModelBundle.base().name
    assert digitbot("models", "import", file)[0] == 0
    for _ in range(2):
        assert digitbot("models", "export", base, tmp_path / "to")[0] == 0
    status, said = digitbot("models", "export", "own-1", tmp_path / "to")
    assert (status, f"holds the model {base}: name another folder" in said) == (1, True)
    assert ModelBundle.read(tmp_path / "to" / f"{base}.tflite").name == base


def test_what_is_no_sound_model_is_not_stored(digitbot: Callable[..., Any], tmp_path: Path) -> None:
    changed = bytearray(ModelBundle.base().content)
    changed[4:8] = b"XXXX"
    for number, content in enumerate((bytes(changed), b"", b"text", ModelBundle.base().content[:5000])):
        file = model_file(tmp_path / str(number), content)
        assert digitbot("models", "import", file, "--name", "own-1")[0] == 1
    changed_weights = ModelBundle.base().content[:-2] + b"xx"
    card = ModelBundle.base().card.sha256
    file = model_file(tmp_path / "weights", changed_weights, name="own-1", sha256=card)
    status, said = digitbot("models", "import", file)
    assert (status, "checksum" in said) == (1, True)
    assert "own-1" not in digitbot("models", "list")[1]


def test_a_keras_file_with_a_wrong_checksum_is_refused(digitbot: Callable[..., Any], tmp_path: Path) -> None:
    file = model_file(tmp_path / "from", ModelBundle.base().content + b" ", name="own-1")
    with zipfile.ZipFile(file.with_suffix(".keras"), "w") as archive:
        archive.writestr("model.weights.h5", b"weights" * 100)
    sound = file.with_suffix(".keras").read_bytes()
    for content in (b"no archive", sound.replace(b"weightsweights", b"weightsWeights", 1), sound[:-30]):
        file.with_suffix(".keras").write_bytes(content)
        status, said = digitbot("models", "import", file)
        assert (status, "own.keras is damaged" in said) == (1, True)
    file.with_suffix(".keras").write_bytes(sound)
    assert digitbot("models", "import", file)[0] == 0


def test_a_file_larger_than_the_limit_is_not_read(
    digitbot: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITBOT_MODEL_BYTES", "1000000")
    file = model_file(tmp_path / "from", bytes(1_000_001))
    status, said = digitbot("models", "import", file)
    assert (status, "larger than 1,000,000 bytes" in said) == (1, True)


def test_numbers_of_a_card_from_outside_need_not_be_numbers() -> None:
    for metrics in ({"test": "good"}, {"test": {"accuracy": "x", "n": 1}}, {"test": {"n": 3}}, {"test": [1]}):
        version = replace(BASE, card=ModelCard(name="own", metrics=metrics).to_json())
        assert _cells(version)[2] == "not measured"


def _tuned(folder: Path, root: str, trained_on: str | None) -> Path:
    """What `digitbot finetune --out` writes on another machine."""
    file = model_file(folder, ModelBundle.base().content + b" ", name="base-2-tuned", parent=root, root=root)
    if trained_on is not None:
        (folder / "trained_on.txt").write_text(trained_on)
    return file


def test_what_was_fine_tuned_elsewhere_on_exported_samples_descends_from_its_root(
    digitbot: Callable[..., Any], tmp_path: Path
) -> None:
    digitbot("db", "upgrade")
    np.savez(tmp_path / "own.npz", x_train=np.eye(28, dtype=np.uint8)[None], y_train=np.array([7]))
    assert digitbot("samples", "import", f"npz:{tmp_path / 'own.npz'}")[0] == 0
    assert digitbot("samples", "export", tmp_path / "samples.npz")[0] == 0
    with np.load(tmp_path / "samples.npz") as exported:
        (uid,), (label,), images = exported["uids"], exported["labels"], exported["images"]
    assert (label, images.shape, images.dtype) == (7, (1, 28, 28), np.uint8)
    corrections = from_npz(tmp_path / "samples.npz")
    assert (corrections.uids, len(corrections)) == ((uid,), 1)
    file = _tuned(tmp_path / "from", ModelBundle.base().name, f"{uid}\n")
    assert digitbot("models", "import", file)[0] == 0
    listed = [json.loads(line) for line in digitbot("models", "list", "--json")[1].splitlines()]
    (tuned,) = (version for version in listed if version["name"] == "base-2-tuned")
    assert (tuned["root"], tuned["needs_retraining"]) == (ModelBundle.base().name, False)


def test_a_fine_tune_whose_samples_are_gone_is_to_be_retrained(digitbot: Callable[..., Any], tmp_path: Path) -> None:
    file = _tuned(tmp_path / "from", ModelBundle.base().name, "0" * 32)
    assert digitbot("models", "import", file)[0] == 0
    assert "to be retrained" in digitbot("models", "list")[1]


@pytest.mark.parametrize(
    ("root", "trained_on", "said"),
    [
        ("base-2", None, "trained_on.txt"),
        ("base-2", "no ids", "something else than the ids"),
        ("other-1", "0" * 32, "other-1, from which"),
    ],
)
def test_a_fine_tune_without_its_samples_or_its_root_is_refused(
    digitbot: Callable[..., Any], tmp_path: Path, root: str, trained_on: str | None, said: str
) -> None:
    status, told = digitbot("models", "import", _tuned(tmp_path / "from", root, trained_on))
    assert (status, said in told) == (1, True), told


def test_what_an_admin_rejected_is_not_exported_for_training(digitbot: Callable[..., Any], tmp_path: Path) -> None:
    digitbot("db", "upgrade")
    np.savez(tmp_path / "own.npz", x_train=np.eye(28, dtype=np.uint8)[None], y_train=np.array([7]))
    digitbot("samples", "import", f"npz:{tmp_path / 'own.npz'}")
    with sqlite3.connect(tmp_path / "state" / "digitbot.db") as connection:
        connection.execute("UPDATE corrections SET review = 'rejected'")
    connection.close()
    assert digitbot("samples", "export", tmp_path / "samples.npz")[0] == 0
    with np.load(tmp_path / "samples.npz") as exported:
        assert len(exported["labels"]) == 0
