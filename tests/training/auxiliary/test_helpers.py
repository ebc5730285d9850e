from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from training.auxiliary.helpers import AuxiliaryModelCard, auxiliary_parser


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


@pytest.mark.parametrize("option", ["--pages=0", "--jobs=0", "--epochs=-1", "--seed=-1"])
def test_a_number_out_of_range_is_refused_in_words(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        auxiliary_parser(None, epochs=1).parse_args(["--out=net.tflite", option])
    assert "must be a whole number from" in capsys.readouterr().err
