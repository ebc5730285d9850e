"""Values of command-line options, each checked where it is read and refused in words."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from storage.model_versions import is_name

Option = TypeVar("Option", bound=StrEnum)


def share(text: str) -> float:
    """A number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be 0 to 1")
    return value


def model_name(text: str) -> str:
    """The name of a model, which is one of files too."""
    if not is_name(text):
        raise argparse.ArgumentTypeError("a name has letters, digits, dots, dashes and underscores, at most 100")
    return text


def keras_file(text: str) -> Path:
    """A file that Keras saves a network to, which it tells by the name."""
    if not text.endswith(".keras"):
        raise argparse.ArgumentTypeError("the file's name must end in .keras")
    return Path(text)


def positive(text: str) -> int:
    """A whole number from 1, of 32 bits."""
    return _whole_number(text, 1)


def natural(text: str) -> int:
    """A whole number from 0, of 32 bits."""
    return _whole_number(text, 0)


def one_of(options: type[Option]) -> Callable[[str], Option]:
    """One of the options of that type, by its value."""

    def option(text: str) -> Option:
        try:
            return options(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text!r} is none of: {', '.join(options)}") from error

    return option


def _whole_number(text: str, least: int) -> int:
    if not text.isdecimal() or not least <= int(text) < 2**31:
        raise argparse.ArgumentTypeError(f"must be a whole number from {least} to {2**31 - 1}")
    return int(text)
