"""What all commands share: parsers whose help ends with an example, and the error that ends a command."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeAlias

from bot.errors import BotError


class CommandFailed(BotError):
    """The command cannot do its job; the message is one sentence for stderr, ``status`` the exit status."""

    def __init__(self, sentence: str, status: int = 1) -> None:
        super().__init__(sentence)
        self.status = status


class Parser(argparse.ArgumentParser):
    """No abbreviated options: a script must not break because an option was added."""

    def __init__(self, **settings: object) -> None:
        super().__init__(allow_abbrev=False, **settings)  # type: ignore[arg-type]  # argparse has no type for them


# What add_subparsers returns; argparse has no public name for it.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001


def command(
    commands: Commands, name: str, what: str, example: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    """Add the parser of one command.

    ``what`` is its line in the list of commands and the head of its help, ``example`` the foot of its help: a command
    line that works where the files that it names exist. ``run`` takes the parsed arguments and returns the exit status.
    """
    parser = commands.add_parser(
        name,
        help=what,
        description=what,
        epilog=f"example: {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser
