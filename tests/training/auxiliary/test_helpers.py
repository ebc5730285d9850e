from __future__ import annotations

import json
import sys
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import pytest

from training.auxiliary.helpers import AuxiliaryModelCard, auxiliary_parser, require_outputs


def test_an_auxiliary_network_is_written_with_its_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["segmenter.py", "--pages", "7"])
    helper = AuxiliaryModelCard("segmenter", seed=3, examples=[1, 2], holdout_metrics={"digits": 5}, parameters=9)
    helper.write(tmp_path / "new" / "segmenter.tflite", b"bytes")
    told = json.loads((tmp_path / "new" / "segmenter.json").read_text(encoding="utf-8"))
    assert (tmp_path / "new" / "segmenter.tflite").read_bytes() == b"bytes"
    assert told["command"] == "python -P -m training.auxiliary.segmenter --pages 7"
    assert told["sha256"] == sha256(b"bytes").hexdigest()
    assert (told["name"], told["seed"], told["examples"], told["size_bytes"]) == ("segmenter-1", 3, [1, 2], 5)
    assert json.loads(capsys.readouterr().out) == {"digits": 5}


def test_files_that_cannot_be_written_are_told_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "net.json").mkdir()
    for options in (["--out=file/net.tflite"], ["--out=net.tflite"], ["--out=a.tflite", "--kept=file/a.keras"]):
        given = [option.replace("=", f"={tmp_path}/") for option in options]
        with pytest.raises(OSError, match=r"File exists|Is a directory"):
            require_outputs(auxiliary_parser(None, epochs=1).parse_args(given))
    require_outputs(auxiliary_parser(None, epochs=1).parse_args([f"--out={tmp_path}/b.tflite"]))


@pytest.mark.parametrize("network", ["detector", "segmenter"])
def test_what_keeps_a_network_from_being_made_is_one_sentence(
    network: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("tensorflow", reason="needs the train extra")
    module = import_module(f"training.auxiliary.{network}")
    (tmp_path / "mnist.npz").write_bytes(b"PK half a file")
    monkeypatch.setenv("DIGITBOT_MNIST", str(tmp_path / "mnist.npz"))
    for out, data, sentence in (
        (tmp_path, "mnist", "Is a directory."),
        (tmp_path / "net.tflite", "mnist", "is no .npz file of digits"),
        (tmp_path / "net.tflite", "npz:nowhere.npz", "There is no file nowhere.npz."),
    ):
        monkeypatch.setattr(sys, "argv", [network, f"--out={out}", f"--data={data}", "--pages=1"])
        assert module.main() == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("digitbot: ")
        assert sentence in line


def test_the_network_of_each_epoch_is_kept_in_a_keras_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        auxiliary_parser(None, epochs=1).parse_args(["--out=net.tflite", "--kept=net.h5"])
    assert "must end in .keras" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--pages=0", "--jobs=0", "--epochs=-1", "--seed=-1"])
def test_a_number_out_of_range_is_refused_in_words(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        auxiliary_parser(None, epochs=1).parse_args(["--out=net.tflite", option])
    assert "must be a whole number from" in capsys.readouterr().err
