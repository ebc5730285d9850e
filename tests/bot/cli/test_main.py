"""The command line as a whole: its version, and the example of every help."""

from __future__ import annotations

import argparse
import importlib
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from bot.cli.main import build_parser, main
from model.model_bundle import ModelBundle
from training import arguments
from training.synthesis.pages import render_page

main_module = importlib.import_module("bot.cli.main")  # the package exports its function under the same name
ROOT = Path(__file__).resolve().parents[3]
SERVING = {"run", "demo", "playground", "trainer"}  # these run until they are stopped
ASKING_TELEGRAM = {"doctor"}  # run by tests/bot/doctor, whose playground answers it
TRAINING = {"train", "compare", "finetune", "generate"}


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parser and all below it."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in dict.fromkeys(action.choices.values()):
                yield from parsers(each)


def examples(parser: argparse.ArgumentParser) -> list[list[str]]:
    """The arguments of every example, in the order of the helps; each once."""
    found = {}
    for each in parsers(parser):
        for line in re.findall(r"digitbot .*", each.epilog or ""):
            found[line] = shlex.split(line)[1:]
    return list(found.values())


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with every file that the examples name, and a database of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DIGITBOT_STATE", "state")
    page = cv2.cvtColor(render_page(1, (), text="4").pixels, cv2.COLOR_RGB2BGR)
    for name in ("photo.jpg", "scan.png", "my-photos/a.jpg", "my-digits/7/a.png"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(name, np.zeros((28, 28), np.uint8) if "digits" in name else page)
    Path("my-photos/labels.csv").write_text("file,label\na.jpg,4\n")
    Path("runs/digits").mkdir(parents=True)
    base = ModelBundle.base()
    Path("runs/digits/digits.tflite").write_bytes(base.content + bytes(16))  # another checksum than the base model's
    assert main(["db", "upgrade"]) == 0
    return tmp_path


def test_every_command_but_those_of_training_has_an_example() -> None:
    for parser in parsers(build_parser()):
        handed_over = parser.prog.split()[-1] in TRAINING
        assert handed_over or parser.prog == "digitbot" or "example: " in (parser.epilog or ""), parser.prog


def test_the_examples_of_every_help_work(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran = []
    for example in examples(build_parser()):
        build_parser().parse_args(example)
        if example[0] in SERVING | ASKING_TELEGRAM:
            continue
        if example == ["models", "rollback"]:
            assert main(["models", "import", "runs/digits/digits.tflite", "--name", "digits-0"]) == 0
            assert main(["models", "activate", "digits-0"]) == 0
        assert main(example) == 0, (example, capsys.readouterr().err)
        ran.append(example)
    assert {example[0] for example in ran} == {"read", "evaluate", "models", "samples", "db"}


def test_the_examples_of_training_are_parsed() -> None:
    found = examples(arguments.parser())
    assert {example[0] for example in found} >= {"train", "compare", "finetune", "samples"}
    for example in found:
        arguments.parser().parse_args(example[1:] if example[0] == "samples" else example)


def test_the_version_is_that_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert capsys.readouterr().out == f"digitbot {version}\n"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError("x\ny"), "an unforeseen error, please report it: KeyError in fail"),
        (PermissionError(13, "Permission denied", "/there"), "/there cannot be used: Permission denied."),
    ],
)
def test_no_error_is_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, said: str
) -> None:
    def fail(_: object) -> int:
        raise error

    monkeypatch.setattr(main_module, "_run", fail)
    assert main(["models", "list"]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert "Traceback" not in told


@pytest.mark.parametrize("locale", [{"LANG": "C", "LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}])
def test_a_terminal_that_lacks_a_character_gets_its_escape(tmp_path: Path, locale: dict[str, str]) -> None:
    command = [sys.executable, "-P", "-m", "bot.cli.main", "read", str(tmp_path / "\N{GREEK SMALL LETTER PI}.jpg")]
    environment = {"PATH": os.environ["PATH"], "DIGITBOT_STATE": str(tmp_path), "PYTHONUTF8": "1", **locale}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=60)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"cannot be read" in done.stderr
