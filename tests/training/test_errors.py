"""Every exception of training has one base class, which the command line turns into one sentence."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from training import __main__, errors
from training.errors import TrainingError

TRAINING = Path(__file__).parents[2] / "training"


def test_every_error_is_a_training_error() -> None:
    classes = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Exception)]
    assert len(classes) > 3
    assert all(issubclass(each, TrainingError) for each in classes)


def test_no_other_module_defines_exceptions() -> None:
    bases = {
        (path.name, base.id)
        for path in TRAINING.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and path.name != "errors.py"
        for base in node.bases
        if isinstance(base, ast.Name)
    }
    assert not {base for _, base in bases if base.endswith(("Error", "Exception"))}


@pytest.mark.parametrize("name", [each.__name__ for each in TrainingError.__subclasses__()])
def test_each_ends_the_command_with_one_sentence(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise vars(errors)[name]("It cannot be done: do something else.")

    monkeypatch.setattr(__main__, "require_memory", fail)
    assert __main__.main(["finetune"]) == 1
    assert capsys.readouterr().err == "digitbot: It cannot be done: do something else.\n"
