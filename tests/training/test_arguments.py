"""The examples in the help of every command can be run as they are printed."""

from __future__ import annotations

import argparse
import json
import shlex
from importlib.resources import files

import pytest

from training.arguments import EXAMPLES, parser
from training.synthesis.export_dataset import condition_names


def commands() -> dict[str, argparse.ArgumentParser]:
    """The parsers of all commands by name."""
    actions = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(actions[0].choices)


def examples() -> list[tuple[str, str]]:
    """(command, example) of all commands."""
    found = []
    for name, command in commands().items():
        assert command.epilog is not None
        assert command.epilog.startswith(EXAMPLES)
        found += [(name, line.strip()) for line in command.epilog.splitlines()[1:]]
    return found


def test_every_command_has_an_example_in_its_help() -> None:
    assert {name for name, _ in examples()} == set(commands()) == {"train", "compare", "finetune", "generate"}
    for name, example in examples():
        assert example in commands()[name].format_help()


@pytest.mark.parametrize(("name", "example"), examples())
def test_every_example_is_accepted(name: str, example: str) -> None:
    words = shlex.split(example)
    assert words[: words.index(name)] in (["digitbot"], ["digitbot", "samples"])
    options = parser().parse_args(words[words.index(name) :])
    assert options.command == name
    assert set(getattr(options, "condition", ())) <= set(condition_names())


def test_the_recorded_commands_of_the_base_model_are_accepted() -> None:
    card = json.loads((files("model") / "base" / "model_card.json").read_text(encoding="utf-8"))
    for command in (card["command"], *(stage["command"] for stage in card["stages"])):
        assert parser().parse_args(shlex.split(command)[1:]).command == "train"


@pytest.mark.parametrize("text", ["many", "0", "-1", "1.5", str(2**31)])
def test_a_number_out_of_range_is_refused_in_words(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["train", "digits", f"--steps={text}"])
    assert "must be a whole number from 1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("generate", "pages", "--n", "-5"), "--n: must be a whole number from 1"),
        (("generate", "pages", "--seed", "-1"), "--seed: must be a whole number from 0"),
        (("train", "digits", "--interpolation", "half"), "--interpolation: must be 0 to 1"),
        (("compare", "resnet"), "'resnet' is none of: softmax, "),
        (("finetune", "--review", "some"), "--review: 'some' is none of: off, odd, all"),
        (("finetune", "--words", "[1]"), "--words: must be a JSON object of texts"),
        (("finetune", "--words", '{"epoch": 1}'), "--words: must be a JSON object of texts"),
        (("finetune", "--words", '{"words": "x"}'), "--words: must be a JSON object of texts"),
        (("finetune", "--words", '{"gained": "{all}"}'), "--words: gained: no other numbers"),
    ],
)
def test_a_wrong_value_is_refused_in_words(
    arguments: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(arguments)
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err
